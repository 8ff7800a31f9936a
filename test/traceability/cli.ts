import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEvidence } from './evidence.ts';
import { buildMatrix } from './matrix.ts';
import { REQUIREMENTS } from './requirements.ts';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'docs', 'traceability.md');
const { values } = parseArgs({ options: { results: { type: 'string', multiple: true } } });

const reports = (values.results ?? [runTests()]).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const testResults = reports.flatMap((report) => report.testResults);
const { markdown, unproven, unknown } = buildMatrix(REQUIREMENTS, readEvidence({ testResults }, root));
writeFileSync(target, markdown);
console.log(`wrote docs/traceability.md; ids without a passing test: ${unproven.join(', ') || 'none'}`);
if (unknown.length > 0) {
  console.error(`test titles carry unknown ids: ${unknown.join(', ')}. Remedy: correct them or extend requirements.ts`);
  process.exitCode = 1;
}

/** Runs the suite, so that the matrix shows this code and not an older run. Each `--results FILE` is a report at hand instead. */
function runTests(): string {
  const results = join(root, '.test-results', 'rtm.json');
  mkdirSync(join(root, '.test-results'), { recursive: true });
  rmSync(results, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'dist', 'cli.js');
  // A failing test is no reason to stop: the matrix shows it.
  spawnSync(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  return results;
}
