import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adx } from './adx.ts';
import { bollinger } from './bollinger.ts';
import { keltner } from './keltner.ts';
import { macd } from './macd.ts';
import { deviationFrom, meanOf } from './moments.ts';
import { orderedRingOf } from './ordered-ring.ts';
import { psar } from './psar.ts';
import { recursiveMean } from './recursive-mean.ts';
import { roc } from './roc.ts';
import { rsi } from './rsi.ts';
import { slidingHighest } from './sliding-extreme.ts';
import { slope } from './slope.ts';
import { supertrend } from './supertrend.ts';
import { vwap } from './vwap.ts';
import { wma } from './wma.ts';
import { zScore } from './z-score.ts';

describe('an ordered ring', () => {
  it('holds the last numbers pushed, oldest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.double({ noNaN: true })), (size, pushed) => {
        const ring = orderedRingOf(size);
        for (const value of pushed) ring.push(value);

        expect(ring.isFull()).toBe(pushed.length >= size);
        if (!ring.isFull()) return;
        const run = ring.values.subarray(ring.oldest(), ring.oldest() + size);
        expect([...run]).toEqual(pushed.slice(-size));
      }),
    );
  });
});

it('a sliding highest is below every number before the first one', () => {
  const highest = slidingHighest(2);

  expect(highest.value()).toBe(Number.NEGATIVE_INFINITY);
  highest.push(-5);
  expect(highest.value()).toBe(-5);
});

describe('mean and deviation', () => {
  it('of equal numbers are exactly that number and exactly zero', () => {
    const number = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 300 }), (value, count) => {
        const values = new Float64Array(count).fill(value);

        expect(meanOf(values)).toBe(value);
        expect(deviationFrom(value, values)).toBe(0);
      }),
    );
  });

  it('are the textbook values', () => {
    const values = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);

    expect(meanOf(values)).toBe(5);
    expect(deviationFrom(5, values)).toBe(2);
  });
});

describe('a recursive mean', () => {
  it('is the simple mean of its seed and then fades', () => {
    const mean = recursiveMean(2, 0.25);
    const values = [1, 3, 6, 2].map((value) => {
      mean.push(value);
      return mean.value();
    });

    expect(values).toEqual([undefined, 2, 3, 2.75]);
  });
});

describe('a setting without meaning', () => {
  it.each<readonly [string, () => unknown]>([
    ['wma', () => wma(0)],
    ['rsi', () => rsi(0)],
    ['adx of one bar', () => adx(1)],
    ['bollinger', () => bollinger(2.5, 2)],
    ['z-score of one bar', () => zScore(1)],
    ['keltner, mean', () => keltner({ period: 0, atrPeriod: 1, width: 1 })],
    ['keltner, range', () => keltner({ period: 1, atrPeriod: Number.NaN, width: 1 })],
    ['macd, fast', () => macd({ fast: 0, slow: 2, signal: 1 })],
    ['macd, slow not slower', () => macd({ fast: 12, slow: 12, signal: 9 })],
    ['macd, signal', () => macd({ fast: 1, slow: 2, signal: -1 })],
    ['roc', () => roc(0)],
    ['slope of one bar', () => slope(1)],
    ['supertrend', () => supertrend(0, 3)],
    ['vwap', () => vwap(Number.POSITIVE_INFINITY)],
    ['psar, step', () => psar(0, 0.2)],
    ['psar, most', () => psar(0.3, 0.2)],
  ])('is refused at once: %s', (_, make) => {
    expect(make).toThrow(RangeError);
  });
});
