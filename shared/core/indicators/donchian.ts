import type { Candles } from '../market/candles.ts';
import { type Indicator, ringOf } from './indicator.ts';

export interface Channel {
  readonly high: number;
  readonly low: number;
}

/** Highest high and lowest low of the last `period` bars pushed. */
export function donchian(period: number): Indicator<Channel> {
  const highs = ringOf(period);
  const lows = ringOf(period);
  return {
    push(candles: Candles, position) {
      highs.push(candles.high[position] as number);
      lows.push(candles.low[position] as number);
    },
    value: () => (highs.isFull() ? { high: highest(highs.values), low: lowest(lows.values) } : undefined),
  };
}

/** Plain loops: spreading the values into Math.max takes twenty times as long. */
function highest(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) most = Math.max(most, values[i] as number);
  return most;
}

function lowest(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) least = Math.min(least, values[i] as number);
  return least;
}
