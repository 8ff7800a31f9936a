import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { Market } from './market.ts';

/** Moves a market whole days later, so that old candles trade today. Days keep every interval's grid in place. */
export function shiftedMarket(market: Market, days: number): Market {
  if (!Number.isInteger(days)) throw new RangeError(`a market moves by whole days, not ${days}`);
  const offsetMs = days * INTERVAL_MS['1d'];
  const barsIn = (interval: Interval) => offsetMs / INTERVAL_MS[interval];
  return {
    baseInterval: market.baseInterval,
    listings: market.listings.map((listing) => ({ ...listing, listedAtMs: listing.listedAtMs + offsetMs })),
    bars(productId, interval, fromIndex, toIndex, asOfMs) {
      const shift = barsIn(interval);
      return market
        .bars(productId, interval, fromIndex - shift, toIndex - shift, asOfMs - offsetMs)
        .map((bar) => ({ ...bar, index: bar.index + shift }));
    },
    quote(productId, timeMs) {
      const quote = market.quote(productId, timeMs - offsetMs);
      return quote === null ? null : { ...quote, timeMs: quote.timeMs + offsetMs };
    },
    book(productId, timeMs, levels) {
      const book = market.book(productId, timeMs - offsetMs, levels);
      return book === null ? null : { ...book, timeMs: book.timeMs + offsetMs };
    },
    lastTrade(productId, timeMs) {
      const trade = market.lastTrade(productId, timeMs - offsetMs);
      return trade === null ? null : { ...trade, timeMs: trade.timeMs + offsetMs };
    },
    day: (productId, timeMs) => market.day(productId, timeMs - offsetMs),
  };
}
