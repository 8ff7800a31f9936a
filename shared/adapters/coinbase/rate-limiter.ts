import type { Clock } from '../../ports/clock.ts';

export interface RateLimiter {
  /** Resolves when one more request may go out, in the order of asking. */
  acquire(): Promise<void>;
}

/**
 * A token bucket holding one second's worth: that many may go at once, then one per 1/perSecond. Each caller reserves its
 * moment at once, so any number of callers side by side stay under one limit without a queue.
 */
export function createRateLimiter(perSecond: number, clock: Clock): RateLimiter {
  if (!(perSecond > 0)) throw new RangeError(`a rate limit must be positive, not ${perSecond}`);
  const spacingMs = 1_000 / perSecond;
  const burstMs = Math.max(0, 1_000 - spacingMs);
  // When the bucket would be full again if nobody asked from now on.
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return {
    async acquire() {
      const nowMs = clock.monotonicMs();
      const from = Math.max(fullAtMs, nowMs);
      fullAtMs = from + spacingMs;
      const waitMs = from - burstMs - nowMs;
      // A rounding error of the arithmetic is no reason to sleep.
      if (waitMs > 1e-6) await clock.sleep(waitMs);
    },
  };
}
