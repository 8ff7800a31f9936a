import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import { UserError } from '../user-error.ts';
import type { Books } from './open-books.ts';

export interface Legs {
  /** The one whose id was given. */
  readonly asked: OrderRecord;
  /** Every order of its intent that is still on record, in the order in which they were sent. */
  readonly all: readonly OrderRecord[];
}

/** More than any route may have. */
const MOST_LEGS = 100;

/** The orders of one intent, by the client order id of any of them. Throws a UserError when there is none. */
export async function legsOf({ orders, scope }: Pick<Books, 'orders' | 'scope'>, clientOrderId: string): Promise<Legs> {
  const intentId = intentIdOf(clientOrderId);
  const asked = await orders.find(clientOrderId);
  if (asked === undefined) {
    throw new UserError(
      `bot ${scope.botId} has no order ${clientOrderId} in mode ${scope.mode}: "trader orders" lists the ids; ` +
        'one that ended without a fill is forgotten after 90 days',
    );
  }
  const all: OrderRecord[] = [];
  for (let leg = 0; leg < MOST_LEGS; leg += 1) {
    const found = await orders.find(leg === 0 ? intentId : `${intentId}r${leg}`);
    if (found !== undefined) all.push(found);
    // An early leg without fills may have expired before a later one that filled.
    else if (leg > asked.intent.leg) break;
  }
  return { asked, all };
}
