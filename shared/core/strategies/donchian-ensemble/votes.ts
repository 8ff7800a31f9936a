import type { Indicator } from '../../indicators/indicator.ts';
import { settledAt } from '../../indicators/read.ts';
import { slidingHighest } from '../../indicators/sliding-extreme.ts';
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
export function voteOf(candles: Candles, lookback: number): number {
  return settledAt(vote, [lookback], candles, candles.length);
}

function vote(lookback: number): Indicator {
  const highest = slidingHighest(lookback);
  const lowest = slidingHighest(lookback);
  let count = 0;
  let outsideAt = Number.NEGATIVE_INFINITY;
  let side = 0;
  return {
    push(candles, position) {
      const close = candles.close[position] as number;
      if (count >= lookback) {
        const isAbove = close > highest.value();
        if (isAbove || close < -lowest.value()) {
          outsideAt = count;
          side = isAbove ? 1 : -1;
        }
      }
      highest.push(candles.high[position] as number);
      lowest.push(-(candles.low[position] as number));
      count += 1;
    },
    value: () => (count - outsideAt <= lookback ? side : 0),
  };
}

/** Of the `lookback` bars before a position. */
export function highestHigh({ high }: Candles, position: number, lookback: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = position - lookback; i < position; i += 1) highest = Math.max(highest, high[i] as number);
  return highest;
}
