import { INTERVAL_MS } from '../market/interval.ts';
import { type Price, portion, ratio, toNumber } from '../money/fixed.ts';
import { book, type Desk, end, leftOf, type RestingOrder } from './desk.ts';
import { type Execution, restAt, takeAt, type Venue } from './fills.ts';
import { reachedFirst } from './finer-bars.ts';
import { type BarMarket, barOf, type FillBar, halfSpread } from './market.ts';
import type { Series } from './series.ts';

/** A triggered bracket sells down to so far below its stop and no further. */
const BRACKET_FLOOR = ratio('0.95');

/** Walks one closed bar over every order that rested through it, oldest first. */
export function advanceResting(desk: Desk, index: number): void {
  for (const order of [...desk.live.values()]) advanceOne(desk, order, index);
}

function advanceOne(desk: Desk, order: RestingOrder, index: number): void {
  const stepMs = INTERVAL_MS[desk.market.baseInterval];
  const closeMs = (index + 1) * stepMs;
  const endMs = order.terms.type === 'limit_limit_gtd' ? order.terms.end_time_ms : Number.POSITIVE_INFINITY;
  // What a bar did before the order ended in it is not known: it did not fill.
  if (endMs < closeMs) {
    end(desk, order.record, 'expire', endMs);
    return;
  }
  const series = desk.market.series.get(order.record.intent.product_id) as Series;
  const bar = barOf(series, index);
  const execution = bar === null ? null : executionIn(desk, order, series, bar);
  if (execution !== null) book(desk, order, execution, closeMs);
  if (leftOf(order) <= 0n) end(desk, order.record, 'fill', closeMs);
  else if (endMs === closeMs) end(desk, order.record, 'expire', closeMs);
}

function executionIn(desk: Desk, order: RestingOrder, series: Series, bar: FillBar): Execution | null {
  if (!bar.isTraded) return null;
  const { market } = desk;
  const venue: Venue = {
    product: series.product,
    bar,
    model: market.model,
    halfSpread: halfSpread(market, series, bar.index),
  };
  const { side } = order.record.intent;
  const { terms } = order;
  if (terms.type === 'limit_limit_gtd') {
    return restAt({ side, quantity: leftOf(order), limit: terms.limit_price }, venue);
  }
  return stopExecution(order, terms, venue, market);
}

type StopTerms = Exclude<RestingOrder['terms'], { type: 'limit_limit_gtd' }>;

/** The stop goes first: where a bar reached both it and the target, the worse one happened, unless finer bars know better. */
function stopExecution(order: RestingOrder, terms: StopTerms, venue: Venue, market: BarMarket): Execution | null {
  const isBracket = terms.type === 'trigger_bracket_gtc';
  const stop = isBracket ? terms.stop_trigger_price : terms.stop_price;
  const limit = isBracket ? portion(stop, BRACKET_FLOOR, 'down') : terms.limit_price;
  const quantity = leftOf(order);
  const atTarget = () => restAt({ side: 'SELL', quantity, limit: terms.limit_price }, venue);
  const { ceiling } = order;
  if (ceiling !== null) return stoppedOut({ quantity, limit }, Math.min(venue.bar.open, ceiling), true, venue);
  if (venue.bar.low > toNumber(stop)) return isBracket ? atTarget() : null;
  const mid = Math.min(venue.bar.open, toNumber(stop));
  order.ceiling = Math.max(mid, toNumber(limit));
  if (isBracket && targetCameFirst(terms, venue, market)) return atTarget();
  return stoppedOut({ quantity, limit }, mid, false, venue);
}

/** What the target then leaves over stays triggered: the bar went on to the stop. */
function targetCameFirst(
  { stop_trigger_price: stop, limit_price: target }: Extract<StopTerms, { type: 'trigger_bracket_gtc' }>,
  { product, bar }: Venue,
  { finer, baseInterval }: BarMarket,
): boolean {
  if (bar.high <= toNumber(target)) return false;
  const levels = { stop: toNumber(stop), target: toNumber(target) };
  return reachedFirst(finer, product.id, { index: bar.index, interval: baseInterval }, levels) === 'target';
}

/** A gap sells at the open; a limit above it does not sell at all and rests from then on. */
function stoppedOut(
  { quantity, limit }: { readonly quantity: Execution['quantity']; readonly limit: Price },
  mid: number,
  mayRest: boolean,
  venue: Venue,
): Execution | null {
  const wanted = { side: 'SELL', quantity, limit } as const;
  return takeAt(mid, wanted, venue) ?? (mayRest ? restAt(wanted, venue) : null);
}
