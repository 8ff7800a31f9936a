import type { Notifier } from '../ports/notifier.ts';

export interface PatientNotifier {
  readonly notifier: Notifier;
  /** Throws the first failure, if there was one. */
  rethrow(): void;
}

/** A message that cannot be sent must not keep a stop from being sold: the failure is told when the work is done. */
export function patientNotifier(inner: Notifier): PatientNotifier {
  const failures: unknown[] = [];
  return {
    notifier: {
      notify: (...alerts) => inner.notify(...alerts).catch((error: unknown) => void failures.push(error)),
    },
    rethrow() {
      if (failures.length > 0) throw failures[0];
    },
  };
}
