import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundleFunctions } from '../lib/bundle/bundle-functions.ts';
import { JOBS, type Job } from '../lib/stacks/trader-stack.ts';
import { stageConfig } from '../lib/stage-config.ts';
import { FUNCTION_ENVIRONMENT } from './function-environment.ts';

/**
 * How long each function takes to start: its bundle, built as it is deployed, is required by a fresh process with the
 * function's environment. The time of a process that only counts, measured in turn with the others, makes machines
 * comparable. Goal: at most 75 ms where the counting takes 25 ms, hence a ratio of 3.
 * Only `npm run slo` judges it.
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '15' },
  },
});
const GOAL = { initMs: 75, ratio: 3 };
const NODE_MAJOR = '24';
/** Time of the main thread's processor: loading never waits, and what else the machine does is left out. */
const CLOCK = 'const c=()=>{const{user,system}=process.threadCpuUsage();return(user+system)/1e3};const t=c();';
const LOADED = `${CLOCK}require('./index.js');console.log(c()-t)`;
/** A fixed amount of work that loads nothing. */
const COUNTED = `${CLOCK}const n=(()=>{let n=1;for(let i=0;i<2e7;i+=1)n=(Math.imul(n,1664525)+1013904223)|0;return n})();console.log(c()-t,n)`;

interface FunctionInit {
  readonly name: Job;
  readonly kb: number;
  readonly gzip_kb: number;
  readonly init_ms: number;
  readonly ratio: number;
}

const runs = Number(flags.runs);
const outDir = mkdtempSync(join(tmpdir(), 'bench-init-'));
try {
  checkNode();
  const projectDir = join(import.meta.dirname, '..');
  const config = stageConfig(join(projectDir, 'config'), 'paper').merged;
  await bundleFunctions({ projectDir, outDir, jobs: JOBS, config });
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
  const times = new Map<Job, number[]>(JOBS.map((job) => [job, []]));
  // In turn, so that a busy minute of the machine meets all of them. The first round warms the file cache.
  for (let run = 0; run <= runs; run += 1) {
    const calibration = timed(COUNTED, outDir);
    if (run > 0) calibrations.push(calibration);
    for (const [job, each] of times) {
      const ms = timed(LOADED, join(outDir, job), job);
      if (run > 0) each.push(ms);
    }
  }
  const calibrationMs = median(calibrations);
  const functions = [...times].map(([name, each]) => {
    const initMs = median(each);
    return { name, ...sizeOf(name), init_ms: rounded(initMs, 1), ratio: rounded(initMs / calibrationMs, 2) };
  });
  return { functions, calibrationMs: rounded(calibrationMs, 1) };
}

function timed(script: string, cwd: string, job?: Job): number {
  const env = { ...FUNCTION_ENVIRONMENT, LAMBDA_TASK_ROOT: cwd, POWERTOOLS_SERVICE_NAME: job };
  const output = execFileSync(process.execPath, ['-e', script], { cwd, env, encoding: 'utf8' });
  return Number.parseFloat(output);
}

function sizeOf(job: Job): Pick<FunctionInit, 'kb' | 'gzip_kb'> {
  const code = readFileSync(join(outDir, job, 'index.js'));
  return { kb: rounded(code.length / 1_000, 1), gzip_kb: rounded(gzipSync(code, { level: 9 }).length / 1_000, 1) };
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
    console.log('function       kB   gzip kB   init ms   ratio');
    for (const { name, kb, gzip_kb, init_ms, ratio } of functions) {
      const cells = [kb.toFixed(1).padStart(7), gzip_kb.toFixed(1).padStart(9), init_ms.toFixed(1).padStart(9)];
      console.log(`${name.padEnd(9)}${cells.join(' ')}${ratio.toFixed(2).padStart(8)}`);
    }
    console.log(`goal: ${GOAL.initMs} ms, a ratio of ${GOAL.ratio}`);
  }
}
