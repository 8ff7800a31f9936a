import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';
import { requirePeriod } from './period.ts';
import { recursiveMean } from './recursive-mean.ts';

/** How directed a market is, and in which direction; each 0 to 100. */
export interface DirectionalMovement {
  readonly adx: number;
  readonly plusDi: number;
  readonly minusDi: number;
}

/**
 * Wilder's average directional index. Of each bar against the one before: +DM is how far its high rose if that is more
 * than its low fell, -DM the reverse, the other is 0. +DI = 100 * S(+DM) / S(true range), -DI likewise,
 * DX = 100 * |+DI - -DI| / (+DI + -DI), ADX = Wilder's mean of DX.
 * Seeds as in TA-Lib ADX, PLUS_DI and MINUS_DI: S is the sum of the first p - 1 moves, then S = S (1 - 1 / p) + x; ADX
 * is seeded with the simple mean of the first p DX. Warm-up 2 p bars. A market without any movement has 0 throughout.
 */
export function adx(period: number): Indicator<DirectionalMovement> {
  requirePeriod(period, 2);
  const mean = recursiveMean(period, 1 / period);
  const sums = { rises: 0, falls: 0, ranges: 0 };
  let moves = 0;
  let high = 0;
  let low = 0;
  let close: number | undefined;
  return {
    push(candles: Candles, position) {
      const previousHigh = high;
      const previousLow = low;
      const previousClose = close;
      high = candles.high[position] as number;
      low = candles.low[position] as number;
      close = candles.close[position] as number;
      if (previousClose === undefined) return;

      moves += 1;
      const kept = moves < period ? 1 : 1 - 1 / period;
      const rise = high - previousHigh;
      const fall = previousLow - low;
      sums.rises = sums.rises * kept + lead(rise, fall);
      sums.falls = sums.falls * kept + lead(fall, rise);
      sums.ranges = sums.ranges * kept + (Math.max(high, previousClose) - Math.min(low, previousClose));
      if (moves >= period) mean.push(dxOf(sums.rises, sums.falls));
    },
    value() {
      const adx = mean.value();
      if (adx === undefined) return undefined;
      const { rises, falls, ranges } = sums;
      if (ranges === 0) return { adx, plusDi: 0, minusDi: 0 };
      return { adx, plusDi: (100 * rises) / ranges, minusDi: (100 * falls) / ranges };
    },
  };
}

/** A move counts in full if it is the larger of the two, else not at all. */
function lead(move: number, other: number): number {
  return move > other && move > 0 ? move : 0;
}

/** The true range cancels out of DX. */
function dxOf(rises: number, falls: number): number {
  return rises + falls === 0 ? 0 : (100 * Math.abs(rises - falls)) / (rises + falls);
}
