import { type Bar, barAt, type Candles, candlesFrom } from '../core/market/candles.ts';
import type { Interval } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';

/** What one process remembers of the market between cycles. Losing it costs requests, never correctness. */
export interface MarketCache {
  /** Products as last read, or undefined when older than `maxAgeMs`. */
  products(nowMs: number, maxAgeMs: number): readonly Product[] | undefined;
  putProducts(products: readonly Product[], nowMs: number): void;
  /** Bars that really traded, oldest first; undefined when never fetched. */
  candles(productId: ProductId, interval: Interval): Candles | undefined;
  putCandles(productId: ProductId, interval: Interval, candles: Candles): void;
}

export function createMarketCache(): MarketCache {
  let products: { readonly list: readonly Product[]; readonly atMs: number } | undefined;
  const bars = new Map<string, Candles>();
  const keyOf = (productId: ProductId, interval: Interval) => `${productId}/${interval}`;
  return {
    products: (nowMs, maxAgeMs) =>
      products !== undefined && nowMs - products.atMs < maxAgeMs && nowMs >= products.atMs ? products.list : undefined,
    putProducts: (list, nowMs) => {
      products = { list, atMs: nowMs };
    },
    candles: (productId, interval) => bars.get(keyOf(productId, interval)),
    putCandles: (productId, interval, candles) => {
      bars.set(keyOf(productId, interval), candles);
    },
  };
}

/** Joins bars by index (the newer reading of a bar wins) and drops everything before `fromIndex`. */
export function mergeCandles(older: Candles, newer: Candles, fromIndex: number): Candles {
  const firstNew = newer.length > 0 ? (newer.index[0] as number) : Number.POSITIVE_INFINITY;
  const bars: Bar[] = [];
  for (let i = 0; i < older.length; i += 1) {
    const index = older.index[i] as number;
    if (index >= fromIndex && index < firstNew) bars.push(barAt(older, i) as Bar);
  }
  for (let i = 0; i < newer.length; i += 1) {
    if ((newer.index[i] as number) >= fromIndex) bars.push(barAt(newer, i) as Bar);
  }
  return candlesFrom(bars);
}
