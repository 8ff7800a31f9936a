import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';
import { orderedRingOf } from './ordered-ring.ts';
import { requirePeriod } from './period.ts';

/**
 * Rate of change in percent: 100 * (close - before) / before, where `before` is the close p bars earlier. Warm-up p + 1
 * bars, no seed. As TA-Lib ROC (trading-signals gives the fraction). Prices are above zero wherever candles are read.
 */
export function roc(period: number): Indicator {
  requirePeriod(period, 1);
  const ring = orderedRingOf(period + 1);
  return {
    push: (candles: Candles, position) => ring.push(candles.close[position] as number),
    value() {
      if (!ring.isFull()) return undefined;
      const start = ring.oldest();
      const before = ring.values[start] as number;
      return (100 * ((ring.values[start + period] as number) - before)) / before;
    },
  };
}
