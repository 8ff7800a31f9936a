import { applyChanges } from '../core/cycle/apply-changes.ts';
import type { Decision } from '../core/cycle/decision.ts';
import { unsentToWithdraw } from '../core/cycle/withdraw-entries.ts';
import type { Account } from '../core/portfolio/account.ts';
import { release, reserve } from '../core/portfolio/ledger.ts';
import { endUnsent } from './end-unsent.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';

export type Committed =
  | {
      readonly kind: 'committed';
      readonly account: Account;
      readonly decision: Decision;
      readonly faults: readonly string[];
    }
  | { readonly kind: 'fenced' };

interface Brain {
  readonly decide: (account: Account) => Decision;
  /** What the decision cost those who made it: known only after it, so it is written with it and read by the next. */
  readonly bench: (account: Account) => Account;
  readonly archive: (account: Account, decision: Decision) => Promise<void>;
}

/** A halt writes the books once for each order that it ends. */
const MAX_TRIES = 12;

/**
 * Decides and makes the decision binding by one conditional write of the account: reservations and outbox together.
 * When a worker booked a fill meanwhile, the decision was made on old books: it is thrown away and made again on the
 * new ones (deciding is pure and takes milliseconds). The inputs are archived before the write that depends on them.
 */
export async function commitDecision(
  ports: CyclePorts,
  settings: CycleSettings,
  start: Account,
  fence: number,
  brain: Brain,
): Promise<Committed> {
  let account = start;
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const decision = brain.decide(account);
    const faults = await archived(ports, brain, account, decision);
    const changed = brain.bench(await withDecision(ports, account, decision, settings));
    if (changed === account) return { kind: 'committed', account, decision, faults };
    const next: Account = { ...changed, version: account.version + 1, fence };
    const outcome = await ports.accounts.save(next);
    if (outcome === 'saved') return { kind: 'committed', account: next, decision, faults };
    if (outcome === 'fenced') return { kind: 'fenced' };
    account = (await ports.accounts.load()) ?? account;
  }
  throw new Error(`the account changed under ${MAX_TRIES} decisions of one cycle`);
}

async function archived(
  ports: CyclePorts,
  brain: Brain,
  account: Account,
  decision: Decision,
): Promise<readonly string[]> {
  try {
    await brain.archive(account, decision);
    return [];
  } catch (error) {
    ports.audit.append('archive_failed', { reason: error instanceof Error ? error.message : String(error) });
    return ['archive_failed'];
  }
}

/** The same object when there is nothing to write. In DRY_RUN nothing is ever reserved or sent. */
async function withDecision(
  ports: CyclePorts,
  account: Account,
  decision: Decision,
  settings: CycleSettings,
): Promise<Account> {
  const orders = settings.mode === 'DRY_RUN' ? [] : decision.orders;
  const changed = await withdrawn(ports, applyChanges(account, decision.account_changes), decision);
  return orders.length === 0 ? changed : reserve(changed, orders);
}

/**
 * Without the entries that wait in the outbox and are not to be sent any more. A cycle that died may have recorded one
 * already, or sent it: the record ends first, and where a worker was faster the reservation stays [I3].
 */
async function withdrawn({ orders, clock }: CyclePorts, account: Account, decision: Decision): Promise<Account> {
  let left = account;
  for (const id of unsentToWithdraw(account, decision)) {
    const record = await orders.find(id);
    const isEnded =
      record === undefined || (await endUnsent({ orders, clock }, record, 'withdrawn before it was sent'));
    if (isEnded) left = release(left, id);
  }
  return left;
}
