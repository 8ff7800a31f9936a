import type { Candles } from '../market/candles.ts';
import { type Indicator, ringOf } from './indicator.ts';

/** Sample standard deviation of the last `period` log returns, per bar (not annualised). */
export function realisedVolatility(period: number): Indicator {
  const returns = ringOf(period);
  let previousClose: number | undefined;
  return {
    push(candles: Candles, position) {
      const close = candles.close[position] as number;
      if (previousClose !== undefined) returns.push(Math.log(close / previousClose));
      previousClose = close;
    },
    value: () => (returns.isFull() ? sampleDeviation(returns.values) : undefined),
  };
}

/** In two passes: sums of squares lose the digits that quiet markets need. */
function sampleDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
