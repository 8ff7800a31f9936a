import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Counts } from '../gate/counts.ts';
import { createJournal, type Journal } from './journal.ts';
import { stopAll } from './processes.ts';
import { type PythonTools, pythonTools } from './python.ts';
import { rehearse } from './rehearsal.ts';

const HELP = `Usage: npm run e2e -- [options]

Deploys the live stage with cdk to an AWS emulator on this machine (ministack, in a Python environment of its own below
node_modules/.cache) and lets it trade on the simulated exchange, through AWS's own interfaces alone: ticks, the FIFO queue,
fills, a redeployment in the middle, a poisoned message, alarms, the kill switch, a rollback, taking it down. What the
emulator cannot do, and what therefore stays unverified, stands in docs/e2e.md. Nothing outside this machine is touched.

  --keep         leave the folder with the logs of emulator and exchange
  --json         one JSON object at the end, on stdout; what happens goes to stderr
  --result FILE  write {passed, failed, skipped, failures} there, for the gate
  --help         this text

Exits 1 when an expectation does not hold, 0 when all do, and 0 with the word SKIPPED where Python 3.10 or its packages are
not to be had.

Examples
  npm run e2e
  npm run -s e2e -- --json
  npm run e2e -- --keep
`;

/** Six minutes are usual. In the first hour after midnight UTC slots cannot lie back, and each takes its minute. */
const LONGEST_MS = 60 * 60_000;

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    result: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const print = (line: string) => (values.json ? console.error(line) : console.log(line));
  const startedMs = performance.now();
  const tools = await pythonTools();
  if (tools.kind === 'missing') {
    print(`SKIPPED  ${tools.why}: nothing was deployed, and nothing here says that it would work`);
    if (values.json) console.log(JSON.stringify({ ok: true, skipped: [tools.why] }));
    leaveCounts({ passed: 0, failed: 0, skipped: 1, failures: [] });
    return;
  }
  const home = mkdtempSync(join(tmpdir(), '247trader-e2e-'));
  endOnSignal(home);
  const journal = createJournal(print);
  try {
    await withinTime(() => rehearse(journal, tools, home));
  } catch (error) {
    journal.expect('the rehearsal goes to its end', false, error instanceof Error ? error.message : String(error));
  } finally {
    stopAll();
    leave(home, journal, print);
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  report(journal, tools, seconds, print);
  // Sockets of what was killed may still be open.
  process.exit(process.exitCode ?? 0);
}

/** What was started leads groups of its own, which no signal to this process reaches. */
function endOnSignal(home: string): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopAll();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      process.exit(1);
    });
  }
}

async function withinTime(work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${LONGEST_MS / 60_000} minutes`)), LONGEST_MS);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a failed run leaves is what somebody needs to find out why. */
function leave(home: string, { expectations }: Journal, print: (line: string) => void): void {
  if (!values.keep && expectations.every(({ holds }) => holds)) {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } else {
    print(`logs of emulator and exchange: ${home}`);
  }
}

function report(
  { expectations, figures, skipped }: Journal,
  { version }: Extract<PythonTools, { kind: 'ready' }>,
  seconds: number,
  print: (line: string) => void,
): void {
  const broken = expectations.filter(({ holds }) => !holds);
  const failures = broken.map(({ step, what, detail }) => `${step}: ${what} ${detail}`.trimEnd());
  const [passed, failed] = [expectations.length - failures.length, failures.length];
  const ok = failed === 0 && expectations.length > 0;
  print(`\n${passed} expectations hold, ${failed} do not, in ${seconds} s`);
  for (const failure of failures) print(`FAILED  ${failure}`);
  for (const what of skipped) print(`skipped ${what}`);
  if (values.json) console.log(JSON.stringify({ ok, seconds, python: version, expectations, figures, skipped }));
  leaveCounts({ passed, failed, skipped: skipped.length, failures });
  process.exitCode = ok ? 0 : 1;
}

function leaveCounts(counts: Counts): void {
  if (values.result !== undefined) writeFileSync(values.result, `${JSON.stringify(counts)}\n`);
}
