import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candlesFrom, NO_CANDLES } from '../core/market/candles.ts';
import { createMarketCache, mergeCandles } from './market-cache.ts';

describe('the market cache', () => {
  it('keeps products for the given age and no longer', () => {
    const cache = createMarketCache();
    cache.putProducts([], 1_000);

    expect(cache.products(1_000 + 299_999, 300_000)).toEqual([]);
    expect(cache.products(1_000 + 300_000, 300_000)).toBeUndefined();
    expect(cache.products(999, 300_000)).toBeUndefined();
  });

  it('lets the newer reading of a bar win, also where it no longer has one', () => {
    const older = candlesFrom([bar(1, 10), bar(2, 20), bar(3, 30)]);
    const newer = candlesFrom([bar(2, 21), bar(4, 40)]);

    const merged = mergeCandles(older, newer, 0);

    expect([...merged.index]).toEqual([1, 2, 4]);
    expect([...merged.close]).toEqual([10, 21, 40]);
  });

  it('gives the same bars however the reads were cut', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), fc.nat(60), (indices, cut) => {
        const bars = [...indices].sort((a, b) => a - b).map((index) => bar(index, index + 1));
        const first = candlesFrom(bars.filter(({ index }) => index <= cut));
        const lastKnown = first.length > 0 ? (first.index[first.length - 1] as number) : 0;
        const rest = candlesFrom(bars.filter(({ index }) => index >= lastKnown));

        const merged = mergeCandles(mergeCandles(NO_CANDLES, first, 5), rest, 5);

        expect([...merged.index]).toEqual(bars.map(({ index }) => index).filter((index) => index >= 5));
      }),
    );
  });
});

function bar(index: number, close: number) {
  return { index, open: close, high: close, low: close, close, volume: 1 };
}
