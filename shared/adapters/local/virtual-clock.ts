import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';
import { atLeast } from './system-clock.ts';

export interface VirtualClock extends Clock {
  /** Moves the time forward; never back. */
  advanceTo(ms: number): void;
}

/**
 * Time that passes only by sleeping: a sleep jumps to its end. Sleeps side by side overlap as real ones do. `monotonicMs`
 * stays real: it measures how long the work took.
 */
export function virtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  const advanceTo = (ms: number) => {
    nowMs = Math.max(nowMs, ms);
  };
  return {
    nowMs: () => nowMs,
    monotonicMs: () => performance.now(),
    advanceTo,
    async sleep(ms) {
      const wakeMs = nowMs + ms;
      // Input and output that is under way gets its turn, as it would in a real sleep.
      await nextTurn();
      advanceTo(wakeMs);
    },
  };
}

/** Time that runs `speed` times as fast as the wall clock, from `startMs` on. */
export function acceleratedClock(startMs: number, speed: number): Clock {
  if (!(speed > 0)) throw new RangeError(`a clock's speed must be positive: ${speed}`);
  const originMs = performance.now();
  const nowMs = () => Math.floor(startMs + (performance.now() - originMs) * speed);
  return {
    nowMs,
    monotonicMs: () => performance.now(),
    async sleep(ms) {
      // By this clock's own reading: rounding must not let a sleep end before its time.
      const wakeMs = nowMs() + ms;
      while (nowMs() < wakeMs) await atLeast((wakeMs - nowMs()) / speed);
    },
  };
}
