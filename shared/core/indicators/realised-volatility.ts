import type { Candles } from '../market/candles.ts';
import { log } from '../market/log.ts';
import { type Indicator, ringOf } from './indicator.ts';
import { square } from './moments.ts';

/** Sample standard deviation of the last `period` log returns, per bar (not annualised). */
export function realisedVolatility(period: number): Indicator {
  const returns = ringOf(period);
  let previousClose: number | undefined;
  return {
    push(candles: Candles, position) {
      const close = candles.close[position] as number;
      if (previousClose !== undefined) returns.push(log(close / previousClose));
      previousClose = close;
    },
    value: () => (returns.isFull() ? sampleDeviation(returns.values) : undefined),
  };
}

/** In two passes: sums of squares lose the digits that quiet markets need. */
function sampleDeviation(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += square((values[i] as number) - mean);
  return Math.sqrt(squares / (values.length - 1));
}
