import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';
import { orderedRingOf } from './ordered-ring.ts';
import { requirePeriod } from './period.ts';

/**
 * Linearly weighted mean of closes: sum(i * close_i) / (p (p + 1) / 2), where i = 1 is the oldest of the last p and i = p
 * the newest. Warm-up p bars, no seed. As TA-Lib WMA.
 */
export function wma(period: number): Indicator {
  requirePeriod(period, 1);
  const ring = orderedRingOf(period);
  const weights = (period * (period + 1)) / 2;
  return {
    push: (candles: Candles, position) => ring.push(candles.close[position] as number),
    value() {
      if (!ring.isFull()) return undefined;
      const { values } = ring;
      const oldest = ring.oldest();
      // Distances from the oldest close: a market that stands still has exactly its price as its mean.
      const pivot = values[oldest] as number;
      let newer = 0;
      let sum = 0;
      for (let i = oldest + period - 1; i > oldest; i -= 1) {
        // The newer a close, the more of these sums it is in: as many as its weight, with the last one counted twice.
        newer += (values[i] as number) - pivot;
        sum += newer;
      }
      return pivot + (sum + newer) / weights;
    },
  };
}
