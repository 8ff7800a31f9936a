import { decodeInputs } from '../../shared/core/cycle/decode.ts';
import type { DecisionInputs } from '../../shared/core/cycle/encode.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import type { OrderQuery } from '../../shared/ports/stores.ts';
import { UserError } from '../user-error.ts';
import type { Books } from './open-books.ts';

export const EVER: Pick<OrderQuery, 'fromSlotMs' | 'toSlotMs'> = { fromSlotMs: 0, toSlotMs: Number.POSITIVE_INFINITY };

/** Page after page, to the end. */
export async function everyOrder(
  { orders }: Pick<Books, 'orders'>,
  query: OrderQuery,
): Promise<readonly OrderRecord[]> {
  const listed: OrderRecord[] = [];
  let page = await orders.list(query);
  listed.push(...page.orders);
  while (page.next !== null) {
    page = await orders.list(query, page.next);
    listed.push(...page.orders);
  }
  return listed;
}

export async function accountOf({ accounts, scope }: Books): Promise<Account> {
  const account = await accounts.load();
  if (account !== undefined) return account;
  throw new UserError(`there are no books of bot ${scope.botId} in mode ${scope.mode} yet: no cycle has run`);
}

/** What a cycle decided on; null when it was not kept, or by another version of this program. */
export async function inputsOf({ archive }: Books, slotMs: number | undefined): Promise<DecisionInputs | null> {
  if (archive === null || slotMs === undefined) return null;
  const text = await archive.get(slotMs);
  if (text === undefined) return null;
  try {
    return decodeInputs(text);
  } catch {
    return null;
  }
}
