import type { OrderRecord } from '../core/execution/order-record.ts';
import type { Account } from '../core/portfolio/account.ts';
import type { OrderIntent } from '../core/risk/approved-order.ts';
import type { PlacePorts } from './ports.ts';
import { updateAccount } from './update-account.ts';

/** How long a refusal is believed. */
const BELIEVED_MS = 24 * 3_600_000;

/** The exchange's words for a type of order that a product does not take at all. */
const NOT_TAKEN = /NOT_SUPPORTED|UNSUPPORTED_ORDER_CONFIGURATION|UNSUPPORTED_ORDER_TYPE|NOT_ALLOWED_FOR_BRACKET/;

/** It is refused because it is protection of a type that the exchange does not take for this product. */
export function isNotTaken({ route: { kind } }: OrderIntent, reason: string): boolean {
  return (kind === 'bracket' || kind === 'stop_limit') && NOT_TAKEN.test(reason);
}

/**
 * Every protective order is previewed before it is sent, and that preview is the probe: what the exchange does not take
 * for this product is remembered, and the next decision protects in another way or not at all.
 */
export async function noteRefusedProtection(
  { accounts, clock }: Pick<PlacePorts, 'accounts' | 'clock'>,
  { intent }: OrderRecord,
  reason: string,
): Promise<void> {
  const { kind } = intent.route;
  if ((kind !== 'bracket' && kind !== 'stop_limit') || !isNotTaken(intent, reason)) return;
  const nowMs = clock.nowMs();
  await updateAccount(accounts, (account) => {
    const known = account.protection[intent.product_id];
    const before: NonNullable<Account['protection'][keyof Account['protection']]>['refused'] =
      known !== undefined && known.until_ms > nowMs ? known.refused : [];
    const refused = [...new Set([...before, kind])].sort();
    return {
      ...account,
      protection: { ...account.protection, [intent.product_id]: { refused, until_ms: nowMs + BELIEVED_MS } },
    };
  });
}
