import { quantity, toText, type Usd } from '../../core/money/fixed.ts';
import { type Answer, ok } from '../../ports/answer.ts';
import type { Balance, Exchange, ExchangeFill, ExchangeOrder } from '../../ports/exchange.ts';
import { totalsOf } from './fills.ts';
import {
  availableBase,
  availableCash,
  filledQuantity,
  lockedBase,
  lockedCash,
  openOrders,
  type PaperBook,
  type PaperOrder,
} from './paper-book.ts';
import type { PaperExchangeParts } from './parts.ts';

type Reads = Pick<
  Exchange,
  'order' | 'ordersSince' | 'openOrders' | 'fillsSince' | 'balances' | 'fees' | 'permissions'
>;
type ReadBook = <Value>(pick: (book: PaperBook) => Value) => Promise<Answer<Value>>;

/** The questions of the exchange port, answered from the book. */
export function paperReads(
  { fees, quoteCurrency }: Pick<PaperExchangeParts, 'fees' | 'quoteCurrency'>,
  read: ReadBook,
): Reads {
  return {
    async order(orderId) {
      const found = await read((book) => book.orders.find((order) => order.order_id === orderId));
      if (found.kind !== 'ok') return found;
      if (found.value === undefined) {
        return { kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: 'no paper order with this id' };
      }
      return ok(exchangeOrder(found.value));
    },

    ordersSince: (sinceMs, productIds) =>
      read((book) =>
        book.orders
          .filter(
            (order) =>
              order.created_ms >= sinceMs && (productIds.length === 0 || productIds.includes(order.product_id)),
          )
          .map(exchangeOrder),
      ),

    openOrders: () => read((book) => openOrders(book).map(exchangeOrder)),

    fillsSince: (sinceMs, orderIds = []) =>
      read((book) =>
        book.orders
          .flatMap(exchangeFills)
          .filter(({ timeMs, orderId }) => timeMs >= sinceMs && (orderIds.length === 0 || orderIds.includes(orderId))),
      ),

    balances: () => read((book) => balancesOf(book, quoteCurrency)),

    fees: async () => ok(fees),

    permissions: async () => ok({ canView: true, canTrade: true, canTransfer: false, portfolioId: 'paper' }),
  };
}

function exchangeOrder(order: PaperOrder): ExchangeOrder {
  const { value, fees } = totalsOf(order);
  return {
    orderId: order.order_id,
    clientOrderId: order.client_order_id,
    productId: order.product_id,
    side: order.side,
    status: order.status,
    baseSize: order.base_size,
    limitPrice: order.limit_price,
    filledQuantity: filledQuantity(order),
    filledValue: value,
    totalFees: fees,
    createdMs: order.created_ms,
    detail: order.detail,
  };
}

function exchangeFills(order: PaperOrder): readonly ExchangeFill[] {
  return order.fills.map((fill) => ({
    entryId: fill.entry_id,
    orderId: order.order_id,
    productId: order.product_id,
    side: order.side,
    price: fill.price,
    quantity: fill.quantity,
    commission: fill.commission,
    timeMs: fill.time_ms,
    tradeType: 'FILL',
    liquidity: fill.liquidity,
  }));
}

/** Quote currency and coins: what is free, and what resting orders hold. */
export function balancesOf(book: PaperBook, quoteCurrency: string): readonly Balance[] {
  const cash = { currency: quoteCurrency, available: amount(availableCash(book)), hold: amount(lockedCash(book)) };
  const coins = Object.keys(book.holdings)
    .sort()
    .map((base) => ({ currency: base, available: availableBase(book, base), hold: lockedBase(book, base) }));
  return [cash, ...coins];
}

/** A balance's amount is counted in its own currency, money included. */
function amount(value: Usd) {
  return quantity(toText(value));
}
