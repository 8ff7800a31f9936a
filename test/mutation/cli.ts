import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { filesBelow, mutantsBelow, type Result, TARGETS, targetOf } from './plan.ts';
import { jsonOf, MIN_SCORE_PCT, reportText, scoreOf, survivorLine } from './report.ts';

const HELP = `Usage: npm run mutation [-- FOLDER|FILE ...] [-- --json]

Plants faults into a copy of the checkout, one at a time, and runs the tests that run the place of each, the quickest first.
What no test notices is listed. Each folder has its page in docs/mutation. All of them take hours on two processors; what is
asked for a single file of a folder is printed, and its page left alone.

  --json     one JSON object on stdout: {scores, survivors}
  --dry-run  write no page
  --help     this text

Exits 1 where a folder's score is below ${MIN_SCORE_PCT} %.

Folders
${TARGETS.map(({ folder }) => `  ${folder}`).join('\n')}

Examples
  npm run mutation -- shared/core/risk
  npm run -s mutation -- shared/core/exits --json
  npm run mutation -- shared/app/send-order.ts
`;
const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = join(ROOT, 'docs', 'mutation');
/** Some mutants never end: what takes so many times as long as all tests of the unchanged code, and no less than that. */
const PATIENCE = 5;
const PATIENCE_MS = 90_000;
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git', '.state', 'cdk.out', '.test-results']);

const { values: flags, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) {
  console.log(HELP);
  process.exit(0);
}
const unknown = asked.filter((path) => targetOf(path) === undefined || filesBelow(ROOT, path).length === 0);
if (unknown.length > 0) {
  console.error(
    `error: ${unknown.join(', ')} is not mutated; there are: ${TARGETS.map(({ folder }) => folder).join(', ')}`,
  );
  process.exit(1);
}
const paths = asked.length === 0 ? TARGETS.map(({ folder }) => folder) : asked;
const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
let running: number | null = null;
let measured: string | null = null;
process.on('exit', () => {
  endGroup();
  rmSync(copy, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');

const results: Result[] = [];
for (const path of paths) {
  results.push(...(await resultsOf(path)));
  const page = reportText(results, path);
  if (!flags.json) console.log(page);
  const isFolder = TARGETS.some(({ folder }) => folder === path);
  if (isFolder && !flags['dry-run']) writeFileSync(join(PAGES, `${basename(path)}.md`), page);
}
if (flags.json) console.log(JSON.stringify(jsonOf(results, paths)));
process.exitCode = paths.every((path) => scoreOf(results, path).pct >= MIN_SCORE_PCT) ? 0 : 1;

/** A worker that hangs is ended, its mutant counts as found, and the next worker goes on behind it. */
async function resultsOf(folder: string): Promise<readonly Result[]> {
  const planned = mutantsBelow(copy, folder);
  measureReach(folder);
  const done: Result[] = [];
  while (done.length < planned.length) {
    const before = done.length;
    const outcome = await work(folder, before, (result) => {
      done.push(result);
      if (result.outcome === 'survived') process.stderr.write(`${survivorLine(result)}\n`);
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

/** Once for a folder, however many of its files are asked for. */
function measureReach(path: string): void {
  const folder = targetOf(path)?.folder ?? path;
  if (measured === folder) return;
  const script = join('test', 'mutation', 'reach-process.ts');
  const { status } = spawnSync(process.execPath, ['--no-warnings', '--import', 'tsx', script, folder], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`the tests of ${folder} fail without any mutant`);
  measured = folder;
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
      // A group of its own: what never ends is a process that Vitest started.
      detached: true,
    });
    running = child.pid ?? null;
    let isStuck = false;
    const end = () => {
      isStuck = true;
      endGroup();
    };
    let patienceMs = PATIENCE_MS;
    // Compiling comes first, and the machine may be busy.
    let timer = setTimeout(end, PATIENCE * PATIENCE_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      clearTimeout(timer);
      const said = JSON.parse(line) as Result | { readonly unchanged_ms: number };
      if ('unchanged_ms' in said) patienceMs = Math.max(PATIENCE_MS, PATIENCE * said.unchanged_ms);
      else onResult(said);
      timer = setTimeout(end, patienceMs);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      endGroup();
      running = null;
      resolve(isStuck ? 'stuck' : code === 0 ? 'finished' : 'failed');
    });
  });
}

function endGroup(): void {
  try {
    if (running !== null) process.kill(-running, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function restore(file: string): void {
  cpSync(join(ROOT, file), join(copy, file));
}

function progress(folder: string, done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${folder} ${done}/${all}`);
  else if (done % 20 === 0) process.stderr.write(`${folder} ${done}/${all}\n`);
}
