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
    value: () => (highs.isFull() ? { high: Math.max(...highs.values), low: Math.min(...lows.values) } : undefined),
  };
}
