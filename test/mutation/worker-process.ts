import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest, type TestSpecification } from 'vitest/node';
import { mutantsBelow, type Result, TARGETS } from './plan.ts';

/** Plants the mutants of a folder from number N on, one after the other, into this copy of the checkout. */
const [folder = '', first = '0'] = process.argv.slice(2);
const root = process.cwd();
const target = TARGETS.find((each) => each.folder === folder);
if (target === undefined) throw new Error(`no mutation target ${folder}`);

const vitest = await createVitest('test', {
  root,
  watch: false,
  bail: 1,
  reporters: [{}],
  sequence: { shuffle: false },
  isolate: false,
  maxWorkers: 1,
  fsModuleCache: false,
});
const near = await specificationsOf(target.near);
const wide = await specificationsOf(target.wide);
const startedMs = performance.now();
await insistOnUnchanged();
process.stdout.write(`${JSON.stringify({ unchanged_ms: Math.round(performance.now() - startedMs) })}\n`);

for (const mutant of mutantsBelow(root, folder).slice(Number(first))) {
  const { source, ...planned } = mutant;
  const ending = await withMutant(mutant, async () => {
    const nearest = await run(near);
    return nearest === 'passed' ? run(wide) : nearest;
  });
  // The fault may have done that, or a machine on which no test can run: then nothing was noticed.
  if (ending === 'broken') await insistOnUnchanged();
  say({ ...planned, outcome: ending === 'passed' ? 'survived' : 'killed' });
}
await insistOnUnchanged();
await vitest.close();
process.exit(0);

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

async function specificationsOf(names: readonly string[]): Promise<readonly TestSpecification[]> {
  const all = await vitest.globTestSpecifications();
  const found = all.filter(({ moduleId }) => names.some((name) => moduleId.includes(`/${name}`)));
  if (found.length === 0) throw new Error(`no tests at ${names.join(', ')}`);
  return found;
}

async function insistOnUnchanged(): Promise<void> {
  if ((await run([...near, ...wide])) !== 'passed') throw new Error('the tests fail without any mutant');
}

/** broken: not all tests ran, and none of those that did failed. */
async function run(specifications: readonly TestSpecification[]): Promise<'passed' | 'failed' | 'broken'> {
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
