import type { Candles } from '../core/market/candles.ts';
import type { Interval } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';
import type { Quote } from '../core/market/quote.ts';
import type { Answer } from './answer.ts';

/** The exchange's clock and how well it is known. */
export interface ExchangeTime {
  /** The exchange's time when the reply arrived, corrected by half the round trip. */
  readonly epochMs: number;
  /** |error| of epochMs is at most this (half the round trip). */
  readonly errorBoundMs: number;
}

export interface MarketData {
  time(): Promise<Answer<ExchangeTime>>;
  /** All spot products, paged to the end. */
  products(): Promise<Answer<readonly Product[]>>;
  /** One product as it stands now: never from a cache. */
  product(productId: ProductId): Promise<Answer<Product>>;
  /** One call for all. A product without a two-sided book is left out. */
  quotes(productIds: readonly ProductId[]): Promise<Answer<readonly Quote[]>>;
  /**
   * The bars that really traded with `fromIndex <= index <= toIndex` (at most 300), oldest first. Absent minutes stay
   * absent; a bar still forming is dropped.
   */
  candles(productId: ProductId, interval: Interval, fromIndex: number, toIndex: number): Promise<Answer<Candles>>;
}
