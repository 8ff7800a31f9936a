import { orderConfigurationOf } from '../../core/execution/terms.ts';
import { add, notional, portion, subtract, ZERO_USD } from '../../core/money/fixed.ts';
import { type Answer, ok } from '../../ports/answer.ts';
import type { CancelResult, Exchange, Placed, PreviewRequest, PreviewTotals } from '../../ports/exchange.ts';
import { refusalOf } from './admit.ts';
import { arrive } from './arrive.ts';
import { bookStore, type Change } from './book-store.ts';
import { ended, remaining, totalsOf } from './fills.ts';
import { type MarketView, viewMarket } from './market-view.ts';
import { type OrderRequest, parseOrder, parseOrderBody } from './order-request.ts';
import { type PaperBook, type PaperOrder, withOrder } from './paper-book.ts';
import { paperReads } from './paper-reads.ts';
import type { PaperExchangeParts } from './parts.ts';
import { type Refusal, refuse, refusedAnswer } from './refusal.ts';
import { type Look, lookWith } from './up-to-date.ts';

/**
 * Fills orders against the live market with money that exists only in the fact store. The same order always gives the
 * same ids, a repeated client order id gives the existing order, and refusals use the exchange's own words.
 */
export function paperExchange(parts: PaperExchangeParts): Exchange {
  const look = lookWith(parts, bookStore(parts.facts, parts.startingCashUsd));
  return {
    ...paperReads(parts, (pick) => look((book) => ({ book, value: pick(book) }))),
    preview: (order) => preview(parts, look, order),
    place: (order) => place(parts, look, order.body),
    cancel: (orderIds) => look((book) => cancelAll(book, orderIds, parts.clock.nowMs())),
  };
}

async function preview(
  parts: PaperExchangeParts,
  look: Look,
  { productId, side, terms }: PreviewRequest,
): Promise<Answer<PreviewTotals>> {
  const order_configuration = orderConfigurationOf(terms);
  const request = parseOrder({ client_order_id: 'preview', product_id: productId, side, order_configuration });
  if (request === undefined) return refusedAnswer(UNSUPPORTED, 'preview');
  const view = await viewMarket(parts, request);
  if (view.kind !== 'ok') return view;

  const tried = await look((book) => ({ book, value: attempt(parts, request, view.value, book) }));
  if (tried.kind !== 'ok') return tried;
  return tried.value.kind === 'refused'
    ? refusedAnswer(tried.value.refusal, 'preview')
    : ok(costOf(parts, tried.value));
}

async function place(parts: PaperExchangeParts, look: Look, body: string): Promise<Answer<Placed>> {
  const request = parseOrderBody(body);
  if (request === undefined) return refusedAnswer(UNSUPPORTED, 'create');
  const view = await viewMarket(parts, request);
  if (view.kind !== 'ok') return notPlaced(view);

  const outcome = await look((book): Change<Answer<Placed>> => {
    const known = book.orders.find((order) => order.client_order_id === request.clientOrderId);
    if (known !== undefined) return { book, value: ok({ orderId: known.order_id }) };
    const tried = attempt(parts, request, view.value, book);
    if (tried.kind === 'refused') return { book, value: refusedAnswer(tried.refusal, 'create') };
    return { book: withOrder(book, tried.order), value: ok({ orderId: tried.order.order_id }) };
  });
  return outcome.kind === 'ok' ? outcome.value : notPlaced(outcome);
}

/** Whatever went wrong with the market, nothing was booked: never ambiguous. */
function notPlaced(failure: Exclude<Answer<unknown>, { kind: 'ok' }>): Answer<Placed> {
  return failure.kind === 'ambiguous' ? { kind: 'unavailable', message: failure.message } : failure;
}

type Tried =
  | { readonly kind: 'taken'; readonly order: PaperOrder }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

function attempt(
  { fees, clock, takesBrackets }: PaperExchangeParts,
  request: OrderRequest,
  view: MarketView | null,
  book: PaperBook,
): Tried {
  if (view === null) return { kind: 'refused', refusal: refuse('INVALID_PRODUCT_ID') };
  const nowMs = clock.nowMs();
  const rules = { fees, nowMs, takesBrackets: takesBrackets?.(request.productId) ?? true };
  const refusal = refusalOf(request, view, book, rules);
  if (refusal !== null) return { kind: 'refused', refusal };
  return { kind: 'taken', order: arrive(request, view, fees, nowMs) };
}

/** What was dealt at once, and what rests as if it were filled at its limit. */
function costOf({ fees }: PaperExchangeParts, { order }: Extract<Tried, { kind: 'taken' }>): PreviewTotals {
  const dealt = totalsOf(order);
  const isResting = order.status === 'OPEN' && order.limit_price !== null;
  const rest = isResting
    ? notional(remaining(order), order.limit_price, order.side === 'BUY' ? 'up' : 'down')
    : ZERO_USD;
  const value = add(dealt.value, rest);
  const commissionTotal = add(dealt.fees, portion(rest, order.kind === 'plain' ? fees.maker : fees.taker, 'up'));
  const orderTotal = order.side === 'BUY' ? add(value, commissionTotal) : subtract(value, commissionTotal);
  return { orderTotal, commissionTotal, warnings: [] };
}

function cancelAll(book: PaperBook, orderIds: readonly string[], nowMs: number): Change<readonly CancelResult[]> {
  let changed = book;
  const results = orderIds.map((orderId) => {
    const order = changed.orders.find((entry) => entry.order_id === orderId);
    const refusal = cancelRefusal(order);
    if (order === undefined || refusal !== null) return { orderId, accepted: false, reason: refusal ?? '' };
    changed = withOrder(changed, ended(order, 'CANCELLED', 'User requested cancel', nowMs));
    return { orderId, accepted: true, reason: '' };
  });
  return { book: changed, value: results };
}

function cancelRefusal(order: PaperOrder | undefined): string | null {
  if (order === undefined || order.status === 'EXPIRED') return 'UNKNOWN_CANCEL_ORDER';
  if (order.status === 'FILLED') return 'ORDER_IS_FULLY_FILLED';
  return order.status === 'CANCELLED' ? 'DUPLICATE_CANCEL_REQUEST' : null;
}

const UNSUPPORTED = refuse('UNSUPPORTED_ORDER_CONFIGURATION');
