import type { AlertBook, AlertPolicy, AlertRecord } from './alert-book.ts';
import { entered, noticeOf, sending } from './keep-alerts.ts';

/** "Look whether this is still open": one per opening and level, so that a repeated one changes nothing. */
export interface EscalationStep {
  readonly fingerprint: string;
  readonly opened_at_ms: number;
  /** How often somebody had been called when the step was put aside. */
  readonly escalation: number;
}

export type Escalation =
  /** Somebody is to be called; `next` is the step after this one, to be taken at its time. */
  | { readonly kind: 'escalated'; readonly book: AlertBook; readonly next: TimedStep | null }
  | { readonly kind: 'early'; readonly next: TimedStep }
  /** It has ended, or this step was taken before. `next`: in case the one before could not put it aside. */
  | { readonly kind: 'over'; readonly next: TimedStep | null };

export interface TimedStep {
  readonly step: EscalationStep;
  readonly due_at_ms: number;
}

/** An alert that stays open grows more urgent and goes to the second channel [REQ-AL1]. */
export function escalate(book: AlertBook, step: EscalationStep, policy: AlertPolicy, nowMs: number): Escalation {
  const known = book.alerts[step.fingerprint];
  if (known?.status !== 'open' || known.opened_at_ms !== step.opened_at_ms) return { kind: 'over', next: null };
  const due = nextStep(known);
  if (known.escalation !== step.escalation || due === null) {
    return { kind: 'over', next: known.escalation > step.escalation ? due : null };
  }
  if (nowMs < due.due_at_ms) return { kind: 'early', next: due };
  const escalation = known.escalation + 1;
  const record: AlertRecord = {
    ...known,
    severity: 'CRITICAL',
    escalation,
    escalate_at_ms: escalation < policy.maxEscalations ? nowMs + policy.escalateAgainMs : null,
  };
  const notice = noticeOf('escalated', record, nowMs, policy);
  const detail = `open for ${Math.round((nowMs - record.opened_at_ms) / 1_000)} s: ${record.detail}`;
  const sent = sending(entered(book, record), [{ ...notice, channel: 'escalations', detail }]);
  return { kind: 'escalated', book: sent, next: nextStep(record) };
}

/** What is still to be looked at: a process that starts again puts it aside once more. */
export function pendingSteps(book: AlertBook): readonly TimedStep[] {
  return Object.values(book.alerts).flatMap((record) => nextStep(record) ?? []);
}

function nextStep({ status, fingerprint, opened_at_ms, escalation, escalate_at_ms }: AlertRecord): TimedStep | null {
  if (status !== 'open' || escalate_at_ms === null) return null;
  return { step: { fingerprint, opened_at_ms, escalation }, due_at_ms: escalate_at_ms };
}
