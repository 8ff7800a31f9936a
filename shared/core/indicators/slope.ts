import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';
import { orderedRingOf } from './ordered-ring.ts';
import { requirePeriod } from './period.ts';

/**
 * Slope of the least-squares line through the last p closes, in price per bar: sum((i - mean i) close_i) / sum((i - mean i)^2).
 * Warm-up p bars, no seed. As TA-Lib LINEARREG_SLOPE.
 */
export function slope(period: number): Indicator {
  requirePeriod(period, 2);
  const ring = orderedRingOf(period);
  // Twice sum((i - mean i)^2), as the weights below are twice (i - mean i).
  const scale = (period * (period * period - 1)) / 6;
  return {
    push: (candles: Candles, position) => ring.push(candles.close[position] as number),
    value() {
      if (!ring.isFull()) return undefined;
      let oldest = ring.oldest();
      let newest = oldest + period - 1;
      let sum = 0;
      // Weights are opposite from both ends, so the closes are taken in pairs: a market that stands still has exactly 0.
      for (let weight = period - 1; weight > 0; weight -= 2) {
        sum += weight * ((ring.values[newest] as number) - (ring.values[oldest] as number));
        oldest += 1;
        newest -= 1;
      }
      return sum / scale;
    },
  };
}
