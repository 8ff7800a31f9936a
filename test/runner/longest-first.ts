import { createHash } from 'node:crypto';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take ten seconds and more on two busy processors, longest first. One that began last would keep a single
 * processor busy while the others have nothing left to do. Times: `npx vitest run --reporter=json`.
 */
export const LONGEST: readonly string[] = [
  'test/examples/examples.test.ts',
  'test/local/run.test.ts',
  'test/local/chaos.test.ts',
  'test/weeks/weeks.test.ts',
  'cli/commands/parity.test.ts',
  'test/aws/cost.test.ts',
  'test/once/once.test.ts',
  'test/local/crash.test.ts',
  'test/local/command-line.test.ts',
  'cli/commands/walkforward.test.ts',
  'cli/commands/lookahead.test.ts',
  'test/gates/journey.test.ts',
  'test/secrets/planted.test.ts',
  'shared/config/parse-config.test.ts',
  'cli/drill/kill-drill.test.ts',
  'test/aws/bundles.test.ts',
  'test/baseline/baseline.test.ts',
  'test/local/kill.test.ts',
  'test/soak/soak.test.ts',
  'test/local/tax-lots.test.ts',
  'cli/commands/sweep.test.ts',
  'cli/commands/purge.test.ts',
  'test/lookahead/lookahead.test.ts',
];

/** The longest files first, the others in an order that the printed seed decides. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    return inOrder(files, ({ moduleId }) => moduleId, seed);
  }
}

export function inOrder<File>(files: readonly File[], pathOf: (file: File) => string, seed: number): File[] {
  return files
    .map((file) => {
      const path = pathOf(file).replaceAll('\\', '/');
      const place = LONGEST.findIndex((long) => path.endsWith(`/${long}`));
      return { file, place: place < 0 ? LONGEST.length : place, draw: drawOf(path, seed) };
    })
    .sort((one, other) => one.place - other.place || one.draw.localeCompare(other.draw))
    .map(({ file }) => file);
}

function drawOf(path: string, seed: number): string {
  return createHash('sha1').update(`${seed} ${path}`).digest('hex');
}
