import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../shared/ports/clock.ts';

/**
 * Real time that can be moved forward, shared by threads: work takes as long as it takes, and the minutes between two
 * cycles are skipped. `offset` holds one number in shared memory.
 */
export function offsetClock(offset: Float64Array): Clock & { advanceTo(ms: number): void } {
  const nowMs = () => Date.now() + (offset[0] as number);
  return {
    nowMs,
    monotonicMs: () => performance.timeOrigin + performance.now() + (offset[0] as number),
    sleep: async (ms) => {
      await delay(Math.max(0, ms));
    },
    advanceTo: (ms) => {
      offset[0] = (offset[0] as number) + Math.max(0, ms - nowMs());
    },
  };
}
