import type { Candles } from '../market/candles.ts';
import { type Indicator, ringOf } from './indicator.ts';

/** Simple mean of a column over the last `period` bars. Summed afresh each time: a running sum would drift. */
export function sma(period: number, column: 'close' | 'volume'): Indicator {
  const ring = ringOf(period);
  return {
    push: (candles: Candles, position) => ring.push(candles[column][position] as number),
    value: () => (ring.isFull() ? ring.values.reduce((sum, value) => sum + value, 0) / period : undefined),
  };
}
