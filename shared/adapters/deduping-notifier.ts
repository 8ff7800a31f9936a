import type { Clock } from '../ports/clock.ts';
import type { Alert, Notifier } from '../ports/notifier.ts';
import type { Admission, AlertLedger } from './alert-ledger.ts';

export interface DedupeSettings {
  readonly dedupeMs: number;
  readonly clock: Clock;
}

/**
 * Holds identical alerts back for a while [REQ-AL1]. A higher severity is not identical. When in doubt it sends: an alert
 * twice is a nuisance, an alert lost is a danger.
 */
export function dedupingNotifier(ledger: AlertLedger, inner: Notifier, { dedupeMs, clock }: DedupeSettings): Notifier {
  return {
    async notify(alert) {
      const alertKey = `${alert.severity}#${alert.fingerprint}`;
      const atMs = clock.nowMs();
      const admission = await admit(ledger, alertKey, atMs, dedupeMs);
      if (admission.kind === 'suppress') return;
      try {
        await inner.notify(withNote(alert, noteOf(admission)));
      } catch (error) {
        // The failure of the delivery is the one to report, also when the ledger fails too.
        await ledger.withdraw(alertKey, atMs).catch(() => undefined);
        throw error;
      }
    },
  };
}

type Answer = Admission | { readonly kind: 'unknown'; readonly reason: string };

async function admit(ledger: AlertLedger, alertKey: string, atMs: number, dedupeMs: number): Promise<Answer> {
  try {
    return await ledger.admit(alertKey, atMs, dedupeMs);
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.name : 'unknown error' };
  }
}

function noteOf(answer: Exclude<Answer, { kind: 'suppress' }>): string | null {
  if (answer.kind === 'unknown') return `alert ledger not available: ${answer.reason}`;
  return answer.heldBack === 0 ? null : `${answer.heldBack} identical held back before`;
}

function withNote(alert: Alert, note: string | null): Alert {
  return note === null ? alert : { ...alert, detail: `${alert.detail} (${note})` };
}
