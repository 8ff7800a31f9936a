import type { Candles } from '../../market/candles.ts';

/** The mean vote of all lookbacks at the newest bar, -1 to 1. */
export function meanVote(candles: Candles, lookbacks: readonly number[]): number {
  return lookbacks.reduce((sum, lookback) => sum + voteOf(candles, lookback), 0) / lookbacks.length;
}

/**
 * 1 when the latest close outside its channel was above it, -1 when below, 0 when none of the last `lookback` closes left
 * it. Each bar's channel is the highest high and lowest low of the `lookback` bars before that bar, so the vote depends on
 * the last 2 * lookback bars and on nothing before them.
 */
export function voteOf(candles: Candles, lookback: number): -1 | 0 | 1 {
  const last = candles.length - 1;
  for (let position = last; position > last - lookback && position >= lookback; position -= 1) {
    const close = candles.close[position] as number;
    if (close > highestHigh(candles, position, lookback)) return 1;
    if (close < lowestLow(candles, position, lookback)) return -1;
  }
  return 0;
}

/** Of the `lookback` bars before a position. */
export function highestHigh({ high }: Candles, position: number, lookback: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = position - lookback; i < position; i += 1) highest = Math.max(highest, high[i] as number);
  return highest;
}

function lowestLow({ low }: Candles, position: number, lookback: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = position - lookback; i < position; i += 1) lowest = Math.min(lowest, low[i] as number);
  return lowest;
}
