import type { Product } from '../../core/market/product.ts';
import type { Quote } from '../../core/market/quote.ts';
import type { FeeRates } from '../../core/market/snapshot.ts';
import {
  add,
  notional,
  type Price,
  portion,
  type Quantity,
  type Ratio,
  smaller,
  subtract,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../../core/money/fixed.ts';
import { type Market, worstCost } from './admit.ts';
import { walk, withinLimit } from './depth.ts';
import type { OrderRequest } from './order-request.ts';
import {
  filledQuantity,
  openOrders,
  type PaperBook,
  type PaperFill,
  type PaperOrder,
  withOrder,
} from './paper-book.ts';

/** A new, already admitted order after it met the market once: filled, cancelled or resting with its funds locked. */
export function arrive(
  request: OrderRequest,
  product: Product,
  market: Market,
  quoteMs: number,
  fees: FeeRates,
  nowMs: number,
): PaperOrder {
  const { side, terms } = request;
  const limit = 'limitPrice' in terms ? terms.limitPrice : null;
  const reachable = limit === null ? market.levels : withinLimit(market.levels, side, limit);
  const { deals, isComplete } = walk(terms, reachable, product, fees.taker);

  const blank: PaperOrder = {
    order_id: `paper-${request.clientOrderId}`,
    client_order_id: request.clientOrderId,
    product_id: request.productId,
    base: product.base,
    side,
    base_size: 'baseSize' in terms ? terms.baseSize : null,
    limit_price: limit,
    status: 'OPEN',
    detail: null,
    created_ms: nowMs,
    seen_quote_ms: quoteMs,
    locked_cash: ZERO_USD,
    locked_base: ZERO_QUANTITY,
    maker_rate: fees.maker,
    fills: [],
  };
  const dealt = deals.reduce(
    (order, { price, size }) => withFill(order, price, size, fees.taker, 'TAKER', nowMs),
    blank,
  );
  if (isComplete) return { ...dealt, status: 'FILLED' };
  if (terms.kind === 'limit_gtc') return withLock(dealt);
  return { ...dealt, status: 'CANCELLED', detail: 'the rest found no liquidity at an acceptable price' };
}

/**
 * Holds resting orders against newer quotes: one fills at its limit when the market trades through it, up to the size
 * shown, oldest order first. The same book and quotes again change nothing.
 */
export function matchResting(book: PaperBook, quotes: readonly Quote[], nowMs: number): PaperBook {
  const bySymbol = new Map(quotes.map((quote) => [quote.productId, quote]));
  const sizeLeft = new Map<string, Quantity>();
  return openOrders(book).reduce((sum, order) => {
    const quote = bySymbol.get(order.product_id);
    if (quote === undefined || quote.timeMs <= order.seen_quote_ms) return sum;
    const shelf = `${order.product_id} ${order.side}`;
    const shown = sizeLeft.get(shelf) ?? (order.side === 'BUY' ? quote.askSize : quote.bidSize);
    const matched = afterQuote({ ...order, seen_quote_ms: quote.timeMs }, quote, shown, nowMs);
    const taken = subtract(filledQuantity(matched), filledQuantity(order));
    sizeLeft.set(shelf, subtract(shown, taken));
    return withOrder(sum, matched);
  }, book);
}

function afterQuote(order: PaperOrder, quote: Quote, shown: Quantity, nowMs: number): PaperOrder {
  const limit = order.limit_price;
  const part = smaller(remaining(order), shown);
  if (limit === null || part <= 0n || !tradesThrough(quote, order.side, limit)) return order;
  const filled = withFill(order, limit, part, order.maker_rate, 'MAKER', nowMs);
  return remaining(filled) > 0n
    ? withLock(filled)
    : { ...filled, status: 'FILLED', locked_cash: ZERO_USD, locked_base: ZERO_QUANTITY };
}

/** Touching the limit is not enough: others may have stood before us in the queue. */
function tradesThrough(quote: Quote, side: 'BUY' | 'SELL', limit: Price): boolean {
  return side === 'BUY' ? quote.ask < limit : quote.bid > limit;
}

function withFill(
  order: PaperOrder,
  price: Price,
  size: Quantity,
  rate: Ratio,
  liquidity: PaperFill['liquidity'],
  nowMs: number,
): PaperOrder {
  // Never in our own favour: a purchase costs at least, a sale brings at most the exact value.
  const value = notional(size, price, order.side === 'BUY' ? 'up' : 'down');
  const entry_id = `${order.order_id}-${order.fills.length + 1}`;
  const commission = portion(value, rate, 'up');
  const fill: PaperFill = { entry_id, price, quantity: size, value, commission, time_ms: nowMs, liquidity };
  return { ...order, fills: [...order.fills, fill] };
}

/** Locks what the open rest may still cost or deliver. */
function withLock(order: PaperOrder): PaperOrder {
  const rest = remaining(order);
  if (order.side === 'SELL' || order.limit_price === null) return { ...order, locked_base: rest };
  return { ...order, locked_cash: worstCost(rest, order.limit_price, order.maker_rate) };
}

function remaining(order: PaperOrder): Quantity {
  return subtract(order.base_size ?? ZERO_QUANTITY, filledQuantity(order));
}

/** Filled value before fees and the fees, in quote currency. */
export function totalsOf(order: PaperOrder) {
  return order.fills.reduce(
    (sum, fill) => ({ value: add(sum.value, fill.value), fees: add(sum.fees, fill.commission) }),
    { value: ZERO_USD, fees: ZERO_USD },
  );
}
