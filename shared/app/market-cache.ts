import { type Bar, barAt, type Candles, candlesFrom } from '../core/market/candles.ts';
import type { Interval } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';

/** Bars of one product and interval as far as they were read. All indices are absolute bar indices. */
export interface KnownBars {
  /** Bars that really traded, oldest first. */
  readonly bars: Candles;
  /** Everything from here ... */
  readonly fromIndex: number;
  /** ... to here was asked for and answered. */
  readonly toIndex: number;
  /** Up to here it was read late enough after the close to be final. */
  readonly settledIndex: number;
}

/** What one process remembers of the market between cycles. Losing it costs requests, never correctness. */
export interface MarketCache {
  /** Products as last read, or undefined when older than `maxAgeMs`. */
  products(nowMs: number, maxAgeMs: number): readonly Product[] | undefined;
  putProducts(products: readonly Product[], nowMs: number): void;
  /** undefined when never fetched. */
  bars(productId: ProductId, interval: Interval): KnownBars | undefined;
  putBars(productId: ProductId, interval: Interval, known: KnownBars): void;
  /** When these bars were last asked for, answered or not; -Infinity for never. */
  askedAtMs(productId: ProductId, interval: Interval): number;
  putAskedAt(productId: ProductId, interval: Interval, nowMs: number): void;
}

export function createMarketCache(): MarketCache {
  let products: { readonly list: readonly Product[]; readonly atMs: number } | undefined;
  const bars = new Map<string, KnownBars>();
  const asked = new Map<string, number>();
  const keyOf = (productId: ProductId, interval: Interval) => `${productId}/${interval}`;
  return {
    products: (nowMs, maxAgeMs) =>
      products !== undefined && nowMs - products.atMs < maxAgeMs && nowMs >= products.atMs ? products.list : undefined,
    putProducts: (list, nowMs) => {
      products = { list, atMs: nowMs };
    },
    bars: (productId, interval) => bars.get(keyOf(productId, interval)),
    putBars: (productId, interval, known) => {
      bars.set(keyOf(productId, interval), known);
    },
    askedAtMs: (productId, interval) => asked.get(keyOf(productId, interval)) ?? Number.NEGATIVE_INFINITY,
    putAskedAt: (productId, interval, nowMs) => {
      asked.set(keyOf(productId, interval), nowMs);
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
