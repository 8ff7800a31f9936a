import { quantity } from '../../core/money/fixed.ts';
import type { Account } from '../../core/portfolio/account.ts';
import type { Exchange } from '../../ports/exchange.ts';
import type { PlaceOutcome } from '../send-order.ts';
import { approvedOrder, type Desk } from './desk.ts';
import { cycleWith, drain } from './pipeline.ts';

/** What several tests do at a desk before they come to their point. */

export async function booksOf({ ports }: Desk): Promise<Account> {
  return (await ports.accounts.load()) as Account;
}

/** One entry decided and sent. */
export async function tradeOnce(desk: Desk): Promise<readonly PlaceOutcome[]> {
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  return drain(desk);
}

/** Entries that the bot has placed, and that rest. */
export async function restInBooks(desk: Desk, count = 1): Promise<void> {
  const route = { kind: 'maker', ttl_ms: 600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
  const order = { ...approvedOrder(desk, { limit: '99' }), route };
  const orders = Array.from({ length: count }, (_, i) => ({
    ...order,
    client_order_id: `${order.client_order_id}${i}`,
  }));
  await cycleWith(desk.ports, desk.settings, count === 1 ? [order] : orders);
  await drain(desk);
}

/** What the exchange says of an order lags behind what it has dealt. */
export function toldUnfilled(desk: Desk): Exchange['order'] {
  return async (id) => {
    const seen = await desk.exchange.order(id);
    if (seen.kind !== 'ok') return seen;
    return { kind: 'ok', value: { ...seen.value, status: 'CANCELLED', filledQuantity: quantity('0') } };
  };
}

export function recordOf(outcome: PlaceOutcome | undefined) {
  if (outcome === undefined || !('record' in outcome)) throw new Error(`no record in ${JSON.stringify(outcome)}`);
  return outcome.record;
}
