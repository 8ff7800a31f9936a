import type { DecisionConfig } from '../cycle/decision-config.ts';
import type { OrderRecord } from '../execution/order-record.ts';
import { step } from '../execution/order-step.ts';
import { successorOf } from '../execution/routing.ts';
import type { OrderTerms } from '../execution/terms.ts';
import { INTERVAL_MS } from '../market/interval.ts';
import type { FeeRates } from '../market/snapshot.ts';
import { add, notional, portion, type Quantity, type Usd } from '../money/fixed.ts';
import type { Account, WorkingOrder } from '../portfolio/account.ts';
import type { Fill } from '../portfolio/fill.ts';
import { bookFill, giveWay } from '../portfolio/ledger.ts';
import type { CooldownPolicy } from '../portfolio/trade-memory.ts';
import type { Execution } from './fills.ts';
import type { BarMarket } from './market.ts';

/** An order as the exchange of a backtest holds it. */
export interface LiveOrder<Terms = OrderTerms> {
  record: OrderRecord;
  readonly terms: Terms;
  /** Of a stop that was reached: where the market stood then, or its limit where that was below it. It sells no better. */
  ceiling: number | null;
}

/** What does not take at once. */
export type RestingOrder = LiveOrder<Exclude<OrderTerms, { type: 'sor_limit_ioc' }>>;

/** One fill with all that is worth telling about it. */
export interface BookedFill {
  readonly fill: Fill;
  readonly intent: OrderRecord['intent'];
  readonly execution: Execution;
  /** What the sale made, fees included; 0 for a buy. */
  readonly realisedPnl: Usd;
  readonly after: Account;
}

export interface DeskEvents {
  readonly onFill: (booked: BookedFill) => void;
  /** An order that came to nothing or not to all of it, and why. */
  readonly onEnd: (record: OrderRecord) => void;
}

/** Books and exchange of one backtest: the account changes only by the ledger's own functions. */
export interface Desk {
  account: Account;
  readonly live: Map<string, RestingOrder>;
  market: BarMarket;
  readonly config: DecisionConfig;
  readonly fees: FeeRates;
  readonly cooldowns: CooldownPolicy;
  readonly events: DeskEvents;
}

/** Books one execution at a time of the exchange, exactly once. */
export function book(desk: Desk, order: LiveOrder, execution: Execution, timeMs: number): void {
  const { intent, client_order_id: id } = order.record;
  const { price, quantity, liquidity } = execution;
  const value = notional(quantity, price, intent.side === 'BUY' ? 'up' : 'down');
  const fill: Fill = {
    entryId: `${id}:${order.record.fills.length + 1}`,
    productId: intent.product_id,
    side: intent.side,
    price,
    quantity,
    commission: portion(value, liquidity === 'MAKER' ? desk.fees.maker : desk.fees.taker, 'up'),
    timeMs,
  };
  const before = desk.account;
  desk.account = bookFill(before, fill, before.working[id] as WorkingOrder, desk.cooldowns);
  order.record = withFill(order.record, fill, value, liquidity);
  const realisedPnl = (desk.account.realised_pnl - before.realised_pnl) as Usd;
  desk.events.onFill({ fill, intent, execution, realisedPnl, after: desk.account });
}

/** Ends an order: its reservation goes, or passes to the intent's next leg in the same step. */
export function end(
  desk: Desk,
  record: OrderRecord,
  event: 'fill' | 'cancel' | 'expire' | 'refuse',
  atMs: number,
  reason?: string,
): void {
  const ended = step(record, event, atMs, reason === undefined ? {} : { reason });
  if (ended === undefined) throw new Error(`${record.client_order_id}: ${record.status} cannot ${event}`);
  const next = successorOf(ended, atMs + lifetimeMs(desk));
  desk.live.delete(record.client_order_id);
  desk.account = giveWay(desk.account, record.client_order_id, next);
  desk.events.onEnd(ended);
}

export function leftOf({ record, terms }: LiveOrder): Quantity {
  return (terms.base_size - record.filled_quantity) as Quantity;
}

/** A next leg waits for the next cycle: its time begins there. */
function lifetimeMs({ config, market }: Desk): number {
  return config.policy.execution.intent_ttl_seconds * 1_000 + INTERVAL_MS[market.baseInterval];
}

function withFill(record: OrderRecord, fill: Fill, value: Usd, liquidity: Execution['liquidity']): OrderRecord {
  return {
    ...record,
    filled_quantity: add(record.filled_quantity, fill.quantity),
    filled_value: add(record.filled_value, value),
    fees: add(record.fees, fill.commission),
    fills: [
      ...record.fills,
      {
        entry_id: fill.entryId,
        price: fill.price,
        quantity: fill.quantity,
        commission: fill.commission,
        time_ms: fill.timeMs,
        trade_type: 'FILL',
        liquidity,
      },
    ],
  };
}
