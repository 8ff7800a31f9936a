import { describe, expect, it } from 'vitest';
import { productId } from '../market/product.ts';
import { productOf } from '../market/testing/product.ts';
import { price } from '../money/fixed.ts';
import { marketBySlot, type ProductList } from './product-lists.ts';
import { barsAt, inputOf, WARM_UP } from './testing/bar-world.ts';

const [BTC, ETH] = [productId('BTC-USD'), productId('ETH-USD')];
const flat = barsAt(Array.from({ length: WARM_UP + 10 }, () => 100));
const { market } = inputOf({ bars: new Map([BTC, ETH].map((id) => [id, flat])), product: { listedAtMs: 7 } });

const list = (fromMs: number, products: ProductList['products'], absent: readonly string[] = []): ProductList => ({
  fromMs,
  products,
  absent: new Set(absent.map((id) => productId(id))),
});

describe('[REQ-BT1] the products of the day', () => {
  const coarse = { ...productOf(BTC), priceIncrement: price('0.5'), listedAtMs: null };
  const dated = { ...coarse, listedAtMs: 3 };
  const at = marketBySlot(market, [
    list(1_000, new Map([[BTC, coarse]])),
    list(1_500, new Map([[BTC, dated]])),
    list(2_000, new Map(), ['BTC-USD']),
  ]);
  const seen = [999, 1_000, 1_499, 1_500, 2_000, 9_000].map((slotMs) => at(slotMs).series.get(BTC));

  it('are those of the newest list that had been taken, and before the first one those of the market', () => {
    expect(seen.map((series) => series?.increment)).toEqual([0.01, 0.5, 0.5, 0.5, 0.01, 0.01]);
    expect(seen.map((series) => series?.base)).toEqual(seen.map(() => market.series.get(BTC)?.base));
  });

  it('keep what is known of a listing where the list does not date it', () => {
    expect(seen.map((series) => series?.product.listedAtMs)).toEqual([7, 7, 7, 3, 7, 7]);
  });

  it('are disabled while they are not listed, and stay as they are where no list speaks of them', () => {
    expect(seen.map((series) => series?.product.flags.isDisabled)).toEqual([false, false, false, false, true, true]);
    expect(marketBySlot(market, [list(0, new Map(), ['BTC-USD'])])(0).series.get(ETH)).toBe(market.series.get(ETH));
  });
});
