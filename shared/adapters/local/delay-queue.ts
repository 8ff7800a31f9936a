import type { EscalationStep } from '../../core/alerts/escalate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AlertChannel, EscalationQueue } from '../../ports/notifier.ts';

export interface DelayQueue extends EscalationQueue {
  /** What is due by now, the earliest first; it is gone from the queue. */
  takeDue(): readonly string[];
}

/**
 * The delay queue of a local run, in the time of its clock. What it holds is lost with the process: the book knows what
 * is pending, and the next start puts it aside again.
 */
export function delayQueue(clock: Pick<Clock, 'nowMs'>): DelayQueue {
  let waiting: readonly { readonly body: string; readonly dueMs: number }[] = [];
  return {
    async putAside(step, delayMs) {
      const body = JSON.stringify(step);
      const known = waiting.find((other) => other.body === body);
      const dueMs = Math.min(known?.dueMs ?? Number.POSITIVE_INFINITY, clock.nowMs() + Math.max(0, delayMs));
      waiting = [...waiting.filter((other) => other !== known), { body, dueMs }];
    },
    takeDue() {
      const nowMs = clock.nowMs();
      const due = waiting.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
      waiting = waiting.filter(({ dueMs }) => dueMs > nowMs);
      return due.map(({ body }) => body);
    },
  };
}

/** Plays the subscription of the delay queue to the topic: what has opened and may escalate waits there. */
export function delayedBy(queue: EscalationQueue, delayMs: number): AlertChannel {
  return {
    async send({ event, escalates, fingerprint, opened_at_ms, escalation }) {
      const step: EscalationStep = { fingerprint, opened_at_ms, escalation };
      if (event === 'opened' && escalates) await queue.putAside(step, delayMs);
    },
  };
}
