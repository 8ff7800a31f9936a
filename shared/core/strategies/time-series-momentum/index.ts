import * as z from 'zod';
import { ema } from '../../indicators/ema.ts';
import { settledAt } from '../../indicators/read.ts';
import { realisedVolatility } from '../../indicators/realised-volatility.ts';
import type { Candles } from '../../market/candles.ts';
import { bracketParams, notAbove } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';

const params = z
  .strictObject({
    lookback_bars: z.int().min(5).max(250),
    /** The signed return over the lookback must exceed this. */
    min_return_pct: z.number().min(0).max(100),
    volatility_lookback_bars: z.int().min(5).max(250),
    /** The close must also stand above this exponential mean. */
    trend_lookback_bars: z.int().min(2).max(250),
    /** Return over (volatility per bar x sqrt(lookback)): how many deviations the move is worth. */
    min_score: z.number().min(0).max(10),
    /** The score that earns full conviction. */
    target_score: z.number().positive().max(20),
    ...bracketParams,
  })
  .refine(...notAbove('min_score', 'target_score', 'conviction would be full at once'));
type Params = z.output<typeof params>;

/** Buys what has risen more than its own noise explains, and leaves when the sign of the return turns. */
export const timeSeriesMomentum = perSymbol({
  name: 'time-series-momentum',
  params,
  warmupBars,
  entry,
  exit,
});

function warmupBars({ lookback_bars, volatility_lookback_bars, trend_lookback_bars }: Params): number {
  return Math.max(lookback_bars, volatility_lookback_bars, trend_lookback_bars);
}

function entry({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const moved = movedOver(candles, settings.lookback_bars);
  const close = candles.close[candles.length - 1] as number;
  const trend = settledAt(ema, [settings.trend_lookback_bars], candles, candles.length);
  const volatility = settledAt(realisedVolatility, [settings.volatility_lookback_bars], candles, candles.length);
  if (moved * 100 <= settings.min_return_pct || close <= trend) return undefined;

  const score = scoreOf(moved, volatility, settings);
  if (score <= 0 || score < settings.min_score) return undefined;
  const conviction = Math.min(1, score / settings.target_score);
  return {
    bracket: settings,
    conviction,
    reason: 'momentum',
    trigger: { return_pct: moved * 100, volatility_pct: volatility * 100, trend, score },
  };
}

function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const moved = movedOver(candles, settings.lookback_bars);
  if (moved >= 0) return undefined;
  return { bracket: settings, reason: 'reversal', trigger: { return_pct: moved * 100 } };
}

/** Signed on purpose: a fall of the same size is not a rise. */
function movedOver({ close, length }: Candles, lookback: number): number {
  return (close[length - 1] as number) / (close[length - 1 - lookback] as number) - 1;
}

/** A market that did not move at all in the volatility window has no scale: whatever happened before it earns nothing. */
function scoreOf(moved: number, volatility: number, { lookback_bars }: Params): number {
  return volatility > 0 ? moved / (volatility * Math.sqrt(lookback_bars)) : 0;
}
