import * as z from 'zod';
import { priceText, quantityText, ratioText, usdText } from '../../core/money/codec.ts';
import {
  add,
  price,
  type Quantity,
  quantity,
  subtract,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../../core/money/fixed.ts';
import { productIdKey } from '../../core/portfolio/account.ts';

const fillSchema = z.strictObject({
  entry_id: z.string(),
  price: priceText,
  quantity: quantityText,
  value: usdText,
  commission: usdText,
  time_ms: z.int(),
  liquidity: z.enum(['MAKER', 'TAKER']),
});

/** A book from before an order had this field holds resting limits only: the defaults say that. */
const orderSchema = z.strictObject({
  order_id: z.string(),
  client_order_id: z.string(),
  product_id: productIdKey,
  base: z.string(),
  side: z.enum(['BUY', 'SELL']),
  /** plain: market and limit orders. */
  kind: z.enum(['plain', 'stop_limit', 'bracket']).default('plain'),
  /** null for a buy sized in money. */
  base_size: quantityText.nullable(),
  /** As it was ordered: of a bracket the target, whatever has fired since. */
  limit_price: priceText.nullable(),
  stop_price: priceText.nullable().default(null),
  is_triggered: z.boolean().default(false),
  /** Since then it sells no better than where the market stood first, or than its limit where that was below it. */
  ceiling: priceText.nullable().default(null),
  /** When it expires; null: never. */
  end_ms: z.int().nullable().default(null),
  base_increment: quantityText.default(quantity('0.00000001')),
  price_increment: priceText.default(price('0.00000001')),
  status: z.enum(['OPEN', 'FILLED', 'CANCELLED', 'EXPIRED']),
  detail: z.string().nullable(),
  created_ms: z.int(),
  /** When its end became known: a fill may be found, and an end be seen, long after. */
  ended_ms: z.int().nullable().default(null),
  /** The newest minute bar it has done with; null: none yet. It meets later ones only. */
  seen_bar: z.int().nullable().default(null),
  /** The newest that it was held against before that was final, and is held against again. */
  looked_bar: z.int().nullable().default(null),
  /** Only in books from before bars decided. */
  seen_quote_ms: z.int().optional(),
  /** What a resting order locks: quote currency for a buy, coins for a sell. */
  locked_cash: usdText,
  locked_base: quantityText,
  /** The rate its resting part pays, fixed when the funds were locked. */
  maker_rate: ratioText,
  fills: z.array(fillSchema),
});

/** The whole paper account: what the exchange would know. Persisted as it stands. */
export const paperBookSchema = z.strictObject({
  /** Total, locked part included. */
  cash: usdText,
  /** Base currency -> total, locked part included. */
  holdings: z.record(z.string(), quantityText),
  /** In order of acceptance. */
  orders: z.array(orderSchema),
});

export type PaperFill = Readonly<z.output<typeof fillSchema>>;
export type PaperOrder = Readonly<z.output<typeof orderSchema>>;
export type PaperBook = Readonly<z.output<typeof paperBookSchema>>;

export function emptyBook(startingCash: Usd): PaperBook {
  return { cash: startingCash, holdings: {}, orders: [] };
}

export function availableCash(book: PaperBook): Usd {
  return subtract(book.cash, lockedCash(book));
}

export function lockedCash(book: PaperBook): Usd {
  return openOrders(book).reduce((sum, order) => add(sum, order.locked_cash), ZERO_USD);
}

export function holdingOf(book: PaperBook, base: string): Quantity {
  return book.holdings[base] ?? ZERO_QUANTITY;
}

export function lockedBase(book: PaperBook, base: string): Quantity {
  return openOrders(book)
    .filter((order) => order.base === base)
    .reduce((sum, order) => add(sum, order.locked_base), ZERO_QUANTITY);
}

export function availableBase(book: PaperBook, base: string): Quantity {
  return subtract(holdingOf(book, base), lockedBase(book, base));
}

export function openOrders(book: PaperBook): readonly PaperOrder[] {
  return book.orders.filter((order) => order.status === 'OPEN');
}

export function filledQuantity(order: PaperOrder): Quantity {
  return order.fills.reduce((sum, fill) => add(sum, fill.quantity), ZERO_QUANTITY);
}

/** Puts the order at its place (or at the end) and books what it newly filled: the only way money moves. */
export function withOrder(book: PaperBook, order: PaperOrder): PaperBook {
  const position = book.orders.findIndex(({ order_id }) => order_id === order.order_id);
  const known = position < 0 ? 0 : (book.orders[position]?.fills.length ?? 0);
  const orders = position < 0 ? [...book.orders, order] : book.orders.with(position, order);
  return order.fills.slice(known).reduce((sum, fill) => settle(sum, order, fill), { ...book, orders });
}

function settle(book: PaperBook, order: PaperOrder, fill: PaperFill): PaperBook {
  const held = holdingOf(book, order.base);
  if (order.side === 'BUY') {
    const cash = subtract(book.cash, add(fill.value, fill.commission));
    return { ...book, cash, holdings: { ...book.holdings, [order.base]: add(held, fill.quantity) } };
  }
  const cash = add(book.cash, subtract(fill.value, fill.commission));
  return { ...book, cash, holdings: { ...book.holdings, [order.base]: subtract(held, fill.quantity) } };
}

/** An outcome that is still unclear settles within an hour (policy: unknown_settle_seconds), so two are kept. */
const KEEP_MS = 2 * 60 * 60 * 1000;
const KEEP_NEWEST = 50;

/** Forgets old finished orders, so that the book stays one small item. Balances already carry their fills. */
export function pruned(book: PaperBook, nowMs: number): PaperBook {
  const keepFrom = book.orders.length - KEEP_NEWEST;
  const orders = book.orders.filter(
    (order, position) => order.status === 'OPEN' || position >= keepFrom || lastTouchedMs(order) >= nowMs - KEEP_MS,
  );
  return orders.length === book.orders.length ? book : { ...book, orders };
}

function lastTouchedMs(order: PaperOrder): number {
  return Math.max(order.created_ms, order.ended_ms ?? 0, ...order.fills.map((fill) => fill.time_ms));
}
