import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { worstCase } from '../../shared/core/portfolio/valuation.ts';
import type { Books } from './open-books.ts';
import { everyOrder } from './read-books.ts';

/** One order as it is listed. Amounts are decimal text. */
export interface OrderLine {
  readonly client_order_id: string;
  readonly status: string;
  readonly product_id: string;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: string;
  readonly route: string;
  readonly leg: number;
  readonly quantity: string;
  readonly filled_quantity: string;
  readonly limit_price: string;
  readonly stop_price: string | null;
  /** What it may still cost before it is known to have ended; null once its reservation is released. */
  readonly worst_case_usd: string | null;
  readonly fees_usd: string;
  readonly decided_at: string;
  readonly age_seconds: number;
  readonly order_id: string | null;
  readonly replaces: string | null;
  readonly strategy: string;
  readonly why: string;
  /** Machine-readable reason of a refusal, expiry, loss. */
  readonly reason: string | null;
}

/** Every order that may still fill or whose fills are not all booked: those that hold a reservation, oldest first. */
export async function openLines(books: Books, account: Account): Promise<readonly OrderLine[]> {
  const lines: OrderLine[] = [];
  for (const order of Object.values(account.working)) {
    const record = await books.orders.find(order.client_order_id);
    lines.push(record === undefined ? unpublished(order, books.nowMs) : lineOf(record, account, books.nowMs));
  }
  return lines.sort(oldestFirst);
}

/** The orders decided since a moment, and before it those that are open still. */
export async function linesSince(books: Books, account: Account, sinceMs: number): Promise<readonly OrderLine[]> {
  const open = await openLines(books, account);
  const decided = await everyOrder(books, { fromSlotMs: sinceMs, toSlotMs: Number.POSITIVE_INFINITY });
  const lines = new Map(open.map((line) => [line.client_order_id, line]));
  for (const record of decided) lines.set(record.client_order_id, lineOf(record, account, books.nowMs));
  return [...lines.values()].sort(oldestFirst);
}

export function lineOf(record: OrderRecord, { working }: Pick<Account, 'working'>, nowMs: number): OrderLine {
  const held = working[record.client_order_id];
  return {
    ...figures(record.intent, nowMs),
    status: record.status,
    filled_quantity: toText(record.filled_quantity),
    worst_case_usd: held === undefined ? null : toText(worstCase(held)),
    fees_usd: toText(record.fees),
    order_id: record.order_id,
    reason: record.reason,
  };
}

/** Approved, and waiting in the outbox for the next cycle to hand it over. */
function unpublished(order: WorkingOrder, nowMs: number): OrderLine {
  return {
    ...figures(order, nowMs),
    status: order.status,
    filled_quantity: toText(order.filled),
    worst_case_usd: toText(worstCase(order)),
    fees_usd: '0',
    order_id: order.order_id,
    reason: 'not published yet',
  };
}

function figures(intent: OrderRecord['intent'], nowMs: number) {
  return {
    client_order_id: intent.client_order_id,
    product_id: intent.product_id,
    side: intent.side,
    purpose: intent.purpose,
    route: intent.route.kind,
    leg: intent.leg,
    quantity: toText(intent.quantity),
    limit_price: toText(intent.limit_price),
    stop_price: intent.stop_price === null ? null : toText(intent.stop_price),
    decided_at: new Date(intent.slot_ms).toISOString(),
    age_seconds: Math.max(0, Math.floor((nowMs - intent.slot_ms) / 1_000)),
    replaces: intent.replaces,
    strategy: intent.strategy,
    why: intent.reason,
  };
}

function oldestFirst(a: OrderLine, b: OrderLine): number {
  if (a.decided_at !== b.decided_at) return a.decided_at < b.decided_at ? -1 : 1;
  return a.client_order_id < b.client_order_id ? -1 : 1;
}
