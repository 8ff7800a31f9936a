import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bar, barAt, candlesFrom, fillGaps, firstAtOrAfter, NO_CANDLES } from './candles.ts';

function bar(index: number, close = index): Bar {
  return { index, open: close - 1, high: close + 2, low: close - 2, close, volume: 5 };
}

const bars = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 })
  .map((indexes) => indexes.toSorted((a, b) => a - b).map((index) => bar(index, index + 1)));

describe('columns', () => {
  it('refuse bars that repeat or go back', () => {
    expect(() => candlesFrom([bar(1), bar(1)])).toThrow(/ascend/);
    expect(() => candlesFrom([bar(2), bar(1)])).toThrow(/ascend/);
  });

  it('give back the bars they were made of, counted from either end', () => {
    const candles = candlesFrom([bar(3), bar(5)]);

    expect(barAt(candles, 0)).toEqual(bar(3));
    expect(barAt(candles, -1)).toEqual(bar(5));
    expect(barAt(candles, 2)).toBeUndefined();
    expect(barAt(candles, -3)).toBeUndefined();
  });
});

describe('gap filling', () => {
  it('makes a series without holes that ends where it should', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 31, max: 60 }), (raw, from, to) => {
        const filled = fillGaps(candlesFrom(raw), from, to);
        const expectedStart = raw.some(({ index }) => index <= from) ? from : (raw[0] as Bar).index;
        const expected =
          expectedStart > to ? [] : Array.from({ length: to - expectedStart + 1 }, (_, i) => expectedStart + i);
        expect([...filled.index]).toEqual(expected);
      }),
    );
  });

  it('keeps every real bar as it is and lets a missing one be flat at the close before it', () => {
    fc.assert(
      fc.property(bars, (raw) => {
        const filled = fillGaps(candlesFrom(raw), 0, 60);
        for (let i = 0; i < filled.length; i += 1) {
          const own = barAt(filled, i) as Bar;
          const real = raw.find(({ index }) => index === own.index);
          const before = raw.findLast(({ index }) => index < own.index)?.close as number;
          expect(own).toEqual(
            real ?? { index: own.index, open: before, high: before, low: before, close: before, volume: 0 },
          );
        }
      }),
    );
  });

  it('invents nothing before the first price and keeps nothing after the end', () => {
    expect([...fillGaps(candlesFrom([bar(5), bar(9)]), 3, 7).index]).toEqual([5, 6, 7]);
    expect(fillGaps(NO_CANDLES, 0, 10).length).toBe(0);
  });
});

it('the first bar at or after an index is where a search from the front finds it', () => {
  fc.assert(
    fc.property(bars, fc.integer({ min: -1, max: 62 }), (raw, wanted) => {
      const found = raw.findIndex(({ index }) => index >= wanted);

      expect(firstAtOrAfter(candlesFrom(raw), wanted)).toBe(found < 0 ? raw.length : found);
    }),
  );
});
