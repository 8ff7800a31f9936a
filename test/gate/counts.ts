import { relative } from 'node:path';
import * as z from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each failure: where it is, and what was said there. */
  readonly failures: readonly string[];
}

const vitestResults = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});
type FileResult = z.output<typeof vitestResults>['testResults'][number];

const e2eResult = z.object({ passed: z.int(), failed: z.int(), skipped: z.int(), failures: z.array(z.string()) });

/** The counts that `npm run e2e -- --result FILE` leaves. */
export function readE2eCounts(result: unknown): Counts {
  return e2eResult.parse(result);
}

/** The counts of a Vitest JSON report, with paths below root. */
export function readCounts(report: unknown, root: string): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = vitestResults.parse(report);
  const failures = testResults.flatMap((file) => failuresOf(file, relative(root, file.name)));
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, failures };
}

/** A file that cannot even be loaded has no tests that could fail. */
function failuresOf({ status, message, assertionResults }: FileResult, path: string): readonly string[] {
  const failed = assertionResults.filter((each) => each.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${path}: ${firstLine(message)}`] : [];
  return failed.map(({ fullName, failureMessages: [first = ''] }) => `${path}: ${fullName}: ${firstLine(first)}`);
}

/** A failed command says all of its code. */
const LONGEST = 200;
/** A broken law names its seed in the second line and its counterexample in the third. */
const LAW = 'Property failed after';
const LONGEST_CASE = 1_000;

function firstLine(text: string): string {
  const lines = text.trim().split('\n', 3);
  const first = lines[0] ?? '';
  return first.includes(LAW) ? lines.join(' ').slice(0, LONGEST_CASE) : first.slice(0, LONGEST);
}
