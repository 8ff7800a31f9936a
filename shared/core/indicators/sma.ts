import type { Candles } from '../market/candles.ts';
import { type Indicator, ringOf } from './indicator.ts';

/** Simple mean of a column over the last `period` bars. Summed afresh each time: a running sum would drift. */
export function sma(period: number, column: 'close' | 'volume'): Indicator {
  const ring = ringOf(period);
  return {
    push: (candles: Candles, position) => ring.push(candles[column][position] as number),
    value: () => (ring.isFull() ? sumOf(ring.values) / period : undefined),
  };
}

/** A plain loop: `reduce` takes ten times as long. */
function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return sum;
}
