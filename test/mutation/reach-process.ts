import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { filesBelow, targetOf } from './plan.ts';
import { probed, REACH_FILE } from './reach.ts';
import { IN_MEMORY } from './vite-options.ts';

/** Runs every test of a mutation target once, each file of them alone, over sources that note who passes where. */
const [path = ''] = process.argv.slice(2);
const root = process.cwd();
const target = targetOf(path);
if (target === undefined) throw new Error(`no mutation target ${path}`);

const originals = new Map(
  filesBelow(root, target.folder).map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
writeFileSync(REACH_FILE, '');
try {
  for (const [file, source] of originals) writeFileSync(join(root, file), probed(source, file));
  const setupFiles = ['test/laws/seed.ts', 'test/mutation/reach-setup.ts'];
  const vitest = await createVitest(
    'test',
    { root, watch: false, reporters: [{}], maxWorkers: 1, setupFiles },
    IN_MEMORY,
  );
  const tests = (await vitest.globTestSpecifications()).filter(({ moduleId }) =>
    [...target.near, ...target.wide].some((name) => moduleId.includes(`/${name}`)),
  );
  const { testModules } = await vitest.runTestSpecifications(tests);
  await vitest.close();
  if (testModules.length === 0 || !testModules.every((module) => module.ok())) {
    throw new Error('the tests fail without any mutant');
  }
} finally {
  for (const [file, source] of originals) writeFileSync(join(root, file), source);
}
process.exit(0);
