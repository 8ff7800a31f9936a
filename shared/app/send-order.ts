import type { OrderRecord } from '../core/execution/order-record.ts';
import { step } from '../core/execution/order-step.ts';
import { claim, type SendableOrder, sendableFrom } from '../core/execution/sendable-order.ts';
import { annotate, giveWay } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import type { PreviewTotals } from '../ports/exchange.ts';
import { bodyHashOf } from './body-hash.ts';
import { tellFailedSale } from './failed-sale.ts';
import { type FollowOutcome, followOrder, nextLegOf } from './follow-order.ts';
import { killRefusal } from './kill-refusal.ts';
import type { PlacePorts, TraderSettings } from './ports.ts';
import { accountRefusal, type Prepared } from './prepare-order.ts';
import { noteRefusedProtection } from './protection-memory.ts';
import { repeatProtectiveExit } from './repeat-exit.ts';
import { doubtIsOver, resolveUnknown } from './resolve-unknown.ts';
import { accountIn, updateAccount } from './update-account.ts';

export type PlaceOutcome =
  | { readonly kind: 'settled' | 'working'; readonly record: OrderRecord }
  /** Nothing was sent, and nothing will be. */
  | { readonly kind: 'withdrawn'; readonly record: OrderRecord; readonly reason: string }
  | { readonly kind: 'refused'; readonly record: OrderRecord; readonly reason: string }
  /** The POST may have been executed: reconciling decides. */
  | { readonly kind: 'unknown'; readonly record: OrderRecord; readonly reason: string }
  /** The order it replaces may still fill: the intent waits, and is sent again while it is fresh. */
  | { readonly kind: 'blocked'; readonly record: OrderRecord; readonly reason: string }
  /** Somebody else has claimed it. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'absent' };

/** A marketable order is done in a moment; one that rests is left to the next cycle. */
const FOLLOW_WAITS_MS = { taker: [0, 150, 300, 600, 1_200], resting: [0] } as const;

/** Claims the intent for this worker, posts it once, and takes what comes of it into the books [I2]. */
export async function claimAndPost(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  { terms, preview }: Extract<Prepared, { kind: 'ready' }>,
): Promise<PlaceOutcome> {
  const ready = { ...record, terms, preview: preview === null ? null : previewRecord(preview) };
  const claimed = claim(ready, ports.clock.nowMs(), bodyHashOf(ready));
  if (claimed === undefined || (await ports.orders.save(claimed)) === 'stale') return { kind: 'taken' };
  const books = await updateAccount(ports.accounts, (account) =>
    annotate(account, claimed.client_order_id, { status: 'SENDING', sent_at_ms: claimed.sent_at_ms }),
  );

  // The last look before the POST [I3, I4, I5]: nothing has left yet, so stopping here is a proven refusal.
  const objection = accountRefusal(accountIn(books), claimed);
  if (objection !== null) return refuse(ports, settings, claimed, objection);
  const killed = killRefusal(await ports.killSwitch.read(), claimed.intent);
  if (killed !== null) return refuse(ports, settings, claimed, killed);
  if (ports.clock.nowMs() > claimed.intent.not_after_ms)
    return refuse(ports, settings, claimed, 'expired before sending');
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
      return refuse(ports, settings, order.record, failureText(answer));
    case 'ambiguous':
      return searchLost(ports, settings, await lose(ports, order.record, answer.message));
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

export async function followUntilSettled(
  ports: PlacePorts,
  settings: TraderSettings,
  accepted: OrderRecord,
  orderId: string,
): Promise<FollowOutcome> {
  let outcome: FollowOutcome = { kind: 'working', record: accepted };
  for (const waitMs of FOLLOW_WAITS_MS[accepted.intent.route.kind === 'taker' ? 'taker' : 'resting']) {
    if (waitMs > 0) await ports.clock.sleep(waitMs);
    const seen = await ports.exchange.order(orderId);
    if (seen.kind === 'ok') outcome = await followOrder(ports, settings, outcome.record, seen.value);
    if (outcome.kind === 'settled' || outcome.kind === 'mismatch') return outcome;
  }
  return outcome;
}

/** Gives up an intent of which nothing was sent. */
export async function withdraw(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  reason: string,
): Promise<PlaceOutcome> {
  await noteRefusedProtection(ports, record, reason);
  const isLate = reason === 'expired';
  return finish(ports, settings, record, isLate ? 'expire' : 'cancel', reason, 'withdrawn');
}

async function refuse(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  reason: string,
): Promise<PlaceOutcome> {
  await noteRefusedProtection(ports, record, reason);
  return finish(ports, settings, record, 'refuse', reason, 'refused');
}

async function finish(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  event: 'expire' | 'cancel' | 'refuse',
  reason: string,
  kind: 'withdrawn' | 'refused',
): Promise<PlaceOutcome> {
  const ended = step(record, event, ports.clock.nowMs(), { reason });
  if (ended === undefined || (await ports.orders.save(ended)) === 'stale') return { kind: 'taken' };
  const next = nextLegOf(ports, settings, ended);
  const books = await updateAccount(ports.accounts, (account) => giveWay(account, record.client_order_id, next));
  ports.audit.append('order_ended', { client_order_id: record.client_order_id, status: ended.status, reason });
  await tellFailedSale(ports, ended, accountIn(books), reason);
  return { kind, record: ended, reason };
}

/** The answer to the POST is lost. From here on it counts at worst case until the exchange's list decides. */
export async function lose(ports: PlacePorts, record: OrderRecord, reason: string): Promise<PlaceOutcome> {
  const lost = step(record, 'lose', ports.clock.nowMs(), { reason });
  if (lost === undefined || (await ports.orders.save(lost)) === 'stale') return { kind: 'taken' };
  await noteLost(ports, record.client_order_id);
  return { kind: 'unknown', record: lost, reason };
}

/** In the books as on its record: an order that is only being sent hides what happens to its coins. */
export async function noteLost({ accounts }: Pick<PlacePorts, 'accounts'>, clientOrderId: string): Promise<void> {
  await updateAccount(accounts, (account) => annotate(account, clientOrderId, { status: 'UNKNOWN' }));
}

/**
 * Looks at once for what became of it: most lost answers are found on the list of the product a moment later. Not found
 * proves nothing yet; reconciling goes on asking.
 */
export async function searchLost(
  ports: PlacePorts,
  settings: TraderSettings,
  lost: PlaceOutcome,
): Promise<PlaceOutcome> {
  if (lost.kind !== 'unknown') return lost;
  const outcome = await resolveUnknown(ports, settings, lost.record, false);
  if (outcome.kind === 'settled' || outcome.record.status === 'WORKING') return fromFollow(outcome);
  const repeated = await repeatProtectiveExit(ports, outcome.record);
  if (repeated === null) return { ...lost, record: outcome.record };
  await doubtIsOver(ports, outcome.record, 'sent once more, the exchange has named its order');
  return accept(ports, settings, outcome.record, repeated);
}

function previewRecord({ orderTotal, commissionTotal, warnings }: PreviewTotals): OrderRecord['preview'] {
  return { order_total: orderTotal, commission_total: commissionTotal, warnings: [...warnings] };
}

export function fromFollow(outcome: FollowOutcome): PlaceOutcome {
  return { kind: outcome.kind === 'settled' ? 'settled' : 'working', record: outcome.record };
}
