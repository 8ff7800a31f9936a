import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { readyRecord } from '../core/execution/order-step.ts';
import { successorOf } from '../core/execution/routing.ts';
import { termsFor } from '../core/execution/terms-for.ts';
import { ZERO_QUANTITY } from '../core/money/fixed.ts';
import { sellableBy } from '../core/portfolio/valuation.ts';
import type { IntentMessage } from '../ports/intent-queue.ts';
import { alert } from './alerts.ts';
import { clearWay } from './clear-way.ts';
import { tellFailedSale } from './failed-sale.ts';
import { settleTerminal } from './follow-by-id.ts';
import type { PlacePorts, TraderSettings } from './ports.ts';
import { prepareOrder } from './prepare-order.ts';
import {
  claimAndPost,
  followUntilSettled,
  fromFollow,
  lose,
  type PlaceOutcome,
  searchLost,
  withdraw,
} from './send-order.ts';

/** A claim older than this has lost its worker (longer than any worker may run). */
export const CLAIM_TIMEOUT_MS = 60_000;
/**
 * Takes one intent from the queue to the exchange: checks, preview, claim, one POST, follow, book; and, where its order
 * ended at once without filling it (a maker refused for crossing), the intent's next order after it. Whatever repeats the
 * message (redelivery, crash, a second worker), the conditional claim lets at most one POST out per order [I2].
 */
export async function placeOrder(
  ports: PlacePorts,
  settings: TraderSettings,
  message: IntentMessage,
): Promise<PlaceOutcome> {
  if (message.withdraw === true) return withdrawEntry(ports, settings, message);
  let outcome = await placeLeg(ports, settings, message);
  // Each leg is one further than the one before, and the account's route counts how many may follow.
  for (;;) {
    const next = 'record' in outcome ? await publishedLeg(ports, settings, outcome.record) : null;
    if (next === null) return outcome;
    outcome = await sendReady(ports, settings, next);
  }
}

/**
 * The record of the leg that took over from one that never was on the exchange: no time has passed since its decision. What
 * follows an order that rested waits for the next cycle, which knows gates that a worker does not [I4].
 */
async function publishedLeg(
  ports: PlacePorts,
  settings: TraderSettings,
  ended: OrderRecord,
): Promise<OrderRecord | null> {
  const successor = successorOf(ended, 0);
  if (successor === null || !isTerminal(ended.status) || ended.order_id !== null) return null;
  const account = await ports.accounts.load();
  const waiting = account?.working[successor.client_order_id];
  if (waiting?.status !== 'READY') return null;
  const { mode } = ended.decided;
  const { configHash } = settings.config;
  const record = readyRecord(waiting, { mode, configHash, atMs: ports.clock.nowMs(), assessment: null });
  return (await ports.orders.create(record)) === 'created' ? record : null;
}

/** Asked again by every slot that would not enter, until the order has ended: what blocks it is nobody's business here. */
async function withdrawEntry(
  ports: PlacePorts,
  settings: TraderSettings,
  { client_order_id }: IntentMessage,
): Promise<PlaceOutcome> {
  const cleared = await clearWay(ports, settings, client_order_id, 'withdrawn');
  const record = await ports.orders.find(client_order_id);
  if (record === undefined) return { kind: 'absent' };
  return cleared.kind === 'blocked' ? { ...cleared, record } : { kind: 'settled', record };
}

async function placeLeg(ports: PlacePorts, settings: TraderSettings, message: IntentMessage): Promise<PlaceOutcome> {
  const record = await ports.orders.find(message.client_order_id);
  if (record === undefined) {
    const detail = 'dropped: nothing is sent without a record';
    await alert(ports, 'INTENT_WITHOUT_RECORD', message.client_order_id, detail);
    return { kind: 'absent' };
  }
  if (isTerminal(record.status)) return fromFollow(await settleTerminal(ports, settings, record));
  if (record.status !== 'READY') return resume(ports, settings, record);
  return sendReady(ports, settings, record);
}

async function sendReady(ports: PlacePorts, settings: TraderSettings, record: OrderRecord): Promise<PlaceOutcome> {
  const prepared = await prepareOrder(ports, settings, record);
  if (prepared.kind === 'refused') return withdraw(ports, settings, record, prepared.reason);
  const { replaces } = record.intent;
  if (replaces === null) return claimAndPost(ports, settings, record, prepared);

  const cleared = await clearWay(ports, settings, replaces);
  const account = await ports.accounts.load();
  if (cleared.kind === 'blocked') {
    await tellFailedSale(ports, record, account, `what is in its way, ${replaces}: ${cleared.reason}`);
    return { ...cleared, record };
  }
  const free = account === undefined ? ZERO_QUANTITY : sellableBy(account, record.intent, null);
  const sending = termsFor(record.intent, { ...prepared.market, free });
  if (sending.kind === 'refuse') return withdraw(ports, settings, record, sending.reason);
  return claimAndPost(ports, settings, record, { ...prepared, terms: sending.terms });
}

/** A message seen again: the order was claimed before. It is followed, never sent. */
async function resume(ports: PlacePorts, settings: TraderSettings, record: OrderRecord): Promise<PlaceOutcome> {
  if (record.status === 'SENDING') {
    const isLost = ports.clock.nowMs() - (record.sent_at_ms ?? 0) > CLAIM_TIMEOUT_MS;
    if (!isLost) return { kind: 'taken' };
    return searchLost(ports, settings, await lose(ports, record, 'its worker never reported back'));
  }
  if (record.order_id === null) return { kind: 'unknown', record, reason: record.reason ?? 'no answer to the POST' };
  return fromFollow(await followUntilSettled(ports, settings, record, record.order_id));
}
