import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersion } from '../shared/config/code-version.ts';
import { type Counts, readCounts, readE2eCounts } from './gate/counts.ts';
import { refuseOldNode } from './gate/node-version.ts';
import { runGate, type Step } from './gate/run-gate.ts';
import { runTool } from './gate/run-tool.ts';

const root = join(import.meta.dirname, '..');
const core = join(root, '.test-results', 'core.json');
const rest = join(root, '.test-results', 'rest.json');
const rehearsed = join(root, '.test-results', 'e2e.json');
/** What decides, and its tests: `npm run coverage` names the same folders. */
const CORE = ['shared/core', 'test/core'];

/** A run of Vitest that leaves its counts. */
function vitest(name: string, results: string, args: readonly string[]): Step {
  const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  return { name, command: ['vitest', 'run', ...args, ...reports], counts: () => countsIn(results) };
}

function countsIn(results: string): Counts | undefined {
  return existsSync(results) ? readCounts(JSON.parse(readFileSync(results, 'utf8')), root) : undefined;
}

/** Everything that gates a change, cheapest first but for what runs beside the others. */
const STEPS: readonly Step[] = [
  { name: 'lint', command: ['biome', 'ci', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  {
    // Skipped, and said to be, where there is no Python for the emulator. Mostly it waits: for timers and for programs that start.
    name: 'e2e',
    command: ['tsx', join('test', 'e2e', 'cli.ts'), '--result', rehearsed],
    place: 'beside',
    counts: () => (existsSync(rehearsed) ? readE2eCounts(JSON.parse(readFileSync(rehearsed, 'utf8'))) : undefined),
  },
  // The core by its own tests alone: what only a wider test reaches is not tested where it is written.
  vitest('core', core, ['--coverage', ...CORE]),
  vitest(
    'tests',
    rest,
    CORE.map((folder) => `--exclude=${folder}/**`),
  ),
  { name: 'dead code', command: ['knip'] },
  { name: 'synth', command: ['tsx', join('bin', 'synth.ts')] },
  // Not how fast it is, but whether it has become twice as slow against a plain loop in the same process.
  {
    name: 'backtest speed',
    command: ['tsx', join('bench', 'backtest.ts'), '--share', '0.05', '--check'],
    place: 'alone',
  },
];

const refusal = refuseOldNode(process.version);
if (refusal !== null) {
  console.error(refusal);
  process.exit(1);
}

// An old result must never be counted as this run's.
for (const old of [core, rest, rehearsed]) rmSync(old, { force: true });
mkdirSync(join(root, '.test-results'), { recursive: true });
const passed = await runGate(STEPS, runTool, { print: (line) => console.log(line), nowMs: () => performance.now() });
// The gate evidence of this very code: `trader gates` files it where it is asked for.
const counts = [core, rest].map(countsIn);
const verdict = {
  passed: counts.reduce((sum, each) => sum + (each?.passed ?? 0), 0),
  failed: passed
    ? 0
    : Math.max(
        1,
        counts.reduce((sum, each) => sum + (each?.failed ?? 0), 0),
      ),
};
const ciResult = { at_ms: Date.now(), code_version: codeVersion(root), ...verdict };
writeFileSync(join(root, '.test-results', 'ci.json'), `${JSON.stringify(ciResult)}\n`);
process.exitCode = passed ? 0 : 1;
