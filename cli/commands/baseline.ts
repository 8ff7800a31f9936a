import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import { INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { baselineText } from '../render/baseline-view.ts';
import { paintFor } from '../render/paint.ts';
import { BASELINE_FILE, baselineOf, readAcceptances, recordAcceptances } from '../research/baseline/baseline-file.ts';
import { TOLERANCE_PCT } from '../research/baseline/compare.ts';
import type { Acceptance } from '../research/baseline/file-schema.ts';
import type { Measured } from '../research/baseline/measure.ts';
import { deviationsOf, measureAgain, measureAll, measureFolder } from '../research/baseline/subjects.ts';
import { UserError } from '../user-error.ts';
import { parseUtcTime } from '../utc-time.ts';
import { repeatable } from './repeatable.ts';

interface CheckFlags {
  readonly data?: string;
  readonly config: string;
  readonly set: readonly string[];
  readonly file: string;
  readonly json?: true;
}

interface AcceptFlags extends Omit<CheckFlags, 'set'> {
  readonly reason: string;
  readonly date?: string;
  readonly interval?: Interval;
  readonly from?: number;
  readonly to?: number;
}

const CHECK_EXAMPLES = `
Backtests of three fixed made-up markets (bull, chop, crash), or of real candles with --data, against what was last
accepted. Exits 1 when any figure is more than ${TOLERANCE_PCT} % away, either way, or nothing was traded.

Examples:
  trader baseline check
  trader baseline check --data candles/1h --json
  trader baseline check --set policy.execution.taker_fee_bps=150      what a change would move`;

const ACCEPT_EXAMPLES = `
Takes the figures of now as the baseline of whatever moved, and records the reason for good: acceptances are only ever
added, each sealed with those before it. Commit the file together with the change that moved the figures.

Examples:
  trader baseline accept --reason "stops follow closer: fewer round trips, lower drawdown"
  trader baseline accept --data candles/1h --interval 1h --from 2021-05-01 --to 2021-06-15 --reason "the crash of May"`;

/** `trader baseline`: whether the bot still trades as it did when somebody last looked. */
export function baselineCommand(): Command {
  const check = withShared(new Command('check'))
    .description('compare backtests of fixed markets to their accepted figures')
    .addOption(repeatable('--set <path=value>', 'change one value of the config; may be repeated'))
    .addHelpText('after', CHECK_EXAMPLES)
    .action(runCheck);
  const accept = withShared(new Command('accept'))
    .description('accept the figures of now, with a reason that is recorded')
    .requiredOption('--reason <text>', 'why they moved, for whoever reads it in a year', parseReason)
    .option('--date <date>', 'YYYY-MM-DD (default: that of the newest commit)', parseDate)
    .addOption(new Option('--interval <interval>', 'with --data: bars of its files').choices(INTERVALS))
    .option('--from <time>', 'with --data: first decision, UTC', parseUtcTime)
    .option('--to <time>', 'with --data: end, UTC', parseUtcTime)
    .addHelpText('after', ACCEPT_EXAMPLES)
    .action(runAccept);
  return new Command('baseline')
    .description('whether the bot still trades fixed markets as it was accepted to')
    .addCommand(check)
    .addCommand(accept);
}

function withShared(command: Command): Command {
  return command
    .option('--data <dir>', 'real candles instead: a folder with <BASE>-<QUOTE>_<interval>.csv[.gz] files')
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .addOption(
      new Option('--file <file>', 'the accepted figures').default(BASELINE_FILE, 'test/baseline/baselines.json'),
    )
    .option('--json', 'print one JSON object');
}

function runCheck({ data, config, set, file, json }: CheckFlags): void {
  const acceptances = readAcceptances(resolve(file));
  const settings = { config, changes: set };
  const measured = data === undefined ? measureAll(settings) : [measureAgain(resolve(data), acceptances, settings)];
  const rows = deviationsOf(acceptances, measured);
  const moved = rows.filter(({ ok }) => !ok);
  if (moved.length > 0) process.exitCode = 1;
  if (json === true) {
    console.log(JSON.stringify({ ok: moved.length === 0, tolerance_pct: TOLERANCE_PCT, rows }));
    return;
  }
  const verdict =
    moved.length === 0
      ? `all ${rows.length} figures within ${TOLERANCE_PCT} %`
      : `${moved.length} of ${rows.length} figures moved. If that is meant: trader baseline accept --reason TEXT`;
  const paint = paintFor(process.stdout);
  console.log([baselineText(rows, paint), '', paint(moved.length === 0 ? 'green' : 'red', verdict)].join('\n'));
}

function runAccept(flags: AcceptFlags): void {
  const { reason, json } = flags;
  const file = resolve(flags.file);
  const acceptances = readAcceptances(file);
  const moved = measuredFor(flags, acceptances).filter((now) => isOther(baselineOf(acceptances, now.market), now));
  const rows = deviationsOf(acceptances, moved).filter(({ deviation_pct: percent }) => percent !== 0);
  if (moved.length > 0) recordAcceptances(file, moved, { reason, date: flags.date ?? commitDate() });
  const markets = moved.map(({ market }) => market);
  if (json === true) console.log(JSON.stringify({ accepted: markets, reason, rows }));
  else if (moved.length === 0) console.log('nothing moved: there is nothing to accept');
  else console.log(`${baselineText(rows, paintFor(process.stdout))}\n\naccepted: ${markets.join(', ')} (${reason})`);
}

function measuredFor({ data, interval, from, to, config }: AcceptFlags, acceptances: readonly Acceptance[]) {
  const settings = { config, changes: [] };
  const given = [interval, from, to].filter((each) => each !== undefined).length;
  if (data === undefined) {
    if (given > 0)
      throw new UserError('--interval, --from and --to belong to --data: the fixed markets have their own');
    return measureAll(settings);
  }
  if (interval !== undefined && from !== undefined && to !== undefined) {
    if (from >= to) throw new UserError('--from must be before --to');
    return [measureFolder(resolve(data), { interval, fromMs: from, toMs: to }, settings)];
  }
  if (given > 0)
    throw new UserError('give --interval, --from and --to together, or none to take those of the baseline');
  return [measureAgain(resolve(data), acceptances, settings)];
}

function isOther(old: Acceptance | null, now: Measured): boolean {
  if (old === null || old.data_hash !== now.data_hash || old.from !== now.from || old.to !== now.to) return true;
  return JSON.stringify(old.metrics) !== JSON.stringify(now.metrics);
}

/** Of what is checked out, so that the file says the same on every machine. */
function commitDate(): string {
  try {
    const options = { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] };
    return execFileSync('git', ['log', '-1', '--format=%cs'], options).toString('utf8').trim();
  } catch {
    throw new UserError('there is no git commit to take the date of: give --date YYYY-MM-DD');
  }
}

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === '') throw new InvalidArgumentError('Say why the figures moved.');
  return reason;
}

function parseDate(text: string): string {
  if (z.iso.date().safeParse(text).success) return text;
  throw new InvalidArgumentError('Use a date such as 2025-06-01.');
}
