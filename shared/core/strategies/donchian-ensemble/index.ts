import * as z from 'zod';
import { atr } from '../../indicators/atr.ts';
import { settledAt } from '../../indicators/read.ts';
import { realisedVolatility } from '../../indicators/realised-volatility.ts';
import type { Candles } from '../../market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../market/interval.ts';
import { type Bracket, below, bracketParams, notAbove } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol, StrategyView } from '../strategy.ts';
import { highestHigh, meanVote } from './votes.ts';

const DAY_MS = 86_400_000;

const params = z
  .strictObject({
    /** Each votes on its own; ascending, so that the first is the quickest. */
    lookbacks_bars: z
      .array(z.int().min(5).max(140))
      .min(2)
      .max(8)
      .refine((bars) => bars.every((n, i) => i === 0 || n > (bars[i - 1] as number)), 'must ascend without repeats'),
    /** Least mean vote that buys. */
    min_score: z.number().positive().max(1),
    /** The position is left at or below this mean vote. */
    exit_score: z.number().min(-1).max(1),
    volatility_lookback_bars: z.int().min(5).max(250),
    /** A market that moves more than this in a day gets a proportionally smaller position. */
    target_daily_volatility_pct: z.number().positive().max(100),
    atr_lookback_bars: z.int().min(2).max(90),
    /** Distance of the stop in average true ranges, kept between the two bounds. */
    stop_atr: z.number().positive().max(50),
    min_stop_loss_pct: bracketParams.stop_loss_pct,
    max_stop_loss_pct: bracketParams.stop_loss_pct,
    take_profit_pct: bracketParams.take_profit_pct,
  })
  .refine(...below('exit_score', 'min_score', 'a position would be left as soon as it is bought'))
  .refine(...notAbove('min_stop_loss_pct', 'max_stop_loss_pct'));
type Params = z.output<typeof params>;

/** Buys a new high when enough channels of different lengths agree on it, and leaves when they no longer do. */
export const donchianEnsemble = perSymbol({
  name: 'donchian-ensemble',
  params,
  warmupBars,
  entry,
  exit,
});

/** A channel and the votes on it each take a lookback; a smoothed range has settled after three of its own. */
function warmupBars({ lookbacks_bars, volatility_lookback_bars, atr_lookback_bars }: Params): number {
  return Math.max(2 * Math.max(...lookbacks_bars), volatility_lookback_bars, 3 * atr_lookback_bars);
}

function entry(
  { candles, baseSizePct }: StrategySymbol,
  settings: Params,
  { interval }: StrategyView,
): Opinion | undefined {
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  const channel_high = highestHigh(candles, last, settings.lookbacks_bars[0] as number);
  // Only on the bar of a new high: votes stay up for long, and buying late is buying worse.
  if (close <= channel_high) return undefined;
  const score = meanVote(candles, settings.lookbacks_bars);
  if (score < settings.min_score) return undefined;

  const volatility_pct = dailyVolatilityPct(candles, settings, interval);
  if (volatility_pct === undefined) return undefined;
  const scale = Math.min(1, settings.target_daily_volatility_pct / volatility_pct);
  return {
    bracket: bracketOf(candles, settings),
    conviction: score,
    notional_pct: baseSizePct * score * scale,
    reason: 'ensemble_breakout',
    trigger: { close, channel_high, score, volatility_pct, scale },
  };
}

function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const score = meanVote(candles, settings.lookbacks_bars);
  if (score > settings.exit_score) return undefined;
  return { bracket: bracketOf(candles, settings), reason: 'ensemble_turned', trigger: { score } };
}

/** undefined: the market did not move at all, so there is no scale to size by. */
function dailyVolatilityPct(candles: Candles, settings: Params, interval: Interval): number | undefined {
  const perBar = settledAt(realisedVolatility, [settings.volatility_lookback_bars], candles, candles.length);
  return perBar > 0 ? perBar * Math.sqrt(DAY_MS / INTERVAL_MS[interval]) * 100 : undefined;
}

function bracketOf(candles: Candles, settings: Params): Bracket {
  const range = settledAt(atr, [settings.atr_lookback_bars], candles, candles.length);
  const close = candles.close[candles.length - 1] as number;
  const distancePct = ((settings.stop_atr * range) / close) * 100;
  return {
    stop_loss_pct: Math.min(settings.max_stop_loss_pct, Math.max(settings.min_stop_loss_pct, distancePct)),
    take_profit_pct: settings.take_profit_pct,
  };
}
