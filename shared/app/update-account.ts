import type { Account } from '../core/portfolio/account.ts';
import type { AccountStore } from '../ports/stores.ts';

export type AccountUpdate =
  | { readonly kind: 'saved' | 'unchanged'; readonly account: Account }
  /** A newer owner of the lease has written: this process must stop touching the account. */
  | { readonly kind: 'fenced' };

export function accountIn(update: AccountUpdate): Account | undefined {
  return update.kind === 'fenced' ? undefined : update.account;
}

const MAX_TRIES = 10;

/**
 * Applies a pure change to the stored account by one conditional write, reading again when somebody else was faster.
 * `fence`: the writer's own lease token; the executing worker keeps the stored one. A change that returns the same
 * object writes nothing.
 */
export async function updateAccount(
  accounts: AccountStore,
  change: (account: Account) => Account,
  fence?: number,
): Promise<AccountUpdate> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const account = await accounts.load();
    if (account === undefined) throw new Error('there is no account to update');
    const changed = change(account);
    if (changed === account) return { kind: 'unchanged', account };
    const next: Account = { ...changed, version: account.version + 1, fence: fence ?? account.fence };
    const outcome = await accounts.save(next);
    if (outcome === 'saved') return { kind: 'saved', account: next };
    if (outcome === 'fenced') return { kind: 'fenced' };
  }
  throw new Error(`the account changed under ${MAX_TRIES} attempts to update it`);
}
