import type { OrderRecord } from '../core/execution/order-record.ts';
import { mayBeDeclaredNotPlaced, step } from '../core/execution/order-step.ts';
import { toText } from '../core/money/fixed.ts';
import { acceptGaps } from '../core/portfolio/accept.ts';
import type { Account } from '../core/portfolio/account.ts';
import { release } from '../core/portfolio/ledger.ts';
import { unknownIn } from '../core/portfolio/valuation.ts';
import { failureText, isNotFound } from '../ports/answer.ts';
import type { Lease } from '../ports/stores.ts';
import { alert } from './alerts.ts';
import { hashOf } from './body-hash.ts';
import { withMissedFills, withoutOrders } from './explain-ledger.ts';
import { cooldownsOf } from './follow-order.ts';
import { type LedgerMeasure, measureLedger } from './ledger-check.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { SCAN_MARGIN_MS } from './resolve-unknown.ts';
import { updateAccount } from './update-account.ts';

export interface AcceptPorts extends TradingPorts {
  readonly lease: Lease;
}

export interface AcceptSettings extends TraderSettings {
  readonly owner: string;
  readonly leaseTtlMs: number;
}

/** What an operator is shown, and what is then accepted: exactly this, or nothing. */
export interface LedgerReview {
  readonly kind: 'review';
  /** Names this state of affairs; '' when there is nothing to accept. */
  readonly code: string;
  readonly differences: Readonly<Record<string, string>>;
  readonly frozen: Readonly<Record<string, string>>;
  /** Orders that the books follow and the exchange does not know. */
  readonly lost_orders: readonly string[];
  readonly foreign_fills: readonly string[];
  readonly foreign_orders: readonly string[];
}

export type ReviewOutcome = LedgerReview | { readonly kind: 'refused'; readonly reason: string };
export type AcceptOutcome =
  | { readonly kind: 'accepted'; readonly review: LedgerReview; readonly cash: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Compares books and exchange as the cycle does, books what fills explain, and shows what is left. */
export function reviewLedger(ports: AcceptPorts, settings: AcceptSettings): Promise<ReviewOutcome> {
  return alone(ports, settings, async (fence) => {
    const found = await examine(ports, settings, fence);
    return found.kind === 'refused' ? found : found.review;
  });
}

/**
 * Takes the exchange's word for what the books cannot explain, because an operator has looked at it: `code` is the review's.
 * If anything has changed since, nothing is done. No cycle runs meanwhile: the lease is held.
 */
export function acceptLedger(ports: AcceptPorts, settings: AcceptSettings, code: string): Promise<AcceptOutcome> {
  return alone(ports, settings, async (fence) => {
    const found = await examine(ports, settings, fence);
    if (found.kind === 'refused') return found;
    const { review, measure, account, lost } = found;
    if (review.code === '') return refused('books and exchange agree, and nothing is frozen');
    if (review.code !== code) return refused(`this is not what was reviewed: its code is ${review.code} now`);
    const next = acceptGaps(account, {
      gaps: measure.gaps,
      quoteCurrency: settings.quoteCurrency,
      policy: cooldownsOf(settings),
      atMs: ports.clock.nowMs(),
    });
    for (const record of lost) await endLost(ports, record);
    // A worker may have booked a fill in between: then the figures are no longer those that were reviewed.
    const updated = await updateAccount(
      ports.accounts,
      (stored) => (stored.version === account.version ? withoutLost(next, lost) : stored),
      fence,
    );
    if (updated.kind !== 'saved') return refused('the books have moved meanwhile: review again');
    const words = [
      ...Object.entries(review.differences).map(([subject, text]) => `${subject}: ${text}`),
      ...review.lost_orders.map((text) => `not known to the exchange: ${text}`),
    ];
    ports.audit.append('ledger_accepted', { code, differences: words, frozen: Object.keys(review.frozen) });
    await alert(ports, 'LEDGER_ACCEPTED', settings.config.botId, words.join('; '));
    return { kind: 'accepted', review, cash: toText(updated.account.cash) };
  });
}

async function alone<Outcome>(
  { lease, clock }: AcceptPorts,
  settings: AcceptSettings,
  work: (fence: number) => Promise<Outcome>,
): Promise<Outcome | { readonly kind: 'refused'; readonly reason: string }> {
  const held = await lease.acquire(settings.owner, settings.leaseTtlMs, clock.nowMs());
  if (held.kind === 'busy') return refused(`a cycle is running (${held.owner}): try again when it has ended`);
  try {
    return await work(held.fence);
  } finally {
    await lease.release(held.fence);
  }
}

type Examined =
  | {
      readonly kind: 'examined';
      readonly account: Account;
      readonly measure: LedgerMeasure;
      readonly lost: readonly OrderRecord[];
      readonly review: LedgerReview;
    }
  | { readonly kind: 'refused'; readonly reason: string };

async function examine(ports: AcceptPorts, settings: AcceptSettings, fence: number): Promise<Examined> {
  const stored = await ports.accounts.load();
  if (stored === undefined) return refused('there are no books yet: no cycle has run');
  if (settings.mode === 'DRY_RUN') return refused('a DRY_RUN account is hypothetical: nothing is there to agree with');
  const doubt = await doubtOf(ports, settings, stored);
  if (doubt !== null) return refused(doubt);
  const balances = await ports.exchange.balances();
  if (balances.kind !== 'ok') return refused(`balances: ${failureText(balances)}`);
  const absent = new Set([...unknownIn(stored), ...unsentIn(stored)]);
  const read = { account: stored, balances: balances.value, doubtful: new Set<string>(), absent };
  const view = await withMissedFills(ports, settings, read, fence);
  if (view.isUnread === true) return refused('the fills cannot be read');
  const books = withoutOrders(view.account, absent);
  const measure = measureLedger(books, view.balances, settings.quoteCurrency, view.doubtful);
  if (measure.isBlind) return refused('an order is being filled: try again in a moment');
  // After the balances: what has moved them shows here.
  const lost = await lostOrders(ports, settings, view.account);
  if (typeof lost === 'string') return refused(lost);
  return { kind: 'examined', account: view.account, measure, lost, review: reviewOf(view.account, measure, lost) };
}

/** A text: why nothing can be accepted yet. */
async function lostOrders(
  ports: AcceptPorts,
  settings: AcceptSettings,
  { working }: Account,
): Promise<readonly OrderRecord[] | string> {
  const lost: OrderRecord[] = [];
  for (const id of Object.keys(working)) {
    const record = await ports.orders.find(id);
    if (record === undefined) continue;
    if (working[id]?.status === 'READY' && record.status !== 'READY')
      return `order ${id} is being sent: try again in a moment`;
    const seen = await lookAt(ports, settings, record);
    if (seen.kind === 'moving') return `order ${id} ${seen.how}: try again in a moment`;
    if (seen.kind === 'lost') lost.push(record);
  }
  return lost;
}

type Seen =
  /** Or nobody can tell: an answer or a list that cannot be had proves nothing. */
  | { readonly kind: 'there' }
  /** Neither found by its id nor listed under its name, though it was sent long enough ago to be. */
  | { readonly kind: 'lost' }
  /** It may explain the difference. */
  | { readonly kind: 'moving'; readonly how: string };

const THERE: Seen = { kind: 'there' };

async function lookAt(ports: AcceptPorts, { config }: AcceptSettings, record: OrderRecord): Promise<Seen> {
  const { client_order_id: id, order_id, sent_at_ms, intent } = record;
  if (order_id === null || sent_at_ms === null) return THERE;
  const seen = await ports.exchange.order(order_id);
  if (seen.kind === 'ok') {
    return seen.value.filledQuantity > record.filled_quantity ? { kind: 'moving', how: 'is being filled' } : THERE;
  }
  if (!isNotFound(seen)) return THERE;
  const settleMs = config.policy.execution.unknown_settle_seconds * 1_000;
  if (ports.clock.nowMs() < sent_at_ms + settleMs) {
    return { kind: 'moving', how: 'was sent a moment ago and is not found yet' };
  }
  const listed = await ports.exchange.ordersSince(sent_at_ms - SCAN_MARGIN_MS, [intent.product_id]);
  const isListed = listed.kind !== 'ok' || listed.value.some(({ clientOrderId }) => clientOrderId === id);
  return isListed ? THERE : { kind: 'lost' };
}

/** The record first: a crash in between leaves an order that ended, whose reservation the next review frees. */
async function endLost(ports: AcceptPorts, record: OrderRecord): Promise<void> {
  const ended = step(record, 'cancel', ports.clock.nowMs(), {
    reason: "not found: an operator took the exchange's word",
  });
  if (ended !== undefined) await ports.orders.save(ended);
}

function withoutLost(account: Account, lost: readonly OrderRecord[]): Account {
  return lost.reduce((books, { client_order_id }) => release(books, client_order_id), account);
}

/** Nobody had claimed them before the balances were read, or it shows after: they hide nothing. */
function unsentIn({ working }: Account): readonly string[] {
  return Object.keys(working).filter((id) => working[id]?.status === 'READY');
}

/**
 * An order of unknown fate may explain the difference, until the exchange has twice not known it. One that nobody has sent
 * explains nothing: a sale that waits for an unknown one to be settled is made anew in every cycle.
 */
async function doubtOf(ports: AcceptPorts, { config }: AcceptSettings, account: Account): Promise<string | null> {
  const settleMs = config.policy.execution.unknown_settle_seconds * 1_000;
  for (const { client_order_id: id, status } of Object.values(account.working)) {
    if (status === 'WORKING') continue;
    const record = await ports.orders.find(id);
    if (record?.status === 'READY') continue;
    if (record === undefined || !mayBeDeclaredNotPlaced(record, settleMs)) {
      return `order ${id} is ${status}: it may explain the difference, wait until it is settled`;
    }
  }
  return null;
}

function reviewOf(
  { frozen, sightings }: Account,
  { differences }: LedgerMeasure,
  lost: readonly OrderRecord[],
): LedgerReview {
  const cash = differences.cash === null ? {} : { cash: differences.cash };
  const all = { ...cash, ...differences.products };
  const lost_orders = lost.map(
    ({ client_order_id, intent: { side, quantity, product_id } }) =>
      `${side} ${toText(quantity)} ${product_id}, order ${client_order_id}`,
  );
  const isNothing = [all, frozen, lost_orders].every((part) => Object.keys(part).length === 0);
  return {
    kind: 'review',
    code: isNothing ? '' : hashOf(JSON.stringify([all, frozen, lost_orders])).slice(0, CODE_LENGTH),
    differences: all,
    frozen,
    lost_orders,
    foreign_fills: Object.values(sightings.foreign_fills).map(
      ({ order_id, side, quantity, price, product_id }) =>
        `${side} ${toText(quantity)} ${product_id} at ${toText(price)}, order ${order_id}`,
    ),
    foreign_orders: Object.entries(sightings.foreign_orders).map(
      ([id, { side, product_id }]) => `${side} ${product_id}, order ${id}`,
    ),
  };
}

const CODE_LENGTH = 8;

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}
