import type { Candles } from '../market/candles.ts';
import type { Band } from './band.ts';
import { type Indicator, ringOf } from './indicator.ts';
import { deviationFrom, meanOf } from './moments.ts';
import { requirePeriod } from './period.ts';

/**
 * Bollinger bands of closes: the simple mean of the last p, and `width` population standard deviations (divisor p) above
 * and below it. Warm-up p bars, no seed. As TA-Lib BBANDS with a simple mean. A market that stands still has width 0.
 */
export function bollinger(period: number, width: number): Indicator<Band> {
  requirePeriod(period, 1);
  const ring = ringOf(period);
  return {
    push: (candles: Candles, position) => ring.push(candles.close[position] as number),
    value() {
      if (!ring.isFull()) return undefined;
      const middle = meanOf(ring.values);
      const reach = width * deviationFrom(middle, ring.values);
      return { upper: middle + reach, middle, lower: middle - reach };
    },
  };
}
