import type { Account } from '../portfolio/account.ts';
import { release, unsentEntries } from '../portfolio/ledger.ts';
import { workingOrders } from '../portfolio/valuation.ts';
import type { Decision } from './decision.ts';

type Entering = Pick<Decision, 'gates' | 'regime_multiplier' | 'universe'>;

/**
 * An entry that still waits to be sent was approved by an earlier decision. Where this one would enter nothing (a gate is
 * closed, the market crashed), or nothing in that symbol (stale, an outlier, banned), it is to be given up [I4].
 */
export function unsentToWithdraw(account: Account, decision: Entering): readonly string[] {
  if (account.outbox.length === 0) return [];
  const isShut = entersNothing(decision);
  const open = new Set(decision.universe.filter(({ eligible }) => eligible).map(({ symbol }) => symbol));
  return unsentEntries(account)
    .filter(({ product_id }) => isShut || !open.has(product_id))
    .map(({ client_order_id }) => client_order_id);
}

/** Gives them up: the worker sends nothing without a reservation. */
export function withdrawUnsent(account: Account, decision: Entering): Account {
  return unsentToWithdraw(account, decision).reduce(release, account);
}

/**
 * The entries that were handed over, where this decision would enter nothing: what rests would still be filled after the gate
 * has closed [REQ-DD1]. One that a worker has only just claimed can be told by nobody else apart from one that waits in the
 * queue: so the worker is asked for either, behind the entry itself. A kill ends everything by paths of its own. `mayEnter`:
 * false where nothing may be sent at all.
 */
export function entriesToWithdraw(
  account: Account,
  decision: Pick<Decision, 'gates' | 'regime_multiplier'>,
  mayEnter = true,
): readonly string[] {
  if ((mayEnter && !entersNothing(decision)) || decision.gates.some(({ gate }) => gate === 'kill')) return [];
  const unsent = new Set(account.outbox);
  return workingOrders(account)
    .filter(({ purpose, client_order_id }) => purpose === 'entry' && !unsent.has(client_order_id))
    .map(({ client_order_id }) => client_order_id);
}

function entersNothing({ gates, regime_multiplier }: Pick<Decision, 'gates' | 'regime_multiplier'>): boolean {
  return gates.length > 0 || regime_multiplier === 0;
}
