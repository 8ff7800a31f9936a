import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';

/** Exponential mean of closes, weight 2 / (period + 1), seeded with the simple mean of the first `period` closes. */
export function ema(period: number): Indicator {
  const weight = 2 / (period + 1);
  let count = 0;
  let mean = 0;
  return {
    push(candles: Candles, position) {
      const close = candles.close[position] as number;
      count += 1;
      if (count <= period) mean += (close - mean) / count;
      else mean += weight * (close - mean);
    },
    value: () => (count >= period ? mean : undefined),
  };
}
