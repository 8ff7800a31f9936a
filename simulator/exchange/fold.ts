import type { ProductId } from '../../shared/core/market/product.ts';
import {
  notional,
  type Price,
  parseFixed,
  price,
  type Quantity,
  quantity,
  toText,
  type Usd,
  usd,
} from '../../shared/core/money/fixed.ts';
import type { Amount } from './amounts.ts';
import type { EditEvent, EndEvent, ExchangeEvent, FillEvent, OrderEvent } from './events.ts';
import { parseAttached, parseSpec } from './order-spec.ts';
import { baseOf, type Edit, type ExchangeState, holdCurrencyOf, quoteOf, type SimulatedOrder } from './state.ts';

type Fold<Event> = (state: ExchangeState, event: Event) => void;

const FOLDS: { readonly [Kind in ExchangeEvent['kind']]: Fold<Extract<ExchangeEvent, { readonly kind: Kind }>> } = {
  deposit: (state, event) => changeBalance(state, event.currency, event.at_ms, parseFixed(event.amount), 0n as Amount),
  order: applyOrder,
  fill: applyFill,
  trigger: (state, event) => {
    const order = orderOf(state, event.order_id, event.at_ms);
    order.isTriggered = true;
    order.limitPrice = price(event.limit_price);
  },
  cancel_request: (state, event) => {
    const order = orderOf(state, event.order_id, event.at_ms);
    order.status = 'CANCEL_QUEUED';
    order.cancelAtMs = event.effective_ms;
  },
  edit: applyEdit,
  end: applyEnd,
  flags: (state, { product_id, flags }) => {
    state.flags.set(product_id, { ...state.flags.get(product_id), ...flags });
  },
};

/** Folds one event into the state. It throws where money would appear or vanish: that is a bug of the simulator. */
export function applyEvent(state: ExchangeState, event: ExchangeEvent): void {
  (FOLDS[event.kind] as Fold<ExchangeEvent>)(state, event);
}

function applyOrder(state: ExchangeState, event: OrderEvent): void {
  const parsed = parseSpec(event.order_configuration, Number.NEGATIVE_INFINITY);
  const attached = parseAttached(event.attached_order_configuration);
  if (parsed.kind !== 'parsed' || (attached !== null && 'kind' in attached)) {
    throw new Error(`order ${event.order_id} in the journal has no readable configuration`);
  }
  const order: SimulatedOrder = {
    sequence: state.orders.size + 1,
    orderId: event.order_id,
    clientOrderId: event.client_order_id,
    productId: event.product_id as ProductId,
    side: event.side,
    spec: parsed.spec,
    configuration: event.order_configuration,
    attached,
    attachedConfiguration: event.attached_order_configuration,
    attachedOrderId: event.attached_order_id,
    originatingOrderId: event.originating_order_id,
    createdMs: event.at_ms,
    status: 'OPEN',
    size: parsed.spec.baseSize,
    limitPrice: parsed.spec.limitPrice,
    hold: 0n as Amount,
    filledSize: 0n as Quantity,
    filledValue: 0n as Usd,
    fees: 0n as Usd,
    fillCount: 0,
    isTriggered: false,
    cancelAtMs: null,
    lastFillMs: null,
    updatedMs: event.at_ms,
    rejectReason: 'REJECT_REASON_UNSPECIFIED',
    message: '',
    edits: [],
  };
  state.orders.set(order.orderId, order);
  state.byClientId.set(order.clientOrderId, order);
  state.open.set(order.orderId, order);
  moveHold(state, order, parseFixed(event.hold), event.at_ms);
}

function applyFill(state: ExchangeState, event: FillEvent): void {
  const order = orderOf(state, event.order_id, event.at_ms);
  const size = quantity(event.size);
  const commission = usd(event.commission);
  const value = notional(size, price(event.price), 'down');
  const isBuy = order.side === 'BUY';
  const spent = (isBuy ? value + commission : size) as Amount;
  const received = (isBuy ? size : value - commission) as Amount;
  order.hold = (order.hold - spent) as Amount;
  changeBalance(state, holdCurrencyOf(order), event.at_ms, 0n as Amount, -spent as Amount);
  changeBalance(state, isBuy ? baseOf(order.productId) : quoteOf(order.productId), event.at_ms, received, 0n as Amount);
  order.filledSize = (order.filledSize + size) as Quantity;
  order.filledValue = (order.filledValue + value) as Usd;
  order.fees = (order.fees + commission) as Usd;
  order.fillCount += 1;
  order.lastFillMs = event.at_ms;
  state.fills.push({
    sequence: state.fills.length + 1,
    entryId: event.entry_id,
    tradeId: event.trade_id,
    order,
    atMs: event.at_ms,
    price: price(event.price),
    size,
    commission,
    liquidity: event.liquidity,
  });
}

function applyEdit(state: ExchangeState, event: EditEvent): void {
  const order = orderOf(state, event.order_id, event.at_ms);
  const past: Edit = {
    price: toText(order.limitPrice ?? (0n as Price)),
    size: toText(order.size ?? (0n as Quantity)),
    atMs: event.at_ms,
  };
  // The exchange keeps the last five.
  order.edits = [...order.edits, past].slice(-5);
  order.size = quantity(event.size);
  order.limitPrice = price(event.price);
  moveHold(state, order, parseFixed(event.hold), event.at_ms);
}

function applyEnd(state: ExchangeState, event: EndEvent): void {
  const order = orderOf(state, event.order_id, event.at_ms);
  moveHold(state, order, 0n as Amount, event.at_ms);
  order.status = event.status;
  order.rejectReason = event.reject_reason;
  order.message = event.message;
  state.open.delete(order.orderId);
}

function orderOf(state: ExchangeState, orderId: string, atMs: number): SimulatedOrder {
  const order = state.orders.get(orderId);
  if (order === undefined) throw new Error(`no order ${orderId}`);
  order.updatedMs = atMs;
  return order;
}

function moveHold(state: ExchangeState, order: SimulatedOrder, hold: Amount, atMs: number): void {
  const more = (hold - order.hold) as Amount;
  order.hold = hold;
  changeBalance(state, holdCurrencyOf(order), atMs, -more as Amount, more);
}

function changeBalance(state: ExchangeState, currency: string, atMs: number, available: Amount, hold: Amount): void {
  const balance = state.balances.get(currency) ?? { available: 0n as Amount, hold: 0n as Amount, updatedMs: atMs };
  balance.available = (balance.available + available) as Amount;
  balance.hold = (balance.hold + hold) as Amount;
  balance.updatedMs = atMs;
  if (balance.available < 0n || balance.hold < 0n) {
    throw new Error(
      `${currency} would be overdrawn: ${toText(balance.available)} available, ${toText(balance.hold)} held`,
    );
  }
  state.balances.set(currency, balance);
}
