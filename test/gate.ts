import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersion } from '../shared/config/code-version.ts';
import { readCounts, readE2eCounts } from './gate/counts.ts';
import { refuseOldNode } from './gate/node-version.ts';
import { runGate, type Step } from './gate/run-gate.ts';
import { runTool } from './gate/run-tool.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, '.test-results', 'vitest.json');
const rehearsed = join(root, '.test-results', 'e2e.json');

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
  {
    name: 'tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
    counts: () => (existsSync(results) ? readCounts(JSON.parse(readFileSync(results, 'utf8')), root) : undefined),
  },
  // The core by its own tests alone: what only a wider test reaches is not tested where it is written.
  { name: 'coverage', command: ['vitest', 'run', '--coverage', 'shared/core', 'test/core'] },
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
for (const old of [results, rehearsed]) rmSync(old, { force: true });
mkdirSync(join(root, '.test-results'), { recursive: true });
const passed = await runGate(STEPS, runTool, { print: (line) => console.log(line), nowMs: () => performance.now() });
// The gate evidence of this very code: `trader gates` files it where it is asked for.
const tests = existsSync(results) ? readCounts(JSON.parse(readFileSync(results, 'utf8')), root) : undefined;
const verdict = { passed: tests?.passed ?? 0, failed: passed ? 0 : Math.max(1, tests?.failed ?? 0) };
const ciResult = { at_ms: Date.now(), code_version: codeVersion(root), ...verdict };
writeFileSync(join(root, '.test-results', 'ci.json'), `${JSON.stringify(ciResult)}\n`);
process.exitCode = passed ? 0 : 1;
