import type { AlertBook, AlertNotice, AlertPolicy } from '../../core/alerts/alert-book.ts';
import { type Escalation, type EscalationStep, escalate } from '../../core/alerts/escalate.ts';
import { callsSomebody, keepAlerts, loneNotice } from '../../core/alerts/keep-alerts.ts';
import { type Claimed, claimOutbox, type Delivery, settleOutbox } from '../../core/alerts/outbox.ts';
import { ALERTS_FACT, storedBook } from '../../core/alerts/stored-book.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Alert, AlertChannel, Notifier } from '../../ports/notifier.ts';
import type { FactStore } from '../../ports/stores.ts';
import { redactText } from '../redact.ts';

export interface DeskParts {
  readonly facts: FactStore;
  readonly channel: AlertChannel;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly policy: AlertPolicy;
}

export interface AlertDesk extends Notifier {
  /** Takes one look at an open alert. Throws when a message could not be sent: then the look must be taken again. */
  escalate(step: EscalationStep): Promise<Escalation['kind']>;
}

/** Between reading the book and writing it others may write: each round one of them gets through. */
const MAX_ROUNDS = 40;

/**
 * Keeps the book of alerts and sends what it says [REQ-AL1]. A message is in the book before it is sent and leaves it
 * after, so a crash repeats one rather than losing it; and when the book itself cannot be had, everything is sent:
 * an alert twice is a nuisance, an alert lost is a danger.
 */
export function alertDesk(parts: DeskParts, putAside: PutAside = async () => undefined): AlertDesk {
  return {
    async notify(...alerts) {
      const safe = alerts.map((alert) => ({ ...alert, ...redacted(alert) }));
      const entered = await enter(parts, (book) => keepAlerts(book, safe, parts.policy)).catch(reasonOf);
      if ('reason' in entered) return sendAll(parts, safe, entered.reason);
      await deliver(parts, entered.notices);
    },
    async escalate(step) {
      let outcome: Escalation = { kind: 'over', next: null };
      const { notices } = await enter(parts, (book) => {
        outcome = escalate(book, step, parts.policy, parts.clock.nowMs());
        return outcome.kind === 'escalated' ? outcome.book : book;
      });
      // First what must not be forgotten: a look taken twice finds that it was taken.
      if (outcome.next !== null) await putAside(outcome.next.step, outcome.next.due_at_ms - parts.clock.nowMs());
      await deliver(parts, notices);
      return outcome.kind;
    },
  };
}

/** Puts a look at an open alert aside until its time. */
export type PutAside = (step: EscalationStep, delayMs: number) => Promise<void>;

type Entered = Pick<Claimed, 'notices'>;

/** One change of the book, and the messages that are now ours to send. */
function enter(parts: DeskParts, change: (book: AlertBook) => AlertBook): Promise<Entered> {
  return rewrite(parts, (book) => claimOutbox(change(book), parts.clock.nowMs()));
}

async function rewrite({ facts }: DeskParts, change: (book: AlertBook) => Claimed): Promise<Entered> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { book, version } = storedBook(await facts.load(ALERTS_FACT));
    const claimed = change(book);
    if (claimed.book === book) return { notices: [] };
    if ((await facts.save(ALERTS_FACT, claimed.book, version)) === 'saved') return { notices: claimed.notices };
  }
  throw new Error('somebody else wrote each time');
}

/** Every message is tried; the first failure is the one to report. */
async function deliver(parts: DeskParts, notices: readonly AlertNotice[]): Promise<void> {
  if (notices.length === 0) return;
  const errors: unknown[] = [];
  const deliveries = await Promise.all(
    notices.map(async (notice): Promise<Delivery> => {
      const isSent = await parts.channel.send(notice).then(
        () => true,
        (error: unknown) => {
          errors.push(error);
          return false;
        },
      );
      return { notice, isSent, atMs: parts.clock.nowMs() };
    }),
  );
  // What was sent stays sent: a book that cannot be written now repeats the messages when their claim has run out.
  await rewrite(parts, (book) => ({ book: settleOutbox(book, deliveries), notices: [] })).catch(() => undefined);
  if (errors.length > 0) throw errors[0];
}

async function sendAll({ channel, policy }: DeskParts, alerts: readonly Alert[], reason: string): Promise<void> {
  const open = alerts.filter(({ status }) => status === 'open');
  await Promise.all(
    open.map((alert) => {
      const detail = `${alert.detail} (alert book not available: ${reason})`;
      const notice = loneNotice({ ...alert, detail }, policy);
      // Whoever looks again finds it in the book by then, or fails for the same reason, of which an alarm tells.
      return channel.send({ ...notice, escalates: callsSomebody(notice, policy) });
    }),
  );
}

function redacted({ fingerprint, subject, detail }: Alert): Pick<Alert, 'fingerprint' | 'subject' | 'detail'> {
  return { fingerprint: redactText(fingerprint), subject: redactText(subject), detail: redactText(detail) };
}

function reasonOf(error: unknown): { readonly reason: string } {
  return { reason: error instanceof Error ? error.name : 'unknown error' };
}
