import type { Clock } from '../ports/clock.ts';
import type { Alert, Notifier } from '../ports/notifier.ts';

/** Raises an alert under a stable fingerprint (kind and subject, never live numbers). */
export async function alert(
  ports: { readonly notifier: Notifier; readonly clock: Clock },
  severity: Alert['severity'],
  kind: string,
  subject: string,
  detail: string,
): Promise<void> {
  await ports.notifier.notify({
    fingerprint: `${kind}:${subject}`,
    severity,
    title: `${kind} ${subject}`,
    detail,
    at_ms: ports.clock.nowMs(),
  });
}
