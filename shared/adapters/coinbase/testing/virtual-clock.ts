import type { Clock } from '../../../ports/clock.ts';

export interface VirtualClock extends Clock {
  /** Every pause that was asked for, in milliseconds. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
}

/** A clock that moves only when somebody sleeps or advances it. */
export function virtualClock(startMs = Date.parse('2026-11-20T10:00:00Z')): VirtualClock {
  const sleeps: number[] = [];
  let elapsedMs = 0;
  return {
    sleeps,
    nowMs: () => Math.floor(startMs + elapsedMs),
    monotonicMs: () => elapsedMs,
    async sleep(ms) {
      sleeps.push(ms);
      elapsedMs += ms;
    },
    advance(ms) {
      elapsedMs += ms;
    },
  };
}
