import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrorOf } from '../../../../test/core/strategy-examples.ts';
import { breakdown, breakout, calm, candlesTo, T } from '../../../../test/core/world.ts';
import { highestHigh, meanVote, voteOf } from './votes.ts';

const series = (closes: readonly number[]) => candlesTo(T, closes);
/** The highest high and the lowest low of the calm saw tooth. */
const HIGH = 100.5;
const LOW = 99.4;

describe('the vote of a lookback', () => {
  it('is up only for a close above the highs before it, down only for one below the lows', () => {
    expect(voteOf(series(breakout(60, HIGH)), 20)).toBe(0);
    expect(voteOf(series(breakout(60, HIGH + 0.001)), 20)).toBe(1);
    expect(voteOf(series(breakdown(60, LOW)), 20)).toBe(0);
    expect(voteOf(series(breakdown(60, LOW - 0.001)), 20)).toBe(-1);
  });

  it('stands until the opposite side breaks', () => {
    expect(voteOf(series([...breakout(60), 101, 100]), 20)).toBe(1);
    expect(voteOf(series([...breakout(60), 101, 90]), 20)).toBe(-1);
  });

  it('expires once as many bars went by without another break', () => {
    const later = (bars: number) => series([...breakout(60), ...Array.from({ length: bars }, () => 100)]);

    expect(voteOf(later(19), 20)).toBe(1);
    expect(voteOf(later(20), 20)).toBe(0);
  });

  it('knows nothing about bars before the last two lookbacks', () => {
    fc.assert(
      fc.property(prices(2), prices(41), (before, recent) => {
        expect(voteOf(series([...before, ...recent]), 20)).toBe(voteOf(series(recent), 20));
      }),
    );
    expect(highestHigh(series([1000, 100, ...calm(40), 120]), 42, 40)).toBe(HIGH);
  });
});

describe('the mean vote', () => {
  it('weighs channels that broke upwards against those that broke downwards', () => {
    // New highs after a fall that only the longest channel remembers.
    const divided = series([...calm(60), ...calm(32).map((close) => close - 10), 93]);

    expect(meanVote(divided, [10, 20])).toBe(1);
    expect(meanVote(divided, [10, 20, 30, 40])).toBe(0.5);
    expect(meanVote(divided, [10, 40])).toBe(0);
  });

  it('turns its sign in a market upside down', () => {
    fc.assert(
      fc.property(prices(60), (closes) => {
        const candles = series(closes);
        expect(meanVote(mirrorOf(candles), [5, 10, 20])).toBeCloseTo(-meanVote(candles, [5, 10, 20]), 12);
      }),
    );
  });
});

function prices(length: number): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.integer({ min: 90, max: 110 }), { minLength: length, maxLength: length });
}
