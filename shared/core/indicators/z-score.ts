import type { Candles } from '../market/candles.ts';
import { type Indicator, ringOf } from './indicator.ts';
import { deviationFrom, meanOf } from './moments.ts';
import { requirePeriod } from './period.ts';

/**
 * How many population standard deviations the newest close stands above the mean of the last p closes, itself included:
 * at +2 it touches the upper Bollinger band of width 2. Between -sqrt(p - 1) and sqrt(p - 1). Warm-up p bars, no seed.
 * The textbook standard score; no TA-Lib function. A market that stands still has 0.
 */
export function zScore(period: number): Indicator {
  requirePeriod(period, 2);
  const ring = ringOf(period);
  let close = 0;
  return {
    push(candles: Candles, position) {
      close = candles.close[position] as number;
      ring.push(close);
    },
    value() {
      if (!ring.isFull()) return undefined;
      const mean = meanOf(ring.values);
      const deviation = deviationFrom(mean, ring.values);
      return deviation === 0 ? 0 : (close - mean) / deviation;
    },
  };
}
