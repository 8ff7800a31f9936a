import { mayBeDeclaredNotPlaced } from '../core/execution/order-step.ts';
import { toText } from '../core/money/fixed.ts';
import { acceptGaps } from '../core/portfolio/accept.ts';
import type { Account } from '../core/portfolio/account.ts';
import { failureText } from '../ports/answer.ts';
import type { Lease } from '../ports/stores.ts';
import { alert } from './alerts.ts';
import { hashOf } from './body-hash.ts';
import { withMissedFills } from './explain-ledger.ts';
import { cooldownsOf } from './follow-order.ts';
import { type LedgerMeasure, measureLedger } from './ledger-check.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
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
    const { review, measure, account } = found;
    if (review.code === '') return refused('books and exchange agree, and nothing is frozen');
    if (review.code !== code) return refused(`this is not what was reviewed: its code is ${review.code} now`);
    const next = acceptGaps(account, {
      gaps: measure.gaps,
      quoteCurrency: settings.quoteCurrency,
      policy: cooldownsOf(settings),
      atMs: ports.clock.nowMs(),
    });
    // A worker may have booked a fill in between: then the figures are no longer those that were reviewed.
    const updated = await updateAccount(
      ports.accounts,
      (stored) => (stored.version === account.version ? next : stored),
      fence,
    );
    if (updated.kind !== 'saved') return refused('the books have moved meanwhile: review again');
    const words = Object.entries(review.differences).map(([subject, text]) => `${subject}: ${text}`);
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
  const read = { account: stored, balances: balances.value, doubtful: new Set<string>() };
  const view = await withMissedFills(ports, settings, read, fence);
  if (view.isUnread === true) return refused('the fills cannot be read');
  const known = Object.entries(view.account.working).filter(([, { status }]) => status !== 'UNKNOWN');
  const account = { ...view.account, working: Object.fromEntries(known) };
  const measure = measureLedger(account, view.balances, settings.quoteCurrency, view.doubtful);
  if (measure.isBlind) return refused('an order is being filled: try again in a moment');
  return { kind: 'examined', account: view.account, measure, review: reviewOf(view.account, measure) };
}

/** An order of unknown fate may explain the difference, until the exchange has twice not known it. */
async function doubtOf(ports: AcceptPorts, { config }: AcceptSettings, account: Account): Promise<string | null> {
  const settleMs = config.policy.execution.unknown_settle_seconds * 1_000;
  for (const { client_order_id: id, status } of Object.values(account.working)) {
    if (status === 'WORKING') continue;
    const record = await ports.orders.find(id);
    if (record === undefined || !mayBeDeclaredNotPlaced(record, settleMs)) {
      return `order ${id} is ${status}: it may explain the difference, wait until it is settled`;
    }
  }
  return null;
}

function reviewOf({ frozen, sightings }: Account, { differences }: LedgerMeasure): LedgerReview {
  const cash = differences.cash === null ? {} : { cash: differences.cash };
  const all = { ...cash, ...differences.products };
  const isNothing = Object.keys(all).length === 0 && Object.keys(frozen).length === 0;
  return {
    kind: 'review',
    code: isNothing ? '' : hashOf(JSON.stringify([all, frozen])).slice(0, CODE_LENGTH),
    differences: all,
    frozen,
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
