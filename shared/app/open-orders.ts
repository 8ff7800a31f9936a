import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { toText } from '../core/money/fixed.ts';
import type { Account, Sightings } from '../core/portfolio/account.ts';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { alert } from './alerts.ts';
import { type FollowOutcome, followOrder, terminalEvent } from './follow-order.ts';
import { isDoubtful } from './missed-fills.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { isOurs, recoverOrder } from './recover-order.ts';
import { updateAccount } from './update-account.ts';

/**
 * Somebody else's order changes nothing until it fills, and then the ledger shows it at once; so the list is read at the
 * first cycle, after every pause and then every five minutes: it costs two requests of a cycle's budget.
 */
const LIST_EVERY_MS = 5 * 60_000;
const TELL_AGAIN_MS = 24 * 3_600_000;
/** Bounds the stored item. */
const MOST_FOREIGN_ORDERS = 100;

export interface Listed {
  readonly account: Account;
  /** false: the list was due and could not be read. */
  readonly isAnswered: boolean;
  /** Orders taken back whose fills are not all listed yet. */
  readonly doubtful: readonly string[];
}

/**
 * Looks through everything that rests on the exchange. Orders of somebody else are remembered, reported once a day and
 * never touched. Orders of ours that the books have lost are taken back into them, and one that the books had ended but
 * that can still fill (listed late, after it had been given up) is cancelled.
 */
export async function reviewOpenOrders(
  ports: TradingPorts,
  settings: TraderSettings,
  account: Account,
  fence: number,
): Promise<Listed> {
  const nowMs = ports.clock.nowMs();
  if (nowMs - account.sightings.orders_listed_ms < LIST_EVERY_MS) return { account, isAnswered: true, doubtful: [] };
  const open = await ports.exchange.openOrders();
  if (open.kind !== 'ok') return { account, isAnswered: false, doubtful: [] };
  const doubtful: string[] = [];
  for (const seen of open.value.filter((order) => isOurs(order, settings.config.botId))) {
    if (account.working[seen.clientOrderId] !== undefined) continue;
    const outcome = await reviewOurs(ports, settings, seen);
    if (outcome !== null && isDoubtful(outcome)) doubtful.push(seen.clientOrderId);
  }
  const foreign = open.value.filter((order) => !isOurs(order, settings.config.botId)).slice(0, MOST_FOREIGN_ORDERS);
  const due = foreign.filter(({ orderId }) => isToldAgain(account.sightings, orderId, nowMs));
  for (const seen of due) await alertForeign(ports, seen);
  const told = new Set(due.map(({ orderId }) => orderId));
  const updated = await updateAccount(ports.accounts, (stored) => remember(stored, foreign, told, nowMs), fence);
  return { account: updated.kind === 'fenced' ? account : updated.account, isAnswered: true, doubtful };
}

function isToldAgain({ foreign_orders }: Sightings, orderId: string, nowMs: number): boolean {
  return nowMs - (foreign_orders[orderId]?.alerted_ms ?? 0) >= TELL_AGAIN_MS;
}

function alertForeign(ports: TradingPorts, seen: ExchangeOrder): Promise<void> {
  const size = seen.baseSize === null ? '' : ` ${toText(seen.baseSize)}`;
  const limit = seen.limitPrice === null ? '' : ` at ${toText(seen.limitPrice)}`;
  const text = `${seen.side}${size} ${seen.productId}${limit}: not placed by this bot, left alone`;
  return alert(ports, 'FOREIGN_ORDER', seen.orderId, text);
}

function remember(
  account: Account,
  foreign: readonly ExchangeOrder[],
  told: ReadonlySet<string>,
  nowMs: number,
): Account {
  const known = account.sightings.foreign_orders;
  const entries = foreign.map((seen) => {
    const alerted_ms = told.has(seen.orderId) ? nowMs : (known[seen.orderId]?.alerted_ms ?? nowMs);
    return [seen.orderId, { product_id: seen.productId, side: seen.side, size: seen.baseSize, alerted_ms }] as const;
  });
  const sightings = { ...account.sightings, orders_listed_ms: nowMs, foreign_orders: Object.fromEntries(entries) };
  return { ...account, sightings };
}

/** An open order with our name on it that the account had no place for when the cycle began. null: all is well with it. */
async function reviewOurs(
  ports: TradingPorts,
  settings: TraderSettings,
  seen: ExchangeOrder,
): Promise<FollowOutcome | null> {
  const record = await ports.orders.find(seen.clientOrderId);
  if (record !== undefined && isTerminal(record.status)) return endGhost(ports, settings, record, seen);
  if (record !== undefined && !(await isTorn(ports, record))) return null;
  const outcome = await recoverOrder(ports, settings, seen);
  const text = `${seen.side} ${seen.productId} rests on the exchange and was not in the books: ${outcome.kind} now`;
  await alert(ports, 'LOST_ORDER', seen.clientOrderId, text);
  return outcome;
}

/** Not a leg that a worker has begun meanwhile, nor one that it has just settled: the record outlives its reservation. */
async function isTorn(ports: TradingPorts, record: OrderRecord): Promise<boolean> {
  const account = await ports.accounts.load();
  if (account === undefined || account.working[record.client_order_id] !== undefined) return false;
  const again = await ports.orders.find(record.client_order_id);
  return again !== undefined && !isTerminal(again.status);
}

/** Lists lag: only the order itself says whether it can still fill. One that can, against the books, must not go on. */
async function endGhost(
  ports: TradingPorts,
  settings: TraderSettings,
  record: OrderRecord,
  listed: ExchangeOrder,
): Promise<FollowOutcome | null> {
  const seen = await ports.exchange.order(listed.orderId);
  if (seen.kind !== 'ok' || terminalEvent(seen.value) !== null) return null;
  const asked = await ports.exchange.cancel([listed.orderId]);
  ports.audit.append('ghost_cancelled', { client_order_id: record.client_order_id, outcome: asked.kind });
  const after = await ports.exchange.order(listed.orderId);
  const isGone = after.kind === 'ok' && terminalEvent(after.value) !== null;
  // Where this process may not cancel, nothing more is done with the product until somebody has seen to it.
  if (!isGone) await freezeBeside(ports, record);
  const end = isGone ? 'cancelled' : 'it could not be cancelled: end it by hand, or halt';
  const text = `it is ${record.status} in the books and was ${seen.value.status} on the exchange; ${end}`;
  await alert(ports, 'GHOST_ORDER', record.client_order_id, text);
  return followOrder(ports, settings, record, after.kind === 'ok' ? after.value : seen.value);
}

async function freezeBeside(ports: TradingPorts, { client_order_id, intent }: OrderRecord): Promise<void> {
  const reason = `order ${client_order_id} is alive on the exchange against the books`;
  await updateAccount(ports.accounts, (account) =>
    account.frozen[intent.product_id] === undefined
      ? { ...account, frozen: { ...account.frozen, [intent.product_id]: reason } }
      : account,
  );
}
