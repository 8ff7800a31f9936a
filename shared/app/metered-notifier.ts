import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';

/** Tells how long each round of alerts took, from the oldest one being seen to all of them being out [REQ-AL1]. */
export function meteredNotifier(inner: Notifier, clock: Pick<Clock, 'nowMs'>, took: (ms: number) => void): Notifier {
  return {
    async notify(...alerts) {
      const open = alerts.filter(({ status }) => status === 'open');
      const seenMs = Math.min(...open.map(({ at_ms }) => at_ms));
      try {
        await inner.notify(...alerts);
      } finally {
        // One that could not be sent has taken at least so long.
        if (open.length > 0) took(Math.max(0, clock.nowMs() - seenMs));
      }
    },
  };
}
