import type { Answer, ExchangeFailure } from '../../shared/ports/answer.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import type { Venue } from './venue.ts';

/**
 * A venue that is still being opened. Only what is asked of the exchange waits for it, and is unanswered where it cannot be
 * opened: a key that is gone must not keep a halt from alerting, recording and withdrawing.
 */
export function lateVenue(opening: Promise<Venue>): Pick<Venue, 'exchange' | 'marketData'> {
  const opened = opening.then(
    (venue) => ({ venue }),
    (error: unknown) => ({ failure: failureOf(error) }),
  );
  const late = async <Value>(ask: (venue: Venue) => Promise<Answer<Value>>): Promise<Answer<Value>> => {
    const outcome = await opened;
    return 'venue' in outcome ? ask(outcome.venue) : outcome.failure;
  };
  const exchange: Exchange = {
    preview: (order) => late((venue) => venue.exchange.preview(order)),
    place: (order) => late((venue) => venue.exchange.place(order)),
    cancel: (ids) => late((venue) => venue.exchange.cancel(ids)),
    order: (id) => late((venue) => venue.exchange.order(id)),
    ordersSince: (sinceMs, ids) => late((venue) => venue.exchange.ordersSince(sinceMs, ids)),
    openOrders: () => late((venue) => venue.exchange.openOrders()),
    fillsSince: (...asked) => late((venue) => venue.exchange.fillsSince(...asked)),
    balances: () => late((venue) => venue.exchange.balances()),
    fees: () => late((venue) => venue.exchange.fees()),
    permissions: () => late((venue) => venue.exchange.permissions()),
  };
  const marketData: MarketData = {
    time: () => late((venue) => venue.marketData.time()),
    products: () => late((venue) => venue.marketData.products()),
    product: (id) => late((venue) => venue.marketData.product(id)),
    quotes: (ids) => late((venue) => venue.marketData.quotes(ids)),
    candles: (...asked) => late((venue) => venue.marketData.candles(...asked)),
  };
  return { exchange, marketData };
}

function failureOf(error: unknown): ExchangeFailure {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
  return { kind: 'unavailable', message: `the exchange cannot be opened (${why})` };
}
