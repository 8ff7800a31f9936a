import * as z from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const vitestResults = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
});

const e2eResult = z.object({ passed: z.int(), failed: z.int(), skipped: z.int() });

/** The counts that `npm run e2e -- --result FILE` leaves. */
export function readE2eCounts(result: unknown): Counts {
  return e2eResult.parse(result);
}

/** The counts of a Vitest JSON report. */
export function readCounts(report: unknown): Counts {
  const { numPassedTests, numFailedTests, numPendingTests } = vitestResults.parse(report);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}
