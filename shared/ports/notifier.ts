import type { AlertNotice } from '../core/alerts/alert-book.ts';
import type { EscalationStep } from '../core/alerts/escalate.ts';
import type { RaisedAlert } from '../core/alerts/keep-alerts.ts';

export type Alert = RaisedAlert;

/** Where the bot says what is wrong, and what is no longer. */
export interface Notifier {
  /** Several at once are entered in one write. Throws when a message could not be sent. */
  notify(...alerts: readonly Alert[]): Promise<void>;
}

/** Carries one message to people. Throws when it could not. */
export interface AlertChannel {
  send(notice: AlertNotice): Promise<void>;
}

/** Puts a look at an open alert aside until its time. */
export interface EscalationQueue {
  putAside(step: EscalationStep, delayMs: number): Promise<void>;
}
