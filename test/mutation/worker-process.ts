import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, createVitest, type TestSpecification } from 'vitest/node';
import { filesBelow, mutantsBelow, type Result } from './plan.ts';
import { type Passed, REACH_FILE } from './reach.ts';
import { IN_MEMORY } from './vite-options.ts';

/** Plants the mutants of a folder or file from number N on, one after the other, into this copy of the checkout. */
const [path = '', first = '0'] = process.argv.slice(2);
const root = process.cwd();
/** What a file of tests costs before its first test. */
const LOADING_MS = 300;

class AsGiven extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

const passed = readFileSync(REACH_FILE, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Passed);
const vitest = await createVitest(
  'test',
  {
    root,
    watch: false,
    bail: 1,
    reporters: [{}],
    sequence: { shuffle: false, sequencer: AsGiven },
    isolate: false,
    maxWorkers: 1,
    fsModuleCache: false,
  },
  IN_MEMORY,
);
const all = new Map((await vitest.globTestSpecifications()).map((each) => [each.moduleId, each]));
const asked = mutantsBelow(root, path);
const files = filesBelow(root, path);
const everyTest = testsPassing((at) => files.some((file) => at.startsWith(`${file}:`)));
const ms = passed.filter(({ test }) => test !== null).reduce((sum, each) => sum + each.ms, 0);
process.stdout.write(`${JSON.stringify({ unchanged_ms: Math.round(ms) })}\n`);

for (const mutant of asked.slice(Number(first))) {
  const { source, ...planned } = mutant;
  const places = new Set(planned.stretches.map((stretch) => `${planned.file}:${stretch}`));
  const tests = testsPassing((at) => places.has(at));
  const ending = await withMutant(mutant, () => run(tests));
  // The fault may have done that, or a machine on which no test can run: then nothing was noticed.
  if (ending === 'broken') await insistOnUnchanged();
  say({ ...planned, outcome: ending === 'passed' ? 'survived' : 'killed' });
}
await insistOnUnchanged();
await vitest.close();
process.exit(0);

/** The quickest first. */
function testsPassing(isMeant: (stretch: string) => boolean): readonly TestSpecification[] {
  const byModule = Map.groupBy(passed, ({ module }) => module);
  const found = [...byModule].flatMap(([module, runs]) => {
    const own = runs.filter(({ stretches }) => stretches.some(isMeant));
    const tests = own.some(({ test }) => test === null) ? runs : own;
    const named = tests.filter(({ test }) => test !== null);
    return named.length === 0
      ? []
      : [{ module, tests: named, ms: named.reduce((sum, { ms }) => sum + ms, LOADING_MS) }];
  });
  return found
    .sort((a, b) => a.ms - b.ms)
    .flatMap(({ module, tests }) => {
      const whole = all.get(module);
      if (whole === undefined) return [];
      return [whole.project.createSpecification(module, { testIds: tests.map(({ test }) => test as string) })];
    });
}

async function withMutant<Answer>(
  { file, source }: { readonly file: string; readonly source: string },
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const path = join(root, file);
  const original = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, source);
    vitest.invalidateFile(path);
    return await ask();
  } finally {
    writeFileSync(path, original);
    vitest.invalidateFile(path);
  }
}

async function insistOnUnchanged(): Promise<void> {
  if ((await run(everyTest)) !== 'passed') throw new Error('the tests fail without any mutant');
}

/** broken: not all tests ran, and none of those that did failed. */
async function run(specifications: readonly TestSpecification[]): Promise<'passed' | 'failed' | 'broken'> {
  if (specifications.length === 0) return 'passed';
  const asked = new Set(specifications.map(({ moduleId }) => moduleId));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([...specifications]);
  // The answer also names files of earlier runs, with what became of them then.
  const answered = testModules.filter(({ moduleId }) => asked.has(moduleId));
  if (answered.some(({ children }) => [...children.allTests('failed')].length > 0)) return 'failed';
  const isWhole = unhandledErrors.length === 0 && answered.length === asked.size;
  return isWhole && answered.every((module) => module.ok()) ? 'passed' : 'broken';
}

function say(result: Result): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
