import { adx } from '../../indicators/adx.ts';
import { ema } from '../../indicators/ema.ts';
import type { Indicator } from '../../indicators/indicator.ts';
import { readTail, settledAt } from '../../indicators/read.ts';
import { rsi } from '../../indicators/rsi.ts';
import type { Candles } from '../../market/candles.ts';

interface PullbackLookbacks {
  readonly fast_lookback_bars: number;
  readonly rsi_lookback_bars: number;
  readonly pullback_lookback_bars: number;
  readonly max_pullback_rsi: number;
}

/**
 * The newest bar is the first to close above the fast mean again, after the pullback took the RSI low enough. That bar rises
 * (a close that crosses its own mean upwards is higher than the one before), and so the RSI turns up with it.
 */
export function isTurningUp(candles: Candles, settings: PullbackLookbacks): boolean {
  const last = candles.length - 1;
  const [fastBefore, fast] = tailOf(ema, settings.fast_lookback_bars, candles, 2) as [number, number];
  const isBack = (candles.close[last - 1] as number) <= fastBefore && (candles.close[last] as number) > fast;
  if (!isBack) return false;

  const strengths = tailOf(rsi, settings.rsi_lookback_bars, candles, settings.pullback_lookback_bars + 1);
  return Math.min(...strengths.slice(0, -1)) <= settings.max_pullback_rsi;
}

interface TrendLookbacks {
  readonly fast_lookback_bars: number;
  readonly middle_lookback_bars: number;
  readonly slow_lookback_bars: number;
  readonly slope_lookback_bars: number;
  readonly pullback_lookback_bars: number;
}

export interface Trend {
  readonly fast: number;
  readonly middle: number;
  readonly slow: number;
  readonly slowRose: boolean;
  /** Lowest low of the pullback, the newest bar included. */
  readonly pullbackLow: number;
}

export function trendOf(candles: Candles, settings: TrendLookbacks): Trend {
  const slows = tailOf(ema, settings.slow_lookback_bars, candles, settings.slope_lookback_bars + 1);
  const slow = slows.at(-1) as number;
  return {
    fast: settledAt(ema, [settings.fast_lookback_bars], candles, candles.length),
    middle: settledAt(ema, [settings.middle_lookback_bars], candles, candles.length),
    slow,
    slowRose: slow > (slows[0] as number),
    pullbackLow: Math.min(...candles.low.subarray(candles.length - settings.pullback_lookback_bars - 1)),
  };
}

/** The ADX, and 0 where the falls lead: a strong fall is no strong rise. */
export function strengthOf(candles: Candles, lookback: number): number {
  const movement = settledAt(adx, [lookback], candles, candles.length);
  return movement.plusDi > movement.minusDi ? movement.adx : 0;
}

/** The values at the last `count` bars, oldest first. The warm-up sees to it that there are as many. */
function tailOf(
  make: (period: number) => Indicator,
  period: number,
  candles: Candles,
  count: number,
): readonly number[] {
  return readTail(make, [period], candles, candles.length, count) as readonly number[];
}
