import type { OrderEvent } from '../core/execution/lifecycle.ts';
import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderFill, OrderRecord } from '../core/execution/order-record.ts';
import { note, type StepFacts, step } from '../core/execution/order-step.ts';
import { successorOf } from '../core/execution/routing.ts';
import { type Quantity, toText } from '../core/money/fixed.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import { annotate, bookFill, giveWay, release } from '../core/portfolio/ledger.ts';
import type { CooldownPolicy } from '../core/portfolio/trade-memory.ts';
import { FINEST, widestLevels } from '../core/portfolio/widest-levels.ts';
import { failureText } from '../ports/answer.ts';
import type { ExchangeFill, ExchangeOrder } from '../ports/exchange.ts';
import { alert } from './alerts.ts';
import { tellFailedSale } from './failed-sale.ts';
import { fillRecord, readFills, totalsOf } from './order-fills.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { accountIn, updateAccount } from './update-account.ts';

/** What following one order has come to. */
export type FollowOutcome =
  /** Terminal, every fill booked, reservation released. */
  | { readonly kind: 'settled'; readonly record: OrderRecord }
  /** Still alive, or its fills are not all visible yet (`lacksFills`: the balances know more than the books). */
  | { readonly kind: 'working'; readonly record: OrderRecord; readonly lacksFills?: boolean }
  /** The exchange's order is not the one we asked for: the product is frozen. */
  | { readonly kind: 'mismatch'; readonly record: OrderRecord; readonly detail: string }
  /** `isNotFound`: the exchange answered that it does not know the order. */
  | {
      readonly kind: 'unanswered';
      readonly record: OrderRecord;
      readonly detail: string;
      readonly isNotFound?: boolean;
    };

/**
 * Brings the books to the exchange's truth for one order whose exchange order is known [I6]. Safe to repeat and to
 * interrupt anywhere: the record turns terminal first, the reservation goes last, so an interrupted run leaves the
 * order on the account's list and the next one finishes it.
 */
export async function followOrder(
  ports: TradingPorts,
  settings: TraderSettings,
  record: OrderRecord,
  seen: ExchangeOrder,
): Promise<FollowOutcome> {
  const difference = differenceOf(record, seen);
  if (difference !== null) return freezeProduct(ports, record, difference);

  const event = terminalEvent(seen);
  const fills = await readFills(ports, record, seen, event !== null);
  if (fills.kind !== 'ok') return { kind: 'unanswered', record, detail: failureText(fills) };
  // What was taken back again was told as well.
  const told = fills.value.filter(({ quantity }) => quantity > 0n);
  const lacksFills = totalsOf(told, record.intent.side).quantity < seen.filledQuantity;
  const isComplete = event !== null && !lacksFills && !(event === 'expire' && mayStillBeTold(ports, record));

  const known = await recordTruth(ports, record, seen, isComplete ? event : null, fills.value);
  if (known === 'stale') return { kind: 'unanswered', record, detail: 'the record changed meanwhile' };
  const next = isComplete ? nextLegOf(ports, settings, known) : null;
  const books = await updateAccount(ports.accounts, (account) => {
    const booked = foldFills(account, known, fills.value, record.filled_quantity, settings);
    const left = booked === account ? booked : withdrawSuccessor(booked, record);
    return isComplete ? giveWay(left, known.client_order_id, next) : left;
  });
  reportFills(ports, known, fills.value);
  if (isComplete && !isTerminal(record.status)) await tellUnfilledExit(ports, known, accountIn(books));
  return isComplete ? { kind: 'settled', record: known } : { kind: 'working', record: known, lacksFills };
}

/** Immediate or cancel: the market may have fallen through the limit of a stop. */
async function tellUnfilledExit(ports: TradingPorts, ended: OrderRecord, account: Account | undefined): Promise<void> {
  const { intent, filled_quantity } = ended;
  if (intent.purpose !== 'exit' || filled_quantity > 0n) return;
  await tellFailedSale(ports, ended, account, `it ended without a fill at ${toText(intent.limit_price)}`);
}

/** A fill may be told this much later than the end of its order. */
const LATE_FILL_MS = 5_000;

/**
 * Whether a resting order has run out too short a while ago for its last fill to be known. What follows it buys what it left:
 * that must not be bought twice [I3].
 */
function mayStillBeTold({ clock }: TradingPorts, { status, intent, terms }: OrderRecord): boolean {
  if (isTerminal(status) || intent.route.kind !== 'maker' || terms?.type !== 'limit_limit_gtd') return false;
  return clock.nowMs() - terms.end_time_ms < LATE_FILL_MS;
}

/** A late fill of an order that had ended: what was to follow it, and was not sent yet, was reckoned without it [I3]. */
function withdrawSuccessor(account: Account, ended: OrderRecord): Account {
  const successor = isTerminal(ended.status) ? successorOf(ended, 0) : null;
  const id = successor?.client_order_id ?? '';
  return account.working[id]?.status === 'READY' ? release(account, id) : account;
}

/** What the intent sends next, now that this order has ended; null when it has ended with it. */
export function nextLegOf(
  { clock }: Pick<TradingPorts, 'clock'>,
  { config }: TraderSettings,
  ended: OrderRecord,
): WorkingOrder | null {
  return successorOf(ended, clock.nowMs() + config.policy.execution.intent_ttl_seconds * 1_000);
}

export function cooldownsOf({ config }: TraderSettings): CooldownPolicy {
  return {
    cooldownMs: config.policy.risk.cooldown_minutes * 60_000,
    cooldownAfterWinMs: config.policy.risk.per_symbol_cooldown_win_minutes * 60_000,
    cooldownAfterLossMs: config.policy.risk.per_symbol_cooldown_loss_minutes * 60_000,
    cooldownAfterStopMs: config.policy.risk.cooldown_after_stop_minutes * 60_000,
  };
}

/** The exchange's word as a lifecycle event; null while the order may still fill. */
export function terminalEvent(seen: ExchangeOrder): OrderEvent | null {
  switch (seen.status) {
    case 'FILLED':
      return 'fill';
    case 'CANCELLED':
      return 'cancel';
    case 'EXPIRED':
      return 'expire';
    case 'FAILED':
      return 'refuse';
    case 'PENDING':
    case 'QUEUED':
    case 'OPEN':
    case 'EDIT_QUEUED':
    case 'CANCEL_QUEUED':
    case 'OTHER':
      return null;
    default:
      return seen.status satisfies never;
  }
}

/** Compares what came back with what was asked for: a reused id may have executed another body (fact sheet, section 9). */
function differenceOf(record: OrderRecord, seen: ExchangeOrder): string | null {
  const { intent, terms } = record;
  if (seen.clientOrderId !== record.client_order_id) return `client order id ${seen.clientOrderId}`;
  if (seen.productId !== intent.product_id) return `product ${seen.productId}`;
  if (seen.side !== intent.side) return `side ${seen.side}`;
  const size = terms?.base_size ?? intent.quantity;
  if (seen.baseSize !== null && seen.baseSize !== size) return 'another size';
  const limit = terms?.limit_price ?? intent.limit_price;
  if (seen.limitPrice !== null && seen.limitPrice !== limit) return 'another limit price';
  if (seen.filledQuantity > size) return 'filled more than asked for';
  return null;
}

async function freezeProduct(ports: TradingPorts, record: OrderRecord, detail: string): Promise<FollowOutcome> {
  const productId = record.intent.product_id;
  await updateAccount(ports.accounts, (account) => ({
    ...account,
    frozen: { ...account.frozen, [productId]: `order ${record.client_order_id} came back with ${detail}` },
  }));
  await alert(ports, 'ORDER_MISMATCH', productId, `${record.client_order_id}: ${detail}`);
  return { kind: 'mismatch', record, detail };
}

/** Moves the record as far as the exchange's word allows; returns it as stored. */
async function recordTruth(
  ports: TradingPorts,
  record: OrderRecord,
  seen: ExchangeOrder,
  event: OrderEvent | null,
  booked: readonly ExchangeFill[],
): Promise<OrderRecord | 'stale'> {
  const fills = withKnown(record, booked);
  const totals = totalsOf(fills, record.intent.side);
  const next = movedRecord(record, ports.clock.nowMs(), event, {
    orderId: seen.orderId,
    filledQuantity: totals.quantity,
    filledValue: totals.value,
    fees: totals.fees,
    fills,
    ...(seen.detail === null ? {} : { reason: seen.detail }),
  });
  if (next === record) return record;
  // One write whatever the number of moves: the version counts writes.
  const saved = { ...next, version: record.version + 1 };
  return (await ports.orders.save(saved)) === 'saved' ? saved : 'stale';
}

function movedRecord(record: OrderRecord, atMs: number, event: OrderEvent | null, facts: StepFacts): OrderRecord {
  if (isTerminal(record.status)) {
    const isLate = (facts.fills?.length ?? 0) > record.fills.length;
    return isLate ? note(record, 'late-fill', atMs, facts) : record;
  }
  const isUnaccepted = record.status === 'SENDING' || (record.status === 'UNKNOWN' && event === null);
  const accepted = isUnaccepted ? (step(record, 'accept', atMs, facts) ?? record) : record;
  return event === null ? accepted : (step(accepted, event, atMs, facts) ?? accepted);
}

/** `before`: what the record knew to be filled. */
function foldFills(
  account: Account,
  record: OrderRecord,
  fills: readonly ExchangeFill[],
  before: Quantity,
  settings: TraderSettings,
): Account {
  const id = record.client_order_id;
  let next = account;
  const held = account.working[id];
  if (held !== undefined && (held.status !== 'WORKING' || held.order_id !== record.order_id)) {
    next = annotate(next, id, { status: 'WORKING', order_id: record.order_id, sent_at_ms: record.sent_at_ms });
  }
  for (const fill of fills) {
    const order = withLevels(next.working[id] ?? endedOrder(record, before), next.positions, settings);
    next = bookFill(next, fill, order, cooldownsOf(settings));
  }
  return next;
}

/** Nothing would rest behind what an entry buys that nobody remembers: it gets the widest stop, unless one stands already. */
function withLevels(order: WorkingOrder, positions: Account['positions'], { config }: TraderSettings): WorkingOrder {
  const stop = order.stop_price ?? positions[order.product_id]?.stop_price ?? null;
  if (order.side === 'SELL' || stop !== null) return order;
  return { ...order, ...widestLevels(order.limit_price, FINEST, config.policy) };
}

/** A late fill finds no reservation any more: what it was bought or sold for, its record tells. */
function endedOrder({ intent, order_id, sent_at_ms }: OrderRecord, filled: Quantity): WorkingOrder {
  return { ...intent, status: 'WORKING', order_id, filled, sent_at_ms };
}

/** What was read now joins what the record knows: a list that lags behind takes nothing back [I6]. */
function withKnown(record: OrderRecord, read: readonly ExchangeFill[]): OrderFill[] {
  const fills = [...record.fills, ...read.map(fillRecord)];
  return [...new Map(fills.map((fill) => [fill.entry_id, fill])).values()];
}

function reportFills(ports: TradingPorts, record: OrderRecord, fills: readonly ExchangeFill[]): void {
  if (fills.length === 0) return;
  ports.audit.append('order_followed', {
    client_order_id: record.client_order_id,
    status: record.status,
    fills: fills.map((fill) => fill.entryId),
  });
}
