import type { Account } from '../portfolio/account.ts';
import { dropUnsentEntries } from '../portfolio/ledger.ts';
import type { Decision } from './decision.ts';

/**
 * An entry that still waits to be sent was approved by an earlier decision. Where this one would enter nothing (a gate is
 * closed, the market crashed), or nothing in that symbol (stale, an outlier, banned), it is given up [I4].
 */
export function withdrawUnsent(
  account: Account,
  { gates, regime_multiplier, universe }: Pick<Decision, 'gates' | 'regime_multiplier' | 'universe'>,
): Account {
  if (account.outbox.length === 0) return account;
  const isShut = gates.length > 0 || regime_multiplier === 0;
  const open = new Set(universe.filter(({ eligible }) => eligible).map(({ symbol }) => symbol));
  return dropUnsentEntries(account, ({ product_id }) => isShut || !open.has(product_id));
}
