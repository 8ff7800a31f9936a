import type { Day } from '../evidence.ts';

/** What a whole day of cycles leaves on file where nothing went wrong. */
export const QUIET_DAY = {
  cycles: 1_440,
  observed_ms: 86_400_000,
  breaches: 0,
  unhandled: [],
  alerts: 1,
  alerts_late: 0,
  alerts_failed: 0,
  latencies: 1_440,
  jitters: 1_440,
  slowest_ms: 900,
  slow_in_a_row: 0,
  unknown_in_a_row: 0,
} as const satisfies Partial<Day>;
