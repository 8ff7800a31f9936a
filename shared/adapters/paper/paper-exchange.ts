import { orderConfigurationOf } from '../../core/execution/terms.ts';
import { add, subtract } from '../../core/money/fixed.ts';
import { type Answer, type ExchangeFailure, ok } from '../../ports/answer.ts';
import type { CancelResult, Exchange, Placed, PreviewRequest, PreviewTotals } from '../../ports/exchange.ts';
import { refusalOf } from './admit.ts';
import { type BookStore, bookStore, type Change } from './book-store.ts';
import { type MarketView, refused, viewMarket } from './market-view.ts';
import { arrive, matchResting, totalsOf } from './match.ts';
import { type OrderRequest, parseOrder, parseOrderBody } from './order-request.ts';
import { openOrders, type PaperBook, type PaperOrder, withOrder } from './paper-book.ts';
import { paperReads } from './paper-reads.ts';
import type { PaperExchangeParts } from './parts.ts';

/**
 * Fills orders against live quotes with money that exists only in the fact store. The same order always gives the same
 * ids, a repeated client order id gives the existing order, and refusals use the exchange's own words.
 */
export function paperExchange(parts: PaperExchangeParts): Exchange {
  const store = bookStore(parts.facts, parts.startingCashUsd);
  return {
    ...paperReads(parts, (pick) => read(parts, store, pick)),
    preview: (order) => preview(parts, store, order),
    place: (order) => place(parts, store, order.body),

    async cancel(orderIds) {
      const outcome = await store.change(parts.clock.nowMs(), (book) => cancelAll(book, orderIds));
      return outcome === undefined ? BUSY : ok(outcome.value);
    },
  };
}

async function preview(
  parts: PaperExchangeParts,
  store: BookStore,
  { productId, side, terms }: PreviewRequest,
): Promise<Answer<PreviewTotals>> {
  const order_configuration = orderConfigurationOf(terms);
  const request = parseOrder({ client_order_id: 'preview', product_id: productId, side, order_configuration });
  if (request === undefined) return refused('UNSUPPORTED_ORDER_CONFIGURATION');
  const view = await viewMarket(parts, request);
  if (view.kind !== 'ok') return view;

  const outcome = await store.change(parts.clock.nowMs(), (book) => ({
    book,
    value: attempt(parts, request, view.value, book),
  }));
  if (outcome === undefined) return BUSY;
  return outcome.value.kind === 'ok' ? ok(costOf(outcome.value.value)) : outcome.value;
}

async function place(parts: PaperExchangeParts, store: BookStore, body: string): Promise<Answer<Placed>> {
  const request = parseOrderBody(body);
  if (request === undefined) return refused('UNSUPPORTED_ORDER_CONFIGURATION');
  const view = await viewMarket(parts, request);
  // Whatever went wrong, nothing was booked: never ambiguous.
  if (view.kind === 'ambiguous') return { kind: 'unavailable', message: view.message };
  if (view.kind !== 'ok') return view;

  const outcome = await store.change(parts.clock.nowMs(), (book): Change<Answer<Placed>> => {
    const known = book.orders.find((order) => order.client_order_id === request.clientOrderId);
    if (known !== undefined) return { book, value: ok({ orderId: known.order_id }) };
    const tried = attempt(parts, request, view.value, book);
    if (tried.kind !== 'ok') return { book, value: tried };
    return { book: withOrder(book, tried.value), value: ok({ orderId: tried.value.order_id }) };
  });
  return outcome === undefined ? BUSY : outcome.value;
}

function attempt(
  { fees, clock }: PaperExchangeParts,
  request: OrderRequest,
  { product, quoteMs, market }: MarketView,
  book: PaperBook,
): Answer<PaperOrder> {
  const reason = refusalOf(request, product, book, market, fees);
  return reason === null ? ok(arrive(request, product, market, quoteMs, fees, clock.nowMs())) : refused(reason);
}

function costOf(order: PaperOrder): PreviewTotals {
  const { value, fees } = totalsOf(order);
  const orderTotal = order.side === 'BUY' ? add(value, fees) : subtract(value, fees);
  return { orderTotal, commissionTotal: fees, warnings: [] };
}

/** Reads the book after its resting orders met the newest quotes. Without quotes there is no truth to tell. */
async function read<Value>(
  { marketData, clock }: PaperExchangeParts,
  store: BookStore,
  pick: (book: PaperBook) => Value,
): Promise<Answer<Value>> {
  const nowMs = clock.nowMs();
  const seen = await store.change(nowMs, (book) => ({
    book,
    value: { resting: openOrders(book), picked: pick(book) },
  }));
  if (seen === undefined) return BUSY;
  if (seen.value.resting.length === 0) return ok(seen.value.picked);

  const products = new Set(seen.value.resting.map((order) => order.product_id));
  const quotes = await marketData.quotes([...products].sort());
  if (quotes.kind !== 'ok') return quotes;
  const outcome = await store.change(nowMs, (book) => {
    const matched = matchResting(book, quotes.value, nowMs);
    return { book: matched, value: pick(matched) };
  });
  return outcome === undefined ? BUSY : ok(outcome.value);
}

function cancelAll(book: PaperBook, orderIds: readonly string[]): Change<readonly CancelResult[]> {
  let changed = book;
  const results = orderIds.map((orderId) => {
    const order = changed.orders.find((entry) => entry.order_id === orderId);
    const refusal = cancelRefusal(order);
    if (order === undefined || refusal !== null) return { orderId, accepted: false, reason: refusal ?? '' };
    changed = withOrder(changed, { ...order, status: 'CANCELLED', detail: 'cancelled by the user' });
    return { orderId, accepted: true, reason: '' };
  });
  return { book: changed, value: results };
}

function cancelRefusal(order: PaperOrder | undefined): string | null {
  if (order === undefined) return 'UNKNOWN_CANCEL_ORDER';
  if (order.status === 'FILLED') return 'ORDER_IS_FULLY_FILLED';
  return order.status === 'CANCELLED' ? 'DUPLICATE_CANCEL_REQUEST' : null;
}

const BUSY: ExchangeFailure = { kind: 'unavailable', message: 'the paper book is being written by others' };
