import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';
import { requirePeriod } from './period.ts';
import { type RecursiveMean, recursiveMean } from './recursive-mean.ts';

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
 * Seeds as in TA-Lib ADX, PLUS_DI and MINUS_DI: S is the sum of the first p - 1 moves, then S += x - S / p; ADX is seeded
 * with the simple mean of the first p DX. Warm-up 2 p bars. A market without any movement has 0 throughout.
 */
export function adx(period: number): Indicator<DirectionalMovement> {
  requirePeriod(period, 2);
  const mean = recursiveMean(period, 1 / period);
  const seed = { moves: period - 1, weight: 1 / period };
  const rises = wilderSum(seed);
  const falls = wilderSum(seed);
  const ranges = wilderSum(seed);
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

      const rise = high - previousHigh;
      const fall = previousLow - low;
      rises.push(rise > fall && rise > 0 ? rise : 0);
      falls.push(fall > rise && fall > 0 ? fall : 0);
      ranges.push(Math.max(high, previousClose) - Math.min(low, previousClose));
      moves += 1;
      if (moves >= period) mean.push(dxOf(rises.sum(), falls.sum()));
    },
    value: () => movementOf(mean, rises.sum(), falls.sum(), ranges.sum()),
  };
}

function movementOf(
  mean: RecursiveMean,
  rises: number,
  falls: number,
  ranges: number,
): DirectionalMovement | undefined {
  const adx = mean.value();
  if (adx === undefined) return undefined;
  if (ranges === 0) return { adx, plusDi: 0, minusDi: 0 };
  return { adx, plusDi: (100 * rises) / ranges, minusDi: (100 * falls) / ranges };
}

/** The true range cancels out of DX. */
function dxOf(rises: number, falls: number): number {
  return rises + falls === 0 ? 0 : (100 * Math.abs(rises - falls)) / (rises + falls);
}

interface WilderSum {
  push(value: number): void;
  sum(): number;
}

function wilderSum({ moves, weight }: { readonly moves: number; readonly weight: number }): WilderSum {
  let count = 0;
  let sum = 0;
  return {
    push(value) {
      sum += count < moves ? value : value - sum * weight;
      count += 1;
    },
    sum: () => sum,
  };
}
