import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFunctions } from '../lib/bundle/bundle-functions.ts';
import { JOBS, type Job } from '../lib/stacks/trader-stack.ts';
import { configInMode } from './config-in-mode.ts';
import { FUNCTION_ENVIRONMENT } from './function-environment.ts';
import { CLOCK, type FunctionStart, START, type Weight, weightOf } from './function-start.ts';

/**
 * How long each function takes to start: its bundle, built as it is deployed, is required by a fresh process with the
 * function's environment. What it weighs is what it has loaded by then; what else lies in its bundle waits until it is
 * asked for (alerts, the other mode's exchange). The time of a process that only counts, measured in turn with the others, makes machines
 * comparable. Goal: at most 75 ms where the counting takes 25 ms, hence a ratio of 3.
 * Only `npm run slo` judges it.
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '15' },
    mode: { type: 'string', default: 'PAPER' },
  },
});
const GOAL = { initMs: 75, ratio: 3 };
const NODE_MAJOR = '24';
/** A fixed amount of work that loads nothing. */
const COUNTED = `${CLOCK}const n=(()=>{let n=1;for(let i=0;i<2e7;i+=1)n=(Math.imul(n,1664525)+1013904223)|0;return n})();console.log(JSON.stringify({ms:c()-t,n}))`;

interface FunctionInit extends Weight {
  readonly name: Job;
  /** The whole bundle, with what waits until it is asked for. */
  readonly bundle_kb: number;
  readonly init_ms: number;
  readonly ratio: number;
}

const runs = Number(flags.runs);
const outDir = mkdtempSync(join(tmpdir(), 'bench-init-'));
try {
  checkNode();
  const projectDir = join(import.meta.dirname, '..');
  await bundleFunctions({
    projectDir,
    outDir,
    jobs: JOBS,
    config: configInMode(join(projectDir, 'config'), flags.mode),
  });
  report(measure());
} finally {
  rmSync(outDir, { recursive: true, force: true });
}

function checkNode(): void {
  if (process.versions.node.split('.')[0] === NODE_MAJOR) return;
  throw new Error(`the functions run on Node ${NODE_MAJOR}, this is ${process.version}: use "npm run bench:init"`);
}

function measure(): { readonly functions: readonly FunctionInit[]; readonly calibrationMs: number } {
  const calibrations: number[] = [];
  const starts = new Map<Job, FunctionStart[]>(JOBS.map((job) => [job, []]));
  // In turn, so that a busy minute of the machine meets all of them. The first round warms the file cache.
  for (let run = 0; run <= runs; run += 1) {
    const { ms } = ran(COUNTED, outDir);
    if (run > 0) calibrations.push(ms);
    for (const [job, each] of starts) {
      const start = ran(START, join(outDir, job), job);
      if (run > 0) each.push(start);
    }
  }
  const calibrationMs = median(calibrations);
  const functions = [...starts].map(([name, each]) => {
    const initMs = median(each.map(({ ms }) => ms));
    return {
      name,
      ...sizesOf(name, each[0]?.files ?? []),
      init_ms: rounded(initMs, 1),
      ratio: rounded(initMs / calibrationMs, 2),
    };
  });
  return { functions, calibrationMs: rounded(calibrationMs, 1) };
}

function ran(script: string, cwd: string, job?: Job): FunctionStart {
  const env = { ...FUNCTION_ENVIRONMENT, LAMBDA_TASK_ROOT: cwd, POWERTOOLS_SERVICE_NAME: job };
  const output = execFileSync(process.execPath, ['-e', script], { cwd, env, encoding: 'utf8' });
  return JSON.parse(output);
}

function sizesOf(job: Job, loaded: readonly string[]): Pick<FunctionInit, 'kb' | 'gzip_kb' | 'bundle_kb'> {
  const { kb, gzip_kb } = weightOf(loaded);
  const all = weightOf(globSync(join(outDir, job, '*.js')));
  return { kb: rounded(kb, 1), gzip_kb: rounded(gzip_kb, 1), bundle_kb: rounded(all.kb, 1) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function report({ functions, calibrationMs }: ReturnType<typeof measure>): void {
  if (flags.json) console.log(JSON.stringify({ functions, calibration_ms: calibrationMs, runs }));
  else {
    console.log(`${process.version}, medians of ${runs} fresh processes; the calibration took ${calibrationMs} ms`);
    console.log('function       kB   gzip kB   bundle   init ms   ratio');
    for (const { name, kb, gzip_kb, bundle_kb, init_ms, ratio } of functions) {
      const cells = [[kb, 7] as const, [gzip_kb, 9] as const, [bundle_kb, 8] as const, [init_ms, 9] as const].map(
        ([value, width]) => value.toFixed(1).padStart(width),
      );
      console.log(`${name.padEnd(9)}${cells.join(' ')}${ratio.toFixed(2).padStart(8)}`);
    }
    console.log(`goal: ${GOAL.initMs} ms, a ratio of ${GOAL.ratio}`);
  }
}
