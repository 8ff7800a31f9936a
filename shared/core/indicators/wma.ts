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
      const start = ring.oldest();
      // Distances from the oldest close: a market that stands still has exactly its price as its mean.
      const pivot = ring.values[start] as number;
      let sum = 0;
      for (let i = 1; i < period; i += 1) sum += (i + 1) * ((ring.values[start + i] as number) - pivot);
      return pivot + sum / weights;
    },
  };
}
