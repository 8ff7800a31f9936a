import type { Clock } from '../../ports/clock.ts';

/** What may be asked of the exchange in one cycle: so many requests, and reads only for so long. */
export interface CallBudget {
  /** Requests sent since the last reset, protective ones included. */
  readonly used: number;
  /** Counts one request; why it must not be sent, when the budget is spent. */
  take(): string | undefined;
  /** Counts a protective request (create, cancel, reading one order back), which no number holds up. */
  force(): undefined;
  /** Why nothing is read any more: an exchange that accepts and does not answer must not take all the time there is. */
  late(): string | undefined;
  /** A new cycle begins; it reads for so long, from its first question on. */
  reset(readsWithinMs?: number): void;
}

/** `max`: requests per cycle. Every attempt counts, retries included. */
export function createCallBudget(max: number, clock: Pick<Clock, 'monotonicMs'>): CallBudget {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`a call budget is a whole number above 0, not ${max}`);
  let used = 0;
  let withinMs = Number.POSITIVE_INFINITY;
  let firstMs: number | undefined;
  return {
    get used() {
      return used;
    },
    take() {
      if (used >= max) return `call budget exhausted (${max} requests per cycle)`;
      used += 1;
      return undefined;
    },
    force() {
      used += 1;
      return undefined;
    },
    late() {
      const nowMs = clock.monotonicMs();
      firstMs ??= nowMs;
      return nowMs - firstMs < withinMs ? undefined : `no more is asked after ${withinMs} ms`;
    },
    reset(readsWithinMs = Number.POSITIVE_INFINITY) {
      used = 0;
      withinMs = readsWithinMs;
      firstMs = undefined;
    },
  };
}
