import type { Bar } from '../../shared/core/market/candles.ts';
import { barIndexAt, INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { fromNumber } from '../../shared/core/money/fixed.ts';
import { bookReader } from './book.ts';
import { coarseBars } from './coarse-bars.ts';
import type { Listing } from './listing.ts';
import type { BarSource, DayStatistics, LastTrade, Market } from './market.ts';

/**
 * The price inside a forming bar is its open until it closes: a quote at time t is made of bars closed before t and of
 * one open, so it cannot leak where the bar will go.
 */
export function barMarket(source: BarSource, seed: number): Market {
  const listings = new Map(source.listings.map((listing) => [listing.productId, listing]));
  const listingOf = (productId: ProductId): Listing => {
    const listing = listings.get(productId);
    if (listing === undefined) throw new RangeError(`the market does not list ${productId}`);
    return listing;
  };
  const books = bookReader(source, listingOf, seed);
  const coarse = coarseBars(source);

  const bars: Market['bars'] = (productId, interval, fromIndex, toIndex, asOfMs) => {
    listingOf(productId);
    if (INTERVAL_MS[interval] % INTERVAL_MS[source.baseInterval] !== 0) return [];
    const forming = barIndexAt(asOfMs, interval);
    const closed = coarse.closed(productId, interval, fromIndex, Math.min(toIndex, forming - 1));
    if (forming < fromIndex || forming > toIndex) return closed;
    const last = formingBar(source, coarse, productId, interval, asOfMs);
    return last === undefined ? closed : [...closed, last];
  };
  return {
    baseInterval: source.baseInterval,
    listings: source.listings,
    bars,
    quote: books.quote,
    book: books.book,
    lastTrade: (productId, timeMs) => lastTrade(source, listingOf(productId), timeMs),
    day: (productId, timeMs) => dayStatistics(coarse, source, productId, timeMs),
  };
}

/** What is known of the forming bar: the closed base bars in it and the open of the forming base bar. */
function formingBar(
  source: BarSource,
  coarse: ReturnType<typeof coarseBars>,
  productId: ProductId,
  interval: Interval,
  asOfMs: number,
): Bar | undefined {
  const { baseInterval } = source;
  const formingBase = barIndexAt(asOfMs, baseInterval);
  const index = barIndexAt(asOfMs, interval);
  const first = (index * INTERVAL_MS[interval]) / INTERVAL_MS[baseInterval];
  const [current] = source.bars(productId, formingBase, formingBase);
  const known = [...source.bars(productId, first, formingBase - 1)];
  if (current !== undefined) {
    const { open } = current;
    known.push({ index: formingBase, open, high: open, low: open, close: open, volume: 0 });
  }
  return coarse.merge(index, known);
}

function lastTrade(source: BarSource, listing: Listing, timeMs: number): LastTrade | null {
  const stepMs = INTERVAL_MS[source.baseInterval];
  const forming = barIndexAt(timeMs, source.baseInterval);
  const bar = source.atOrBefore(listing.productId, forming);
  if (bar === undefined) return null;
  const isForming = bar.index === forming;
  return {
    price: fromNumber(isForming ? bar.open : bar.close, listing.priceIncrement, 'down'),
    timeMs: isForming ? forming * stepMs : (bar.index + 1) * stepMs - 1,
  };
}

/** Over the 24 closed hours before; over one closed day where the base interval is a day. */
function dayStatistics(
  coarse: ReturnType<typeof coarseBars>,
  source: BarSource,
  productId: ProductId,
  timeMs: number,
): DayStatistics {
  const interval: Interval = INTERVAL_MS[source.baseInterval] <= INTERVAL_MS['1h'] ? '1h' : source.baseInterval;
  const newest = barIndexAt(timeMs, interval) - 1;
  const count = Math.max(1, Math.round(INTERVAL_MS['1d'] / INTERVAL_MS[interval]));
  const bars = coarse.closed(productId, interval, newest - count + 1, newest);
  const first = bars[0];
  const last = bars.at(-1);
  const baseVolume = bars.reduce((sum, bar) => sum + bar.volume, 0);
  const quoteVolume = bars.reduce((sum, bar) => sum + bar.volume * bar.close, 0);
  const priceChangePct = first === undefined || last === undefined ? 0 : (last.close / first.open - 1) * 100;
  return { baseVolume, quoteVolume, priceChangePct };
}
