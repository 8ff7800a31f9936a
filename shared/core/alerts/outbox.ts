import type { AlertBook, AlertNotice } from './alert-book.ts';
import { SEVERITIES } from './catalogue.ts';

/** From breach to message [REQ-AL1]. */
export const ALERT_SLA_MS = 5_000;

/** Longer than a channel may take. */
const CLAIM_MS = 15_000;

export interface Claimed {
  readonly book: AlertBook;
  readonly notices: readonly AlertNotice[];
}

/** Takes every message that nobody is sending. Gives the same book when there is none. */
export function claimOutbox(book: AlertBook, nowMs: number): Claimed {
  const free = book.outbox.filter(({ claimed_until_ms }) => claimed_until_ms <= nowMs);
  if (free.length === 0) return { book, notices: [] };
  const outbox = book.outbox.map((entry) =>
    entry.claimed_until_ms <= nowMs ? { ...entry, claimed_until_ms: nowMs + CLAIM_MS } : entry,
  );
  return { book: { ...book, outbox }, notices: free.map(({ notice }) => notice) };
}

export interface Delivery {
  readonly notice: AlertNotice;
  readonly isSent: boolean;
  readonly atMs: number;
}

/** What was sent is forgotten and timed; what was not is anybody's again. */
export function settleOutbox(book: AlertBook, deliveries: readonly Delivery[]): AlertBook {
  const ended = new Map(deliveries.map((delivery) => [keyOf(delivery.notice), delivery]));
  const outbox = book.outbox.flatMap((entry) => {
    const delivery = ended.get(keyOf(entry.notice));
    if (delivery === undefined) return [entry];
    return delivery.isSent ? [] : [{ ...entry, claimed_until_ms: 0 }];
  });
  return { ...book, outbox, sla: deliveries.filter(isBreach).reduce(timed, book.sla) };
}

/** Only what tells of a breach is held to the limit. */
function isBreach({ notice: { event }, isSent }: Delivery): boolean {
  return isSent && (event === 'opened' || event === 'repeated');
}

function timed(sla: AlertBook['sla'], { notice, atMs }: Delivery): AlertBook['sla'] {
  const tookMs = Math.max(0, atMs - notice.at_ms);
  const isLate = tookMs > ALERT_SLA_MS;
  return {
    sent: sla.sent + 1,
    late: sla.late + (isLate ? 1 : 0),
    slowest_ms: Math.max(sla.slowest_ms, tookMs),
    last_late_ms: isLate ? atMs : sla.last_late_ms,
  };
}

/** One more tells how many were lost. */
const MOST_MESSAGES = 49;

type Waiting = AlertBook['outbox'];

/** Which may go on waiting when too many do: pages outlive what only informs, and of the same urgency the newest the oldest. */
export function withinBounds(outbox: Waiting): { readonly kept: Waiting; readonly lost: readonly AlertNotice[] } {
  if (outbox.length <= MOST_MESSAGES) return { kept: outbox, lost: [] };
  const ranked = [...outbox].reverse().sort((a, b) => urgency(b.notice) - urgency(a.notice));
  const kept = new Set(ranked.slice(0, MOST_MESSAGES));
  return {
    kept: outbox.filter((entry) => kept.has(entry)),
    lost: outbox.filter((entry) => !kept.has(entry)).map(({ notice }) => notice),
  };
}

/** That something began, or that somebody is called, is worth more than that it still lasts. */
function urgency({ severity, event }: AlertNotice): number {
  return 2 * SEVERITIES.indexOf(severity) + (event === 'repeated' ? 0 : 1);
}

function keyOf({ channel, event, fingerprint, at_ms }: AlertNotice): string {
  return `${channel} ${event} ${fingerprint} ${at_ms}`;
}
