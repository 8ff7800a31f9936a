import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { mutantsBelow, type Result, TARGETS, type Target } from './plan.ts';
import { MIN_SCORE_PCT, reportText, scoreOf } from './report.ts';

/**
 * `npm run mutation [-- FOLDER ...]`: plants faults into a copy of the checkout, one at a time, and asks the tests. Exits 1
 * below the demanded score. A run over all folders writes docs/mutation.md.
 */
const ROOT = join(import.meta.dirname, '..', '..');
/** Some mutants never end. Nothing here needs this long. */
const PATIENCE_MS = 90_000;
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git', '.state', 'cdk.out', '.test-results']);

const asked = process.argv.slice(2);
const targets = TARGETS.filter(({ folder }) => asked.length === 0 || asked.includes(folder));
if (targets.length === 0) {
  console.error(`error: nothing to mutate; there are: ${TARGETS.map(({ folder }) => folder).join(', ')}`);
  process.exit(1);
}
const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));
cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');

const results: Result[] = [];
for (const target of targets) results.push(...(await resultsOf(target)));
const report = reportText(results, targets);
console.log(report);
if (asked.length === 0) writeFileSync(join(ROOT, 'docs', 'mutation.md'), report);
process.exitCode = targets.every(({ folder }) => scoreOf(results, folder).pct >= MIN_SCORE_PCT) ? 0 : 1;

/** A worker that hangs is ended, its mutant counts as found, and the next worker goes on behind it. */
async function resultsOf({ folder }: Target): Promise<readonly Result[]> {
  const planned = mutantsBelow(copy, folder);
  const done: Result[] = [];
  while (done.length < planned.length) {
    const before = done.length;
    const outcome = await work(folder, before, (result) => {
      done.push(result);
      progress(folder, done.length, planned.length);
    });
    if (outcome === 'finished') break;
    const stuck = planned[done.length];
    if (outcome === 'failed' || stuck === undefined) throw new Error(`the worker for ${folder} ended too early`);
    restore(stuck.file);
    const { source: _, ...mutant } = stuck;
    done.push({ ...mutant, outcome: 'timeout' });
  }
  process.stderr.write('\n');
  return done;
}

function work(
  folder: string,
  first: number,
  onResult: (result: Result) => void,
): Promise<'finished' | 'failed' | 'stuck'> {
  return new Promise((resolve) => {
    const script = join('test', 'mutation', 'worker-process.ts');
    const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', script, folder, String(first)], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let isStuck = false;
    const end = () => {
      isStuck = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(end, PATIENCE_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      clearTimeout(timer);
      timer = setTimeout(end, PATIENCE_MS);
      onResult(JSON.parse(line) as Result);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(isStuck ? 'stuck' : code === 0 ? 'finished' : 'failed');
    });
  });
}

function restore(file: string): void {
  cpSync(join(ROOT, file), join(copy, file));
}

function progress(folder: string, done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${folder} ${done}/${all}`);
}
