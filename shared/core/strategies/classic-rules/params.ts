import * as z from 'zod';
import { below, bracketParams } from '../common-params.ts';
import { type TriggerName, weakestTriggers } from './triggers.ts';

/** The window of at most 300 bars holds so many hours of the shortest bars that are allowed. */
const MAX_HOURS = 24;
/** Of the shortest bars, 5m. */
export const MAX_BARS_PER_HOUR = 12;

const hours = z.int().min(1).max(MAX_HOURS);
const share = z.number().min(0).max(1);
const boost = z.number().min(0).max(0.25);

const rule = z.strictObject({
  ...bracketParams,
  /** Of the tier's base size, before the trigger's confidence scales it. */
  size_factor: z.number().positive().max(1),
});

export const classicParams = z
  .strictObject({
    /** What counts as a day: range, momentum and usual volume are measured over it. */
    lookback_hours: z.int().min(2).max(MAX_HOURS),
    /** Signed moves in percent. */
    pct_change_15m: z.number().positive().max(50),
    pct_change_60m: z.number().positive().max(50),
    /** Volume of the last hour over the mean hour before it, and the hour's signed move that must go with it. */
    volume_ratio_1h: z.number().min(1).max(100),
    volume_spike_min_change_pct: z.number().positive().max(50),
    momentum_min_return_pct: z.number().positive().max(10),
    /** How far from the day's low a reversal may be. */
    reversal_min_recovery_pct: z.number().positive().max(50),
    reversal_max_recovery_pct: z.number().positive().max(100),
    /** Of the four. */
    reversal_min_confirmations: z.int().min(0).max(4),
    min_bounce_from_low_pct: z.number().min(0).max(50),
    rsi_hours: z.int().min(2).max(20),
    trend_ema_hours: hours,
    trend_slope_hours: hours,
    min_slope_pct_per_hour: z.number().min(0).max(10),
    atr_lookback_bars: z.int().min(2).max(100),
    /** The true range must be so many times its own median; 0 asks nothing. */
    atr_filter_min_mult: z.number().min(0).max(10),
    /** Strength times confidence. */
    min_trigger_score: share,
    conviction_weights: z.strictObject({
      trigger_strength: share,
      trigger_confidence: share,
      quality_boosts: z.strictObject({
        close_above_vwap: boost,
        higher_low: boost,
        rsi_cross_50: boost,
        bounce_confirmed: boost,
      }),
    }),
    rules: z.strictObject({
      price_move: rule,
      volume_spike: rule,
      breakout: rule,
      reversal: rule,
      momentum: rule,
    } satisfies Record<TriggerName, typeof rule>),
  })
  .refine((given) => given.trend_ema_hours + given.trend_slope_hours <= MAX_HOURS, {
    path: ['trend_ema_hours'],
    message: `trend_ema_hours and trend_slope_hours together must not exceed ${MAX_HOURS}: the window holds no more`,
  })
  .refine(...below('reversal_min_recovery_pct', 'reversal_max_recovery_pct', 'no reversal would qualify'))
  .refine(({ conviction_weights: weights }) => weights.trigger_strength + weights.trigger_confidence > 0, {
    path: ['conviction_weights'],
    message: 'one of trigger_strength and trigger_confidence must be more than 0: no trigger would earn conviction',
  })
  .superRefine((given, context) => {
    for (const { name, score } of weakestTriggers(given)) {
      if (score >= given.min_trigger_score) continue;
      const message = `a ${name} at its own threshold scores ${score.toFixed(3)}, less than min_trigger_score`;
      context.addIssue({ code: 'custom', path: ['min_trigger_score'], message });
    }
  });

export type ClassicParams = z.output<typeof classicParams>;
