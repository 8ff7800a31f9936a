import type { OrderRecord } from '../core/execution/order-record.ts';
import { giveWay } from '../core/portfolio/ledger.ts';
import { failureText, isNotFound } from '../ports/answer.ts';
import { alert } from './alerts.ts';
import { type FollowOutcome, followOrder, nextLegOf } from './follow-order.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { updateAccount } from './update-account.ts';

/** Books late fills of an order that is terminal already and releases what it may still hold. */
export async function settleTerminal(
  ports: TradingPorts,
  settings: TraderSettings,
  record: OrderRecord,
): Promise<FollowOutcome> {
  if (record.order_id === null) {
    const next = nextLegOf(ports, settings, record);
    await updateAccount(ports.accounts, (account) => giveWay(account, record.client_order_id, next));
    return { kind: 'settled', record };
  }
  return followById(ports, settings, record, record.order_id);
}

export async function followById(
  ports: TradingPorts,
  settings: TraderSettings,
  record: OrderRecord,
  orderId: string,
): Promise<FollowOutcome> {
  const seen = await ports.exchange.order(orderId);
  if (seen.kind === 'ok') return followOrder(ports, settings, record, seen.value);
  return { kind: 'unanswered', record, detail: failureText(seen), isNotFound: isNotFound(seen) };
}

/** It holds its reservation, and the ledger cannot be compared beside it, until it is known again or somebody decides. */
export async function tellNotFound(
  ports: TradingPorts,
  { config }: TraderSettings,
  { record, ...seen }: Extract<FollowOutcome, { kind: 'unanswered' }>,
): Promise<void> {
  if (seen.isNotFound !== true) return;
  const { client_order_id, order_id, sent_at_ms } = record;
  const settleMs = config.policy.execution.unknown_settle_seconds * 1_000;
  // A new order may not be found for a moment.
  if (ports.clock.nowMs() < (sent_at_ms ?? 0) + settleMs) return;
  await alert(ports, 'ORDER_NOT_FOUND', client_order_id, `order ${order_id} is not found`);
}
