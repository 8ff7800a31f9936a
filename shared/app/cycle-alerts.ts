import { type AlertRecord, openAlerts } from '../core/alerts/alert-book.ts';
import { specOf } from '../core/alerts/catalogue.ts';
import type { RaisedAlert } from '../core/alerts/keep-alerts.ts';
import { ALERTS_FACT, storedBook } from '../core/alerts/stored-book.ts';
import type { Decision } from '../core/cycle/decision.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { FactStore } from '../ports/stores.ts';
import { raised } from './alerts.ts';

interface Look {
  readonly sinceMs: number;
  readonly seenAtMs: number;
  /** Client order ids of unknown fate. */
  readonly unknown: readonly string[];
  /** Client order ids of which the exchange may not have been heard. */
  readonly unheard: readonly string[];
}

interface BreachPorts {
  readonly notifier: Notifier;
  readonly facts: Pick<FactStore, 'load'>;
  readonly audit: AuditLog;
}

/**
 * Raises what a decision found wrong, and says of everything else that a cycle would have seen that it is over. `sinceMs`
 * is when the cycle began: what anybody has raised since then lasts.
 */
export async function tellBreaches(
  ports: BreachPorts,
  { breaches, orders }: Pick<Decision, 'breaches' | 'orders'>,
  { sinceMs, seenAtMs, unknown, unheard }: Look,
): Promise<void> {
  const raises = breaches.map(({ kind, subject, detail }) => raised(kind, subject, detail, seenAtMs));
  const lasting = new Set([
    ...raises.flatMap(({ kind, subject }) => [`${kind}:${subject}`, ...behind(kind, subject)]),
    ...unknown.map((id) => `ORDER_UNKNOWN:${id}`),
    ...unheard.map((id) => `ORDER_NOT_FOUND:${id}`),
    // What has to be sold again was not sold: whoever sends it says how it goes on.
    ...orders.filter(({ side }) => side === 'SELL').map(({ product_id }) => `SALE_FAILED:${product_id}`),
  ]);
  const { open, isWaiting } = await known(ports);
  const ended = open
    .filter(({ kind }) => specOf(kind).ends === 'cycle')
    .filter(({ fingerprint, last_seen_ms }) => last_seen_ms < sinceMs && !lasting.has(fingerprint))
    .map((record) => over(record, seenAtMs));
  const alerts = [...raises, ...ended];
  // With nothing to say it still sends what could not be sent before.
  if (alerts.length > 0 || isWaiting) await ports.notifier.notify(...alerts);
}

/** While a product is frozen or cash is in doubt, the difference that was found may only not have been looked for. */
function behind(kind: string, subject: string): readonly string[] {
  if (kind !== 'LEDGER') return [];
  return [`LEDGER_BREAK:${subject === 'account' ? 'cash' : subject}`];
}

/** A book that cannot be read ends nothing; what is raised is sent all the same. */
async function known({ facts, audit }: BreachPorts): Promise<Known> {
  try {
    const { book } = storedBook(await facts.load(ALERTS_FACT));
    return { open: openAlerts(book), isWaiting: book.outbox.length > 0 };
  } catch (error) {
    audit.append('alert_book_unreadable', { reason: error instanceof Error ? error.message : 'unknown' });
    return { open: [], isWaiting: false };
  }
}

interface Known {
  readonly open: readonly AlertRecord[];
  /** Messages wait to be sent. */
  readonly isWaiting: boolean;
}

function over({ kind, subject, fingerprint, severity }: AlertRecord, at_ms: number): RaisedAlert {
  return { status: 'resolved', kind, subject, fingerprint, severity, detail: 'the latest cycle is free of it', at_ms };
}
