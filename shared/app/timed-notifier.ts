import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';

export interface AlertTimes {
  readonly delivered: number;
  /** Of those, later than [REQ-AL1] allows. */
  readonly late: number;
  readonly failed: number;
}

const NOTHING: AlertTimes = { delivered: 0, late: 0, failed: 0 };
/** [REQ-AL1] */
const LIMIT_MS = 5_000;

/** Passes alerts on and counts how long that took: the record that the rehearsal is judged by. */
export function timedNotifier(
  inner: Notifier,
  clock: Pick<Clock, 'monotonicMs'>,
): { readonly notifier: Notifier; readonly take: () => AlertTimes } {
  let times = NOTHING;
  return {
    notifier: {
      async notify(...alerts) {
        const startedMs = clock.monotonicMs();
        try {
          await inner.notify(...alerts);
          const isLate = clock.monotonicMs() - startedMs > LIMIT_MS;
          const { delivered, late } = times;
          times = { ...times, delivered: delivered + alerts.length, late: late + (isLate ? alerts.length : 0) };
        } catch (error) {
          times = { ...times, failed: times.failed + alerts.length };
          throw error;
        }
      },
    },
    take() {
      const taken = times;
      times = NOTHING;
      return taken;
    },
  };
}
