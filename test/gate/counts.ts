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

/** The counts of a Vitest JSON report. */
export function readCounts(report: unknown): Counts {
  const { numPassedTests, numFailedTests, numPendingTests } = vitestResults.parse(report);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}
