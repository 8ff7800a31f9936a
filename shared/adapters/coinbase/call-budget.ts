import type { Clock } from '../../ports/clock.ts';
import type { Operation } from '../../ports/telemetry.ts';

/** What may be asked of the exchange in one cycle: so many requests, and reads only for so long. */
export interface CallBudget {
  /** Requests sent since the last reset, protective ones included. */
  readonly used: number;
  /** Counts one request; why it must not be sent, when the budget is spent. */
  take(): string | undefined;
  /** Counts a protective request (create, cancel, reading one order back), which no number holds up. */
  force(): undefined;
  /**
   * Why this is not read any more: an exchange that accepts and does not answer must not take all the time there is. Quotes,
   * which are read last and without which nothing can be sold, have half as long again.
   */
  late(operation: Operation): string | undefined;
  /** A new cycle begins; it reads for so long, from its first question on. */
  reset(readsWithinMs?: number): void;
}

/** Quotes of all, or of one product after the other. */
const LAST: readonly Operation[] = ['quotes', 'book'];

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
    late(operation) {
      const nowMs = clock.monotonicMs();
      firstMs ??= nowMs;
      const mostMs = LAST.includes(operation) ? 1.5 * withinMs : withinMs;
      return nowMs - firstMs < mostMs ? undefined : `no more is asked after ${mostMs} ms`;
    },
    reset(readsWithinMs = Number.POSITIVE_INFINITY) {
      used = 0;
      withinMs = readsWithinMs;
      firstMs = undefined;
    },
  };
}
