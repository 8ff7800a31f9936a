import type { Bar } from '../../shared/core/market/candles.ts';
import type { Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { Quote } from '../../shared/core/market/quote.ts';
import type { Price, Quantity } from '../../shared/core/money/fixed.ts';
import type { Listing } from './listing.ts';

export interface Level {
  readonly price: Price;
  readonly size: Quantity;
}

/** Best level first on both sides. */
export interface Book {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly timeMs: number;
}

export interface LastTrade {
  readonly price: Price;
  readonly timeMs: number;
}

export interface DayStatistics {
  readonly baseVolume: number;
  readonly quoteVolume: number;
  readonly priceChangePct: number;
}

/** A market is a pure function of time: the same question has the same answer for ever, in whatever order it is asked. */
export interface Market {
  readonly baseInterval: Interval;
  readonly listings: readonly Listing[];
  /**
   * Bars with `fromIndex <= index <= toIndex` as known at `asOfMs`, oldest first: closed ones, and the forming one made of
   * what had been traded by then. Absent bars stay absent. Empty for an interval finer than the base interval.
   */
  bars(productId: ProductId, interval: Interval, fromIndex: number, toIndex: number, asOfMs: number): readonly Bar[];
  /** null before the first bar. Its time stands still when the market does (an outage). */
  quote(productId: ProductId, timeMs: number): Quote | null;
  /** The best `levels` a side. null when there is no quote. */
  book(productId: ProductId, timeMs: number, levels: number): Book | null;
  lastTrade(productId: ProductId, timeMs: number): LastTrade | null;
  day(productId: ProductId, timeMs: number): DayStatistics;
}

/** Where base bars come from. */
export interface BarSource {
  readonly baseInterval: Interval;
  readonly listings: readonly Listing[];
  /** Ascending; absent bars left out. */
  bars(productId: ProductId, fromIndex: number, toIndex: number): readonly Bar[];
  /** The newest bar with an index at most this. */
  atOrBefore(productId: ProductId, index: number): Bar | undefined;
}
