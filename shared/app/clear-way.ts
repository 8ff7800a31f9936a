import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { release } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import { endUnsent } from './end-unsent.ts';
import { settleTerminal } from './follow-by-id.ts';
import { followOrder } from './follow-order.ts';
import type { PlacePorts, TraderSettings } from './ports.ts';
import { updateAccount } from './update-account.ts';

export type Cleared =
  /** Nothing of it can fill any more, and what did is booked. */
  | { readonly kind: 'clear' }
  /** It may still fill: nothing that needs its coins may be sent. */
  | { readonly kind: 'blocked'; readonly reason: string };

const WAITS_MS = [0, 100, 200, 400, 800] as const;

/**
 * Ends a resting order: one that holds the coins of an order about to be sent, or an entry that is withdrawn. Cancel, read back until it is terminal, book
 * what it filled meanwhile. Every step may be repeated and may be the last before a crash: whoever comes next finds the
 * order ended or asks again. Until it has ended nothing is sent, so the stop and the exit cannot both sell [I5].
 */
export async function clearWay(
  ports: PlacePorts,
  settings: TraderSettings,
  clientOrderId: string,
  reason: 'replaced' | 'withdrawn' = 'replaced',
): Promise<Cleared> {
  const record = await ports.orders.find(clientOrderId);
  if (record === undefined) return dropUnpublished(ports, clientOrderId);
  if (isTerminal(record.status)) {
    const settled = await settleTerminal(ports, settings, record);
    return settled.kind === 'settled' ? CLEAR : blocked('its fills are not all known');
  }
  if (record.status === 'READY') return withdrawReady(ports, record, reason);
  if (record.status !== 'WORKING' || record.order_id === null) return blocked(`it is ${record.status}`);
  return endWorking(ports, settings, record, record.order_id);
}

const CLEAR: Cleared = { kind: 'clear' };

function blocked(reason: string): Cleared {
  return { kind: 'blocked', reason };
}

/** It waits in the outbox and has no record: without its reservation the worker will not send it. */
async function dropUnpublished(ports: PlacePorts, clientOrderId: string): Promise<Cleared> {
  await updateAccount(ports.accounts, (account) => release(account, clientOrderId));
  return CLEAR;
}

async function withdrawReady(ports: PlacePorts, record: OrderRecord, reason: string): Promise<Cleared> {
  if (!(await endUnsent(ports, record, reason))) return blocked('it is being sent');
  return dropUnpublished(ports, record.client_order_id);
}

async function endWorking(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  orderId: string,
): Promise<Cleared> {
  // The answer is a hint only: also a refused cancel may mean that the order has ended. Reading decides.
  const asked = await ports.exchange.cancel([orderId]);
  ports.audit.append('order_cancel_asked', { client_order_id: record.client_order_id, outcome: asked.kind });
  let current = record;
  let last = asked.kind === 'ok' ? 'it has not ended yet' : failureText(asked);
  for (const waitMs of WAITS_MS) {
    if (waitMs > 0) await ports.clock.sleep(waitMs);
    const seen = await ports.exchange.order(orderId);
    if (seen.kind !== 'ok') {
      last = failureText(seen);
      continue;
    }
    const outcome = await followOrder(ports, settings, current, seen.value);
    if (outcome.kind === 'settled') return CLEAR;
    if (outcome.kind === 'mismatch') return blocked(outcome.detail);
    current = outcome.record;
  }
  return blocked(last);
}
