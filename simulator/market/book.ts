import type { Bar } from '../../shared/core/market/candles.ts';
import { barIndexAt, INTERVAL_MS } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { Quote } from '../../shared/core/market/quote.ts';
import { fromNumber, larger, type Price, type Quantity } from '../../shared/core/money/fixed.ts';
import type { Listing } from './listing.ts';
import type { BarSource, Book, Level, Market } from './market.ts';
import { streamOf, textKey } from './random.ts';

/** Without a bar for this long the venue counts as down, and the quote keeps the time of the last trade. */
const OUTAGE_BARS = 5;
/** Touch size comes from the traded volume of so many closed bars. */
const DEPTH_BARS = 10;
const SMALLEST_TOUCH_USD = 400;
export const MOST_LEVELS = 50;

/** The part of a book that holds for one whole base bar. */
interface Touch {
  readonly index: number;
  readonly bid: Price;
  readonly ask: Price;
  readonly bidSize: Quantity;
  readonly askSize: Quantity;
  /** Distance between levels. */
  readonly step: Price;
  /** When the market was last seen alive; null while it is. */
  readonly stoppedAtMs: number | null;
}

/**
 * Quotes and depth from bars: spread round the forming bar's open, size from the volume of the bars closed before. The
 * book is full again for every order: one that takes liquidity does not thin it out for the next.
 */
export function bookReader(
  source: BarSource,
  listingOf: (productId: ProductId) => Listing,
  seed: number,
): Pick<Market, 'quote' | 'book'> {
  const newest = new Map<ProductId, Touch>();

  const touchAt = (productId: ProductId, timeMs: number): Touch | null => {
    const index = barIndexAt(timeMs, source.baseInterval);
    const known = newest.get(productId);
    if (known?.index === index) return known;
    const touch = touchOf(source, listingOf(productId), index, seed);
    if (touch !== null) newest.set(productId, touch);
    return touch;
  };
  return {
    quote(productId, timeMs) {
      const touch = touchAt(productId, timeMs);
      return touch === null ? null : quoteOf(productId, touch, timeMs);
    },
    book(productId, timeMs, levels) {
      const touch = touchAt(productId, timeMs);
      return touch === null ? null : bookOf(listingOf(productId), touch, timeMs, Math.min(levels, MOST_LEVELS));
    },
  };
}

function touchOf(source: BarSource, listing: Listing, index: number, seed: number): Touch | null {
  const { productId, priceIncrement, baseIncrement } = listing;
  const bar = source.atOrBefore(productId, index);
  if (bar === undefined) return null;
  const mid = bar.index === index ? bar.open : bar.close;
  const random = streamOf(seed, textKey('book'), textKey(productId), index);
  const halfSpread = (mid * listing.spreadBps * (0.7 + 0.8 * random.next())) / 20_000;
  const bid = larger(fromNumber<'usd-per-base'>(mid - halfSpread, priceIncrement, 'down'), priceIncrement);
  const ask = fromNumber<'usd-per-base'>(mid + halfSpread, priceIncrement, 'up');
  const usual = usualVolume(source.bars(productId, index - DEPTH_BARS, index - 1));
  const size = () => sizeAt(usual * (0.04 + 0.08 * random.next()), mid, baseIncrement);
  const isAlive = index - bar.index <= OUTAGE_BARS;
  return {
    index,
    bid,
    ask: larger(ask, (bid + priceIncrement) as Price),
    bidSize: size(),
    askSize: size(),
    step: larger(fromNumber<'usd-per-base'>(halfSpread, priceIncrement, 'down'), priceIncrement),
    stoppedAtMs: isAlive ? null : (bar.index + 1) * INTERVAL_MS[source.baseInterval],
  };
}

function usualVolume(bars: readonly Bar[]): number {
  return bars.reduce((sum, bar) => sum + bar.volume, 0) / DEPTH_BARS;
}

function sizeAt(size: number, mid: number, increment: Quantity): Quantity {
  return fromNumber<'base'>(Math.max(size, SMALLEST_TOUCH_USD / mid), increment, 'up');
}

function quoteOf(productId: ProductId, touch: Touch, timeMs: number): Quote {
  const { bid, ask, bidSize, askSize } = touch;
  return { productId, bid, bidSize, ask, askSize, timeMs: touch.stoppedAtMs ?? timeMs };
}

function bookOf(listing: Listing, touch: Touch, timeMs: number, levels: number): Book {
  const side = (best: Price, bestSize: Quantity, direction: 1n | -1n): readonly Level[] => {
    const found: Level[] = [];
    for (let depth = 0; depth < levels; depth += 1) {
      const price = (best + direction * BigInt(depth) * touch.step) as Price;
      if (price <= 0n) break;
      // Each level is half a touch deeper than the one before.
      const wanted = bestSize + (bestSize * BigInt(depth)) / 2n;
      found.push({ price, size: (wanted - (wanted % listing.baseIncrement)) as Quantity });
    }
    return found;
  };
  return {
    bids: side(touch.bid, touch.bidSize, -1n),
    asks: side(touch.ask, touch.askSize, 1n),
    timeMs: touch.stoppedAtMs ?? timeMs,
  };
}
