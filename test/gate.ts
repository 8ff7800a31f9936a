import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { codeVersion } from '../shared/config/code-version.ts';
import { readCounts, readE2eCounts } from './gate/counts.ts';
import { refuseOldNode } from './gate/node-version.ts';
import { runGate, type Step } from './gate/run-gate.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, '.test-results', 'vitest.json');
const rehearsed = join(root, '.test-results', 'e2e.json');

/** Everything that gates a change, cheapest first. */
const STEPS: readonly Step[] = [
  { name: 'lint', command: ['biome', 'ci', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  {
    name: 'tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
    counts: () => (existsSync(results) ? readCounts(JSON.parse(readFileSync(results, 'utf8'))) : undefined),
  },
  { name: 'dead code', command: ['knip'] },
  { name: 'synth', command: ['tsx', join('bin', 'synth.ts')] },
  // Not how fast it is, but whether it has become twice as slow against a plain loop in the same process.
  { name: 'backtest speed', command: ['tsx', join('bench', 'backtest.ts'), '--share', '0.05', '--check'] },
  {
    // Skipped, and said to be, where there is no Python for the emulator.
    name: 'e2e',
    command: ['tsx', join('test', 'e2e', 'cli.ts'), '--result', rehearsed],
    counts: () => (existsSync(rehearsed) ? readE2eCounts(JSON.parse(readFileSync(rehearsed, 'utf8'))) : undefined),
  },
];

/** Runs one tool of this repository and answers its exit code. */
function runTool([tool = '', ...args]: readonly string[]): Promise<number> {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(tool, args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: 'inherit',
      // npm's shims are .cmd files there.
      shell: process.platform === 'win32',
    });
    child.on('error', (error) => {
      console.error(`${tool} cannot be started: ${error.message}. Remedy: npm ci`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

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
const tests = existsSync(results) ? readCounts(JSON.parse(readFileSync(results, 'utf8'))) : undefined;
const verdict = { passed: tests?.passed ?? 0, failed: passed ? 0 : Math.max(1, tests?.failed ?? 0) };
const ciResult = { at_ms: Date.now(), code_version: codeVersion(root), ...verdict };
writeFileSync(join(root, '.test-results', 'ci.json'), `${JSON.stringify(ciResult)}\n`);
process.exitCode = passed ? 0 : 1;
