import type { OrderFill, OrderRecord } from '../execution/order-record.ts';
import type { ProductId } from '../market/product.ts';
import { add, notional, type Price, type Quantity, type Usd, ZERO_QUANTITY } from '../money/fixed.ts';

/** One fill with what it belongs to, as it is exported: the keys are the columns. */
export interface Trade {
  readonly entry_id: string;
  readonly time_ms: number;
  readonly product_id: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: Quantity;
  readonly price: Price;
  /** Quantity at the price, rounded against us in the last digit, as the ledger books it. */
  readonly value: Usd;
  readonly fee: Usd;
  readonly liquidity: OrderFill['liquidity'];
  /** 'FILL', or an adjustment of the exchange. */
  readonly trade_type: string;
  readonly client_order_id: string;
  readonly order_id: string | null;
  readonly strategy: string;
  readonly reason: string;
}

export interface TradeHistory {
  /** Oldest first. */
  readonly trades: readonly Trade[];
  /**
   * Entries by which the exchange took back or corrected a trade. What they do to a lot is not documented, so no lot is
   * reckoned from them: they are told, for a person to settle.
   */
  readonly adjustments: readonly Trade[];
  /** Orders that have filled by another amount than their fills add up to: what is reckoned from them is not whole. */
  readonly incomplete: readonly string[];
}

/** Every fill of the orders once, in the order in which lots are made and used up. */
export function tradesOf(orders: readonly OrderRecord[]): TradeHistory {
  const byEntry = new Map<string, Trade>();
  for (const order of orders) {
    for (const fill of order.fills) byEntry.set(fill.entry_id, tradeOf(order, fill));
  }
  const all = [...byEntry.values()].sort(byTime);
  return {
    trades: all.filter(({ trade_type }) => trade_type === 'FILL'),
    adjustments: all.filter(({ trade_type }) => trade_type !== 'FILL'),
    incomplete: orders.filter(isIncomplete).map(({ client_order_id }) => client_order_id),
  };
}

function isIncomplete({ fills, filled_quantity }: OrderRecord): boolean {
  return fills.reduce<Quantity>((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY) !== filled_quantity;
}

function tradeOf({ client_order_id, order_id, intent }: OrderRecord, fill: OrderFill): Trade {
  const { entry_id, time_ms, quantity, price, commission, liquidity, trade_type } = fill;
  const { product_id, side, strategy, reason } = intent;
  const value = notional(quantity, price, side === 'BUY' ? 'up' : 'down');
  return {
    ...{ entry_id, time_ms, product_id, side, quantity, price, value, fee: commission, liquidity, trade_type },
    ...{ client_order_id, order_id, strategy, reason },
  };
}

/** In one and the same millisecond a purchase comes before a sale: nothing is sold that is not held yet. */
function byTime(a: Trade, b: Trade): number {
  if (a.time_ms !== b.time_ms) return a.time_ms - b.time_ms;
  if (a.side === b.side) return 0;
  return a.side === 'BUY' ? -1 : 1;
}
