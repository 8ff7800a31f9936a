import { isTerminal } from '../core/execution/lifecycle.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { step } from '../core/execution/order-step.ts';
import { claim, type SendableOrder, sendableFrom } from '../core/execution/sendable-order.ts';
import { annotate, release } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import type { IntentMessage } from '../ports/intent-queue.ts';
import { alert } from './alerts.ts';
import { bodyHashOf } from './body-hash.ts';
import { type FollowOutcome, followOrder, settleTerminal } from './follow-order.ts';
import { refusalBeforeSending } from './may-send.ts';
import type { PlacePorts, TraderSettings } from './ports.ts';
import { updateAccount } from './update-account.ts';

export type PlaceOutcome =
  | { readonly kind: 'settled' | 'working'; readonly record: OrderRecord }
  /** Nothing was sent, and nothing will be. */
  | { readonly kind: 'withdrawn'; readonly record: OrderRecord; readonly reason: string }
  | { readonly kind: 'refused'; readonly record: OrderRecord; readonly reason: string }
  /** The POST may have been executed: reconciling decides. */
  | { readonly kind: 'unknown'; readonly record: OrderRecord; readonly reason: string }
  /** Somebody else has claimed it. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'absent' };

/** A claim older than this has lost its worker (longer than any worker may run). */
export const CLAIM_TIMEOUT_MS = 60_000;
const FOLLOW_WAITS_MS = [0, 150, 300, 600, 1_200] as const;

/**
 * Takes one intent from the queue to the exchange: checks, preview, claim, one POST, follow, book. Whatever repeats the
 * message (redelivery, crash, a second worker), the conditional claim lets at most one POST out [I2].
 */
export async function placeOrder(
  ports: PlacePorts,
  settings: TraderSettings,
  message: IntentMessage,
): Promise<PlaceOutcome> {
  const record = await ports.orders.find(message.client_order_id);
  if (record === undefined) {
    await alert(
      ports,
      'CRITICAL',
      'INTENT_WITHOUT_RECORD',
      message.client_order_id,
      'dropped: nothing is sent without a record',
    );
    return { kind: 'absent' };
  }
  if (isTerminal(record.status)) return fromFollow(await settleTerminal(ports, settings, record));
  if (record.status !== 'READY') return resume(ports, settings, record);
  return sendReady(ports, settings, record);
}

async function sendReady(ports: PlacePorts, settings: TraderSettings, record: OrderRecord): Promise<PlaceOutcome> {
  const refusal = await refusalBeforeSending(ports, settings, record);
  if (refusal !== null) return withdraw(ports, record, refusal);

  const claimed = claim(record, ports.clock.nowMs(), bodyHashOf(record));
  if (claimed === undefined || (await ports.orders.save(claimed)) === 'stale') return { kind: 'taken' };
  await updateAccount(ports.accounts, (account) =>
    annotate(account, claimed.client_order_id, { status: 'SENDING', sent_at_ms: claimed.sent_at_ms }),
  );

  // The last look before the POST [I4]: nothing has left yet, so stopping here is a proven refusal.
  const kill = await ports.killSwitch.read();
  if (kill.kind === 'killed') return refuse(ports, claimed, `killed: ${kill.reason}`);
  if (ports.clock.nowMs() > claimed.intent.not_after_ms) return refuse(ports, claimed, 'expired before sending');
  return post(ports, settings, sendableFrom(claimed));
}

async function post(ports: PlacePorts, settings: TraderSettings, order: SendableOrder): Promise<PlaceOutcome> {
  const answer = await ports.exchange.place(order);
  ports.audit.append('order_posted', { client_order_id: order.clientOrderId, outcome: answer.kind });
  switch (answer.kind) {
    case 'ok':
      return accept(ports, settings, order.record, answer.value.orderId);
    case 'refused':
    case 'rate_limited':
    case 'unauthorised':
    case 'unavailable':
      return refuse(ports, order.record, failureText(answer));
    case 'ambiguous':
      return lose(ports, order.record, answer.message);
    default:
      return answer satisfies never;
  }
}

async function accept(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  orderId: string,
): Promise<PlaceOutcome> {
  const accepted = step(record, 'accept', ports.clock.nowMs(), { orderId });
  if (accepted === undefined || (await ports.orders.save(accepted)) === 'stale') return { kind: 'taken' };
  await updateAccount(ports.accounts, (account) =>
    annotate(account, record.client_order_id, { status: 'WORKING', order_id: orderId }),
  );
  return fromFollow(await followUntilSettled(ports, settings, accepted, orderId));
}

/** A marketable order is usually done at once; what is not is left to the next cycle's reconcile. */
async function followUntilSettled(
  ports: PlacePorts,
  settings: TraderSettings,
  accepted: OrderRecord,
  orderId: string,
): Promise<FollowOutcome> {
  let outcome: FollowOutcome = { kind: 'working', record: accepted };
  for (const waitMs of FOLLOW_WAITS_MS) {
    if (waitMs > 0) await ports.clock.sleep(waitMs);
    const seen = await ports.exchange.order(orderId);
    if (seen.kind === 'ok') outcome = await followOrder(ports, settings, outcome.record, seen.value);
    if (outcome.kind === 'settled' || outcome.kind === 'mismatch') return outcome;
  }
  return outcome;
}

/** A message seen again: the order was claimed before. It is followed, never sent. */
async function resume(ports: PlacePorts, settings: TraderSettings, record: OrderRecord): Promise<PlaceOutcome> {
  if (record.status === 'SENDING') {
    const isLost = ports.clock.nowMs() - (record.sent_at_ms ?? 0) > CLAIM_TIMEOUT_MS;
    return isLost ? lose(ports, record, 'its worker never reported back') : { kind: 'taken' };
  }
  if (record.order_id === null) return { kind: 'unknown', record, reason: record.reason ?? 'no answer to the POST' };
  return fromFollow(await followUntilSettled(ports, settings, record, record.order_id));
}

async function withdraw(ports: PlacePorts, record: OrderRecord, reason: string): Promise<PlaceOutcome> {
  const isLate = reason === 'expired';
  return finish(ports, record, isLate ? 'expire' : 'cancel', reason, 'withdrawn');
}

async function refuse(ports: PlacePorts, record: OrderRecord, reason: string): Promise<PlaceOutcome> {
  return finish(ports, record, 'refuse', reason, 'refused');
}

async function finish(
  ports: PlacePorts,
  record: OrderRecord,
  event: 'expire' | 'cancel' | 'refuse',
  reason: string,
  kind: 'withdrawn' | 'refused',
): Promise<PlaceOutcome> {
  const ended = step(record, event, ports.clock.nowMs(), { reason });
  if (ended === undefined || (await ports.orders.save(ended)) === 'stale') return { kind: 'taken' };
  await updateAccount(ports.accounts, (account) => release(account, record.client_order_id));
  ports.audit.append('order_ended', { client_order_id: record.client_order_id, status: ended.status, reason });
  return { kind, record: ended, reason };
}

/** The answer to the POST is lost. From here on it counts at worst case until the exchange's list decides. */
export async function lose(ports: PlacePorts, record: OrderRecord, reason: string): Promise<PlaceOutcome> {
  const lost = step(record, 'lose', ports.clock.nowMs(), { reason });
  if (lost === undefined || (await ports.orders.save(lost)) === 'stale') return { kind: 'taken' };
  await updateAccount(ports.accounts, (account) => annotate(account, record.client_order_id, { status: 'UNKNOWN' }));
  await alert(ports, 'CRITICAL', 'ORDER_UNKNOWN', record.client_order_id, reason);
  return { kind: 'unknown', record: lost, reason };
}

function fromFollow(outcome: FollowOutcome): PlaceOutcome {
  return { kind: outcome.kind === 'settled' ? 'settled' : 'working', record: outcome.record };
}
