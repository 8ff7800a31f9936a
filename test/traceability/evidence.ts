import { relative, sep } from 'node:path';
import * as z from 'zod';

export interface Evidence {
  readonly id: string;
  readonly file: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

const TAG = /\[(REQ-[A-Z]+\d+|I\d+)\]/g;

/** One row for each id in each test's full title (its groups included), in a stable order. */
export function readEvidence(report: unknown, root: string): readonly Evidence[] {
  return vitestReport
    .parse(report)
    .testResults.flatMap(({ name, assertionResults }) => {
      const file = relative(root, name).split(sep).join('/');
      return assertionResults.flatMap((test) => rowsOf(test, file));
    })
    .sort((a, b) => compare(sortKey(a), sortKey(b)));
}

function rowsOf(
  test: { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string },
  file: string,
): readonly Evidence[] {
  const full = [...test.ancestorTitles, test.title].filter((part) => part !== '').join(' > ');
  const ids = new Set([...full.matchAll(TAG)].map((match) => match[1] ?? ''));
  const title = full.replaceAll(TAG, '').replaceAll(/\s+/g, ' ').trim();
  return [...ids].map((id) => ({ id, file, title, outcome: outcomeOf(test.status) }));
}

/** Anything that is not a plain pass or a plain skip counts as failed. */
function outcomeOf(status: string): Evidence['outcome'] {
  if (status === 'passed') return 'passed';
  return ['skipped', 'pending', 'todo', 'disabled'].includes(status) ? 'skipped' : 'failed';
}

const sortKey = ({ id, file, title }: Evidence) => `${id}\n${file}\n${title}`;

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
