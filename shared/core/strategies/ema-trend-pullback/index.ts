import * as z from 'zod';
import { below, bracketParams, notAbove } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';
import { isTurningUp, strengthOf, trendOf } from './readings.ts';

const params = z
  .strictObject({
    /** The three exponential means: fast above middle above slow is a rising trend. */
    fast_lookback_bars: z.int().min(3).max(60),
    middle_lookback_bars: z.int().min(5).max(100),
    slow_lookback_bars: z.int().min(10).max(120),
    /** The slow mean must have risen over so many bars. */
    slope_lookback_bars: z.int().min(1).max(50),
    rsi_lookback_bars: z.int().min(2).max(50),
    /** How many bars the pullback may have lasted; all of it must stay above the slow mean. */
    pullback_lookback_bars: z.int().min(1).max(30),
    /** The pullback must have brought the RSI down to this. */
    max_pullback_rsi: z.number().min(1).max(99),
    adx_lookback_bars: z.int().min(2).max(90),
    /** Least ADX. */
    min_score: z.number().min(0).max(100),
    /** The ADX that earns full conviction. */
    target_score: z.number().positive().max(100),
    ...bracketParams,
  })
  .refine(...below('fast_lookback_bars', 'middle_lookback_bars'))
  .refine(...below('middle_lookback_bars', 'slow_lookback_bars'))
  .refine(...notAbove('min_score', 'target_score', 'conviction would be full at once'));
type Params = z.output<typeof params>;

/** Buys the end of a pullback in a rising trend and leaves when the trend's means cross back. */
export const emaTrendPullback = perSymbol({
  name: 'ema-trend-pullback',
  params,
  warmupBars,
  entry,
  exit,
});

/** A recursive mean has forgotten its seed after about two lookbacks, Wilder's slower one after three. */
function warmupBars(settings: Params): number {
  return Math.max(
    2 * settings.slow_lookback_bars + settings.slope_lookback_bars,
    3 * settings.rsi_lookback_bars + settings.pullback_lookback_bars,
    3 * settings.adx_lookback_bars,
  );
}

function entry({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  if (!isTurningUp(candles, settings)) return undefined;
  const { fast, middle, slow, slowRose, pullbackLow } = trendOf(candles, settings);
  const isTrend = fast > middle && middle > slow && slowRose;
  if (!isTrend || pullbackLow <= slow) return undefined;
  const score = strengthOf(candles, settings.adx_lookback_bars);
  if (score <= 0 || score < settings.min_score) return undefined;

  const conviction = Math.min(1, score / settings.target_score);
  return {
    bracket: settings,
    conviction,
    reason: 'pullback_over',
    trigger: { fast, middle, slow, pullback_low: pullbackLow, score },
  };
}

function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const { fast, middle } = trendOf(candles, settings);
  if (fast >= middle) return undefined;
  return { bracket: settings, reason: 'trend_lost', trigger: { fast, middle } };
}
