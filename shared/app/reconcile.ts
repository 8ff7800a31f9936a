import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { mayBeDeclaredNotPlaced, step } from '../core/execution/order-step.ts';
import type { Account, Sightings } from '../core/portfolio/account.ts';
import { release } from '../core/portfolio/ledger.ts';
import { unknownIn } from '../core/portfolio/valuation.ts';
import { failureText } from '../ports/answer.ts';
import type { Balance } from '../ports/exchange.ts';
import { explainLedger, withoutOrders } from './explain-ledger.ts';
import { tellFailedSale } from './failed-sale.ts';
import { followById, settleTerminal, tellNotFound } from './follow-by-id.ts';
import type { FollowOutcome } from './follow-order.ts';
import { compareLedger, isBalanced } from './ledger-check.ts';
import { isDoubtful } from './missed-fills.ts';
import { reviewOpenOrders } from './open-orders.ts';
import { CLAIM_TIMEOUT_MS } from './place-order.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { resolveUnknown } from './resolve-unknown.ts';
import { lose, noteLost } from './send-order.ts';
import { accountIn, updateAccount } from './update-account.ts';

export interface Reconciled {
  readonly account: Account;
  /** null: the books equal the exchange; else why nothing new may be bought. */
  readonly ledgerBreak: string | null;
  /** What is known to be wrong with the books. Less than what blocks purchases: that may only not be known yet. */
  readonly broken: string | null;
  /** What could not be answered: the cycle is degraded. */
  readonly faults: readonly string[];
}

/**
 * Brings the books to the exchange's truth before anything is decided [I6, I7]: every order that still holds a
 * reservation is followed, what rests on the exchange is looked through now and then, and the ledger is compared with the
 * balances. A difference is first explained by fills that were not booked yet, then by what came in or went out. What
 * stays unexplained freezes the product (or, for cash, all entries) and alerts.
 */
export async function reconcile(
  ports: CyclePorts,
  settings: CycleSettings,
  account: Account,
  fence: number,
): Promise<Reconciled> {
  const faults: string[] = [];
  const balances = await ports.exchange.balances();
  if (balances.kind !== 'ok') {
    const ledgerBreak = `balances: ${failureText(balances)}`;
    return { account, ledgerBreak, broken: null, faults: ['balances_unavailable'] };
  }

  const { doubtful, absent } = await followAll(ports, settings, account, balances.value, faults);
  // A DRY_RUN account is hypothetical: the owner's own trading must not look like a broken ledger. Where gates refuse LIVE
  // the cycle is a dry one as well, but the account is not.
  if (account.mode === 'DRY_RUN') {
    return { account: await followed(ports, account), ledgerBreak: null, broken: null, faults };
  }

  const listed = await reviewOpenOrders(ports, settings, account, fence);
  if (!listed.isAnswered) faults.push('open_orders_unavailable');
  for (const id of listed.doubtful) doubtful.add(id);
  const view = await freshView(ports, account, listed.account, balances.value);
  return explainLedger(ports, settings, { ...view, doubtful, absent }, fence, faults);
}

/**
 * Every order of the books, to what the exchange knows of it: which ones hide something still, and which are not there. Those
 * of unknown fate come last, against books that know what the others have filled: else a bot that trades would never be done with them.
 */
async function followAll(
  ports: CyclePorts,
  settings: CycleSettings,
  account: Account,
  balances: readonly Balance[],
  faults: string[],
): Promise<{ readonly doubtful: Set<string>; readonly absent: Set<string> }> {
  const doubtful = new Set<string>();
  const absent = new Set<string>();
  const settleMs = settings.config.policy.execution.unknown_settle_seconds * 1_000;
  const follow = async (record: OrderRecord | undefined, id: string, booksBalance: boolean) => {
    const outcome = await followWorking(ports, settings, record, booksBalance);
    if (outcome?.kind === 'unanswered') {
      faults.push('order_unanswered');
      await tellNotFound(ports, settings, outcome);
    }
    const isAbsent = outcome?.kind === 'working' && mayBeDeclaredNotPlaced(outcome.record, settleMs);
    if (isAbsent) absent.add(id);
    else if (outcome === null || isDoubtful(outcome)) doubtful.add(id);
  };
  const lost = new Map<string, OrderRecord>();
  const ids = Object.keys(account.working);
  for (const id of ids) {
    const record = await ports.orders.find(id);
    if (record?.status !== 'UNKNOWN' || record.order_id !== null) {
      await follow(record, id, false);
      continue;
    }
    lost.set(id, record);
    // Whoever lost it may have died before the books knew.
    if (account.working[id]?.status !== 'UNKNOWN') await noteLost(ports, id);
  }
  if (lost.size === 0) return { doubtful, absent };
  const view = lost.size === ids.length ? { account, balances } : await freshView(ports, account, account, balances);
  // Balances that agree without them speak against them.
  const books = withoutOrders(view.account, new Set([...unknownIn(view.account), ...lost.keys()]));
  const booksBalance = isBalanced(compareLedger(books, view.balances, settings.quoteCurrency));
  for (const [id, record] of lost) await follow(record, id, booksBalance);
  return { doubtful, absent };
}

/** What rests on the exchange and was not placed here, for the record of the cycle. */
export function foreignOrdersOf({ sightings }: { readonly sightings: Sightings }): readonly string[] {
  return Object.entries(sightings.foreign_orders).map(([id, { product_id, side }]) => `${side} ${product_id} ${id}`);
}

/** Following may have booked: the balances that were read before are older than the books then. */
async function freshView(
  ports: CyclePorts,
  before: Account,
  account: Account,
  balances: readonly Balance[],
): Promise<{ readonly account: Account; readonly balances: readonly Balance[] }> {
  if (Object.keys(before.working).length === 0 && account === before) return { account, balances };
  const [stored, again] = await Promise.all([ports.accounts.load(), ports.exchange.balances()]);
  return { account: stored ?? account, balances: again.kind === 'ok' ? again.value : balances };
}

async function followed(ports: CyclePorts, before: Account): Promise<Account> {
  return Object.keys(before.working).length === 0 ? before : ((await ports.accounts.load()) ?? before);
}

async function followWorking(
  ports: CyclePorts,
  settings: CycleSettings,
  record: OrderRecord | undefined,
  booksBalance: boolean,
): Promise<FollowOutcome | null> {
  // Still in the outbox: publishing creates the record.
  if (record === undefined) return null;
  if (isTerminal(record.status)) return settleTerminal(ports, settings, record);
  switch (record.status) {
    case 'READY':
      return waitOrExpire(ports, record);
    case 'SENDING':
      await loseIfAbandoned(ports, record);
      return null;
    case 'UNKNOWN':
      return record.order_id === null
        ? resolveUnknown(ports, settings, record, booksBalance)
        : followById(ports, settings, record, record.order_id);
    default:
      return record.order_id === null ? null : followById(ports, settings, record, record.order_id);
  }
}

/** A message may be lost with its queue: the intent is sent again while it is fresh and given up after. */
async function waitOrExpire(ports: CyclePorts, record: OrderRecord): Promise<null> {
  if (ports.clock.nowMs() <= record.intent.not_after_ms) {
    await ports.queue.send({ client_order_id: record.client_order_id, slot_ms: record.intent.slot_ms });
    return null;
  }
  const reason = 'expired before it was sent';
  const expired = step(record, 'expire', ports.clock.nowMs(), { reason });
  if (expired !== undefined && (await ports.orders.save(expired)) === 'saved') {
    const books = await updateAccount(ports.accounts, (account) => release(account, record.client_order_id));
    await tellFailedSale(ports, expired, accountIn(books), reason);
  }
  return null;
}

async function loseIfAbandoned(ports: CyclePorts, record: OrderRecord): Promise<void> {
  const isAbandoned = ports.clock.nowMs() - (record.sent_at_ms ?? 0) > CLAIM_TIMEOUT_MS;
  if (isAbandoned) await lose(ports, record, 'its worker never reported back');
}
