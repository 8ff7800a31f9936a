import type { ProductFlags } from '../../shared/core/market/product.ts';
import { notional, type Price, parseFixed, type Quantity, toText } from '../../shared/core/money/fixed.ts';
import { MOST_LEVELS } from '../market/book.ts';
import type { Listing } from '../market/listing.ts';
import { endOf } from './advance.ts';
import { type Amount, isOnGrid, worstCost } from './amounts.ts';
import { crosses } from './checks.ts';
import { fillEvents } from './event-makers.ts';
import type { ExchangeEvent } from './events.ts';
import type { Exchange } from './exchange.ts';
import { holdCurrencyOf, type SimulatedOrder } from './state.ts';
import { sizeOf, take } from './taking.ts';

/** Asks for a cancel. It takes effect at once without a lag. Answers with the wire's word; null when accepted. */
export function requestCancel(exchange: Exchange, orderId: string, nowMs: number, lagMs: number): string | null {
  const order = exchange.state.orders.get(orderId);
  if (order === undefined) return 'UNKNOWN_CANCEL_ORDER';
  if (order.status === 'FILLED') return 'ORDER_IS_FULLY_FILLED';
  if (order.status === 'CANCELLED' || order.status === 'CANCEL_QUEUED') return 'DUPLICATE_CANCEL_REQUEST';
  if (order.status !== 'OPEN') return 'UNKNOWN_CANCEL_ORDER';
  if (lagMs > 0) {
    exchange.commit([{ kind: 'cancel_request', at_ms: nowMs, order_id: orderId, effective_ms: nowMs + lagMs }]);
    return null;
  }
  exchange.commit(endOf(exchange, order, 'CANCELLED', 'User requested cancel', nowMs));
  return null;
}

export interface EditRefusal {
  readonly edit_failure_reason: string;
  readonly preview_failure_reason: string;
}

export interface EditRequest {
  readonly orderId: string;
  readonly size: string | undefined;
  readonly price: string | undefined;
}

interface NewTerms {
  readonly order: SimulatedOrder;
  readonly size: Quantity;
  readonly price: Price;
  readonly hold: Amount;
}

const UNKNOWN_PREVIEW = 'UNKNOWN_PREVIEW_FAILURE_REASON';

/** Changes size (the new total) or price of an open GTC limit order. null when done. */
export function editOrder(exchange: Exchange, request: EditRequest, nowMs: number): EditRefusal | null {
  const terms = checkEdit(exchange, request, nowMs);
  if ('edit_failure_reason' in terms) return terms;
  const { order, size, price, hold } = terms;
  const events: ExchangeEvent[] = [
    {
      kind: 'edit',
      at_ms: nowMs,
      order_id: order.orderId,
      size: toText(size),
      price: toText(price),
      hold: toText(hold),
    },
  ];
  exchange.commit([...events, ...takenAfterEdit(exchange, terms, nowMs)]);
  return null;
}

export function checkEdit(exchange: Exchange, request: EditRequest, nowMs: number): NewTerms | EditRefusal {
  const order = exchange.state.orders.get(request.orderId);
  if (order === undefined) return no('ORDER_NOT_FOUND');
  const refusal = againstState(order);
  if (refusal !== null) return refusal;
  const listing = exchange.listing(order.productId) as Listing;
  const size = onGrid<Quantity>(request.size ?? toText(order.size as Quantity), listing.baseIncrement);
  const price = onGrid<Price>(request.price ?? toText(order.limitPrice as Price), listing.priceIncrement);
  if (size === null) return no('INVALID_EDITED_SIZE', 'PREVIEW_INVALID_SIZE_PRECISION');
  if (price === null) return no('INVALID_EDITED_PRICE', 'PREVIEW_INVALID_LIMIT_PRICE_PRECISION');
  return againstTerms(exchange, order, listing, size, price, nowMs) ?? withHold(exchange, order, size, price);
}

function againstState(order: SimulatedOrder): EditRefusal | null {
  if (order.status === 'CANCEL_QUEUED') return no('CANNOT_EDIT_ORDER_PENDING_CANCEL');
  if (order.status !== 'OPEN') return no('ONLY_OPEN_ORDERS_CAN_BE_EDITED');
  const isEditable = order.spec.kind === 'limit' && order.spec.timeInForce === 'GTC';
  return isEditable ? null : no('ONLY_LIMIT_ORDER_EDITS_SUPPORTED');
}

function againstTerms(
  exchange: Exchange,
  order: SimulatedOrder,
  listing: Listing,
  size: Quantity,
  price: Price,
  nowMs: number,
): EditRefusal | null {
  if (size === order.size && price === order.limitPrice) return no('EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST');
  if (size <= order.filledSize) return no('CANNOT_EDIT_TO_BELOW_FILLED_SIZE');
  if (notional(size, price, 'down') < listing.quoteMinSize) {
    return no('INVALID_EDITED_SIZE', 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL');
  }
  const quote = exchange.market.quote(order.productId, nowMs);
  const wouldTake = order.spec.isPostOnly && crosses(order.side, price, quote);
  return wouldTake ? no('INVALID_EDITED_PRICE', 'PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY') : null;
}

function withHold(exchange: Exchange, order: SimulatedOrder, size: Quantity, price: Price): NewTerms | EditRefusal {
  const rest = (size - order.filledSize) as Quantity;
  const hold: Amount = order.side === 'BUY' ? worstCost(rest, price, exchange.fees) : rest;
  const funds = exchange.available(holdCurrencyOf(order)) + order.hold;
  if (funds < hold) return no('COMMANDER_REJECTED_EDIT_ORDER', 'PREVIEW_INSUFFICIENT_FUND');
  return { order, size, price, hold };
}

/** A new price may reach the other side of the book. */
function takenAfterEdit(exchange: Exchange, { order, size, price }: NewTerms, nowMs: number): readonly ExchangeEvent[] {
  if (order.spec.isPostOnly) return [];
  const rest = (size - order.filledSize) as Quantity;
  const book = exchange.market.book(order.productId, nowMs, MOST_LEVELS);
  const listing = exchange.listing(order.productId) as Listing;
  const { fills, isShort } = take(
    { side: order.side, size: rest, budget: null, limit: price },
    book,
    listing,
    exchange.fees.taker,
  );
  const events = fillEvents(exchange, order.orderId, fills, 'TAKER', nowMs);
  return isShort ? events : [...events, ...endOf(exchange, order, 'FILLED', '', nowMs, sizeOf(fills))];
}

function no(reason: string, preview = UNKNOWN_PREVIEW): EditRefusal {
  return { edit_failure_reason: reason, preview_failure_reason: preview };
}

function onGrid<Value extends Amount>(text: string, increment: Amount): Value | null {
  try {
    const value = parseFixed(text);
    return value > 0n && isOnGrid(value, increment) ? (value as Value) : null;
  } catch {
    return null;
  }
}

/** Money from outside; negative to take it out. Throws when there is not so much. */
export function changeFunds(exchange: Exchange, currency: string, amount: string, nowMs: number): void {
  const change = parseFixed(amount);
  if (exchange.available(currency) + change < 0n)
    throw new RangeError(`only ${toText(exchange.available(currency))} ${currency} to withdraw`);
  exchange.commit([{ kind: 'deposit', at_ms: nowMs, currency, amount }]);
}

export function changeFlags(exchange: Exchange, productId: string, flags: Partial<ProductFlags>, nowMs: number): void {
  if (exchange.listing(productId) === undefined) throw new RangeError(`the market does not list ${productId}`);
  exchange.commit([{ kind: 'flags', at_ms: nowMs, product_id: productId, flags }]);
}
