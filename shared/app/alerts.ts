import { type AlertKind, isMoreUrgent, type Severity, specOf } from '../core/alerts/catalogue.ts';
import type { RaisedAlert } from '../core/alerts/keep-alerts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';

interface AlertPorts {
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Raises an alert under a stable fingerprint: kind and subject, never live numbers. Raise it for as long as it lasts;
 * identical ones are held back. `atLeast` makes this one more urgent than its kind usually is.
 */
export function alert(
  ports: AlertPorts,
  kind: AlertKind,
  subject: string,
  detail: string,
  atLeast: Severity = 'INFO',
): Promise<void> {
  return ports.notifier.notify(raised(kind, subject, detail, ports.clock.nowMs(), atLeast));
}

/** Says that it is over. Does nothing when it was not open. */
export function resolve(ports: AlertPorts, kind: AlertKind, subject: string, detail: string): Promise<void> {
  return ports.notifier.notify({ ...raised(kind, subject, detail, ports.clock.nowMs()), status: 'resolved' });
}

export function raised(
  kind: AlertKind,
  subject: string,
  detail: string,
  at_ms: number,
  atLeast: Severity = 'INFO',
): RaisedAlert {
  const usual = specOf(kind).severity;
  const severity = isMoreUrgent(atLeast, usual) ? atLeast : usual;
  return { status: 'open', kind, subject, fingerprint: `${kind}:${subject}`, severity, detail, at_ms };
}
