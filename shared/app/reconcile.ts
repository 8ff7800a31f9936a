import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { step } from '../core/execution/order-step.ts';
import type { ProductId } from '../core/market/product.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import { advanceFillsCursor, FILL_OVERLAP_MS, release } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import type { Balance } from '../ports/exchange.ts';
import { alert } from './alerts.ts';
import { type FollowOutcome, followOrder, settleTerminal } from './follow-order.ts';
import { compareLedger, isBalanced, type LedgerDifferences } from './ledger-check.ts';
import { CLAIM_TIMEOUT_MS } from './place-order.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { resolveUnknown } from './resolve-unknown.ts';
import { lose } from './send-order.ts';
import { updateAccount } from './update-account.ts';

export interface Reconciled {
  readonly account: Account;
  /** null: the books equal the exchange; else why nothing new may be bought. */
  readonly ledgerBreak: string | null;
  /** What could not be answered: the cycle is degraded. */
  readonly faults: readonly string[];
}

/**
 * Brings the books to the exchange's truth before anything is decided [I6, I7]: every order that still holds a
 * reservation is followed, the ledger is compared with the balances, and a difference is first explained by fills that
 * were not booked yet. What stays unexplained freezes the product (or, for cash, all entries) and alerts.
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
    return { account, ledgerBreak: `balances: ${failureText(balances)}`, faults: ['balances_unavailable'] };
  }

  const booksBalance = isBalanced(compareLedger(withoutUnknown(account), balances.value, settings.quoteCurrency));
  for (const order of Object.values(account.working)) {
    const outcome = await followWorking(ports, settings, order, booksBalance);
    if (outcome?.kind === 'unanswered') faults.push(`order_unanswered`);
  }
  const moved = Object.keys(account.working).length > 0;
  const fresh = moved ? await freshView(ports, account, balances.value) : { account, balances: balances.value };
  return explain(ports, settings, fresh.account, fresh.balances, fence, faults);
}

async function freshView(
  ports: CyclePorts,
  account: Account,
  balances: readonly Balance[],
): Promise<{ readonly account: Account; readonly balances: readonly Balance[] }> {
  const [stored, again] = await Promise.all([ports.accounts.load(), ports.exchange.balances()]);
  return { account: stored ?? account, balances: again.kind === 'ok' ? again.value : balances };
}

/** The books as they would be had no UNKNOWN order been placed: balances that agree speak against it. */
function withoutUnknown(account: Account): Account {
  const known = Object.entries(account.working).filter(([, order]) => order.status !== 'UNKNOWN');
  return { ...account, working: Object.fromEntries(known) };
}

async function followWorking(
  ports: CyclePorts,
  settings: CycleSettings,
  order: WorkingOrder,
  booksBalance: boolean,
): Promise<FollowOutcome | null> {
  const record = await ports.orders.find(order.client_order_id);
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

async function followById(
  ports: CyclePorts,
  settings: CycleSettings,
  record: OrderRecord,
  orderId: string,
): Promise<FollowOutcome> {
  const seen = await ports.exchange.order(orderId);
  if (seen.kind !== 'ok') return { kind: 'unanswered', record, detail: failureText(seen) };
  return followOrder(ports, settings, record, seen.value);
}

/** A message may be lost with its queue: the intent is sent again while it is fresh and given up after. */
async function waitOrExpire(ports: CyclePorts, record: OrderRecord): Promise<null> {
  if (ports.clock.nowMs() <= record.intent.not_after_ms) {
    await ports.queue.send({ client_order_id: record.client_order_id, slot_ms: record.intent.slot_ms });
    return null;
  }
  const expired = step(record, 'expire', ports.clock.nowMs(), { reason: 'expired before it was sent' });
  if (expired !== undefined && (await ports.orders.save(expired)) === 'saved') {
    await updateAccount(ports.accounts, (account) => release(account, record.client_order_id));
  }
  return null;
}

async function loseIfAbandoned(ports: CyclePorts, record: OrderRecord): Promise<void> {
  const isAbandoned = ports.clock.nowMs() - (record.sent_at_ms ?? 0) > CLAIM_TIMEOUT_MS;
  if (isAbandoned) await lose(ports, record, 'its worker never reported back');
}

async function explain(
  ports: CyclePorts,
  settings: CycleSettings,
  account: Account,
  balances: readonly Balance[],
  fence: number,
  faults: string[],
): Promise<Reconciled> {
  // A DRY_RUN account is hypothetical: the owner's own trading must not look like a broken ledger.
  if (settings.mode === 'DRY_RUN') return { account, ledgerBreak: null, faults };
  let differences = compareLedger(account, balances, settings.quoteCurrency);
  let current = account;
  if (!isBalanced(differences)) {
    const booked = await bookMissedFills(ports, settings, account, fence);
    if (booked === null) faults.push('fills_unavailable');
    current = booked ?? account;
    differences = compareLedger(current, balances, settings.quoteCurrency);
  }
  current = await freeze(ports, current, differences, fence);
  await report(ports, differences);
  return { account: current, ledgerBreak: differences.cash === null ? null : `cash: ${differences.cash}`, faults };
}

/**
 * Reads all fills since the cursor; one that belongs to an order of ours that was thought settled is followed again.
 * Fills of orders that are not ours stay unbooked, so that the difference they make is seen. null: could not be read.
 */
async function bookMissedFills(
  ports: CyclePorts,
  settings: CycleSettings,
  account: Account,
  fence: number,
): Promise<Account | null> {
  const readAtMs = ports.clock.nowMs();
  const fills = await ports.exchange.fillsSince(account.fills_cursor_ms - FILL_OVERLAP_MS);
  if (fills.kind !== 'ok') return null;
  const missed = fills.value.filter((fill) => account.booked_fills[fill.entryId] === undefined);
  for (const orderId of new Set(missed.map((fill) => fill.orderId))) {
    const seen = await ports.exchange.order(orderId);
    if (seen.kind !== 'ok') return null;
    const record = await ports.orders.find(seen.value.clientOrderId);
    if (record !== undefined) await followOrder(ports, settings, record, seen.value);
  }
  const updated = await updateAccount(ports.accounts, (stored) => advanceFillsCursor(stored, readAtMs), fence);
  return updated.kind === 'fenced' ? null : updated.account;
}

const LEDGER_WORD = 'ledger: ';

/** Freezes what does not agree and thaws what agrees again; a freeze for another reason stays. */
async function freeze(
  ports: CyclePorts,
  account: Account,
  differences: LedgerDifferences,
  fence: number,
): Promise<Account> {
  if (sameText(frozenWith(account, differences), account.frozen)) return account;
  const updated = await updateAccount(
    ports.accounts,
    (stored) => ({ ...stored, frozen: frozenWith(stored, differences) }),
    fence,
  );
  return updated.kind === 'fenced' ? account : updated.account;
}

function frozenWith(account: Account, differences: LedgerDifferences): Account['frozen'] {
  const others = Object.entries(account.frozen).filter(([, reason]) => !reason.startsWith(LEDGER_WORD));
  const broken = Object.entries(differences.products).map(([id, text]) => [id, `${LEDGER_WORD}${text}`]);
  return Object.fromEntries([...broken, ...others]) as Record<ProductId, string>;
}

async function report(ports: CyclePorts, differences: LedgerDifferences): Promise<void> {
  if (differences.cash !== null) await alert(ports, 'CRITICAL', 'LEDGER_BREAK', 'cash', differences.cash);
  for (const [productId, text] of Object.entries(differences.products)) {
    await alert(ports, 'CRITICAL', 'LEDGER_BREAK', productId, text ?? '');
  }
}

function sameText(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
