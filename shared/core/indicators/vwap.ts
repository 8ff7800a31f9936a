import type { Candles } from '../market/candles.ts';
import { type Indicator, ringOf } from './indicator.ts';
import { requirePeriod } from './period.ts';

/**
 * Volume-weighted average price over the last p bars: sum(typical * volume) / sum(volume), typical = (high + low + close) / 3.
 * Rolling, for a market that never closes has no session to start from. Warm-up p bars, no seed. Over p bars without any
 * volume it is the typical price of the newest. No TA-Lib function; trading-signals' VWAP is the same sum since its start.
 */
export function vwap(period: number): Indicator {
  requirePeriod(period, 1);
  const prices = ringOf(period);
  const volumes = ringOf(period);
  let typical = 0;
  return {
    push(candles: Candles, position) {
      const reach = (candles.high[position] as number) + (candles.low[position] as number);
      typical = (reach + (candles.close[position] as number)) / 3;
      prices.push(typical);
      volumes.push(candles.volume[position] as number);
    },
    value: () => (prices.isFull() ? weightedMean(prices.values, volumes.values, typical) : undefined),
  };
}

/** Summed as distances from the pivot: a market that stands still has exactly its price as its mean. */
function weightedMean(values: Float64Array, weights: Float64Array, pivot: number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i += 1) {
    const weight = weights[i] as number;
    sum += ((values[i] as number) - pivot) * weight;
    total += weight;
  }
  return total === 0 ? pivot : pivot + sum / total;
}
