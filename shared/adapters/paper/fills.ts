import {
  add,
  larger,
  notional,
  type Price,
  portion,
  type Quantity,
  type Ratio,
  subtract,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../../core/money/fixed.ts';
import { worstCost } from './admit.ts';
import { filledQuantity, type PaperFill, type PaperOrder } from './paper-book.ts';

export function withFill(
  order: PaperOrder,
  price: Price,
  size: Quantity,
  rate: Ratio,
  liquidity: PaperFill['liquidity'],
  timeMs: number,
): PaperOrder {
  // Never in our own favour: a purchase costs at least, a sale brings at most the exact value.
  const value = notional(size, price, order.side === 'BUY' ? 'up' : 'down');
  const entry_id = `${order.order_id}-${order.fills.length + 1}`;
  const commission = portion(value, rate, 'up');
  const fill: PaperFill = { entry_id, price, quantity: size, value, commission, time_ms: timeMs, liquidity };
  return { ...order, fills: [...order.fills, fill] };
}

/** Locks what the open rest may still cost, with the dearer of the two fees as when it was admitted, or deliver. */
export function withLock(order: PaperOrder, takerRate: Ratio): PaperOrder {
  const rest = remaining(order);
  if (order.side === 'SELL' || order.limit_price === null) return { ...order, locked_base: rest };
  return { ...order, locked_cash: worstCost(rest, order.limit_price, larger(order.maker_rate, takerRate)) };
}

/** Nothing of it can fill any more: what it locked is free. `nowMs` is when that became known. */
export function ended(
  order: PaperOrder,
  status: Exclude<PaperOrder['status'], 'OPEN'>,
  detail: string | null,
  nowMs: number,
): PaperOrder {
  return { ...order, status, detail, ended_ms: nowMs, locked_cash: ZERO_USD, locked_base: ZERO_QUANTITY };
}

export function remaining(order: PaperOrder): Quantity {
  return subtract(order.base_size ?? ZERO_QUANTITY, filledQuantity(order));
}

/** Filled value before fees and the fees, in quote currency. */
export function totalsOf(order: PaperOrder) {
  return order.fills.reduce(
    (sum, fill) => ({ value: add(sum.value, fill.value), fees: add(sum.fees, fill.commission) }),
    { value: ZERO_USD, fees: ZERO_USD },
  );
}
