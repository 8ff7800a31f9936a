import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import { toText, type Usd } from '../../shared/core/money/fixed.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import type { BpsPair } from '../research/backtest/run.ts';
import { prepareFor, writeWhole } from '../research/backtest/write-whole.ts';
import type { StudyInputs } from '../research/study/point.ts';
import type { Redraw } from '../research/study/worth.ts';
import { UserError } from '../user-error.ts';
import { parseUtcTime } from '../utc-time.ts';
import { capitalOption, parseFees, parseList, parseSeed } from './backtest.ts';
import { repeatable } from './repeatable.ts';

/** What every command takes that runs many backtests. */
export interface StudyFlags extends OutFlags, RedrawFlags {
  readonly data: string;
  readonly interval: Interval;
  readonly from?: number;
  readonly to?: number;
  readonly symbols?: readonly string[];
  readonly strategies?: readonly string[];
  readonly quote: string;
  readonly capital: Usd;
  readonly fees?: BpsPair;
  readonly stage: Stage;
  readonly config: string;
  readonly set: readonly string[];
  readonly workers: number;
  readonly results?: string;
}

export interface OutFlags {
  readonly out?: string;
  readonly html?: string;
  readonly json?: true;
}

export interface RedrawFlags {
  readonly seed: number;
  readonly draws: number;
  readonly block?: number;
}

export function withStudyFlags(command: Command): Command {
  const many = command
    .requiredOption('--data <dir>', 'folder with <BASE>-<QUOTE>_<interval>.csv[.gz] files')
    .addOption(new Option('--interval <interval>', 'bars of the files').choices(INTERVALS).default('1h'))
    .option('--from <time>', 'first decision, UTC; earlier bars serve as history', parseUtcTime)
    .option('--to <time>', 'end, UTC (default: after the last bar)', parseUtcTime)
    .option('--symbols <list>', 'only these (default: all of the folder)', parseList)
    .option('--strategies <list>', 'only these (default: those that the stage enables)', parseList)
    .option('--quote <currency>', "the products' quote currency, whatever the files say", 'USD')
    .addOption(capitalOption())
    .option('--fees <maker/taker>', 'basis points, such as 60/120 (default: as policy.yaml says)', parseFees)
    .addOption(new Option('--stage <stage>', 'whose config').choices(STAGES).default('paper'))
    .option('--config <dir>', 'folder of the config', CONFIG_DIR)
    .addOption(repeatable('--set <path=value>', 'change one value of the config for all; may be repeated'))
    .option('--workers <n>', 'threads (default: one for each processor)', parseCount, availableParallelism())
    .option('--results <file>', 'where finished backtests are kept to go on from (default: below .state/research)');
  return withOutFlags(withRedrawFlags(many));
}

export function withRedrawFlags(command: Command): Command {
  return command
    .option('--seed <n>', 'of everything drawn', parseSeed, 1)
    .option('--draws <n>', 'redrawn series behind every interval', parseCount, 2_000)
    .option('--block <n>', 'days that stay together when redrawn (default: the cube root of all)', parseCount);
}

export function withOutFlags(command: Command): Command {
  return command
    .option('--out <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as one HTML file that needs no network')
    .option('--json', 'print the report as JSON');
}

export function studyInputs(flags: StudyFlags): StudyInputs {
  const { from, to } = flags;
  if (from !== undefined && to !== undefined && from >= to) throw new UserError('--from must be before --to');
  return {
    data: resolve(flags.data),
    interval: flags.interval,
    symbols: flags.symbols,
    quote: flags.quote,
    capital: toText(flags.capital),
    seed: flags.seed,
    stage: flags.stage,
    config: flags.config,
    changes: flags.set,
  };
}

/** The middle 95 % of all intervals. */
export function redrawOf({ draws, seed, block }: RedrawFlags): Redraw {
  return { draws, seed, blockLength: block, level: 0.95 };
}

/** Before the work: says at once when a place cannot be written. */
export function prepareOuts({ out, html }: OutFlags): void {
  for (const file of [out, html]) if (file !== undefined) prepareFor(resolve(file));
}

export interface Outcome {
  readonly report: unknown;
  readonly page: () => string;
  readonly text: () => string;
}

export function giveOut({ report, page, text }: Outcome, { out, html, json }: OutFlags): void {
  const bytes = `${JSON.stringify(report)}\n`;
  if (out !== undefined) writeWhole(resolve(out), bytes);
  if (html !== undefined) writeWhole(resolve(html), page());
  if (json === true) process.stdout.write(bytes);
  else console.log(text());
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1 to 999999.');
  return Number(text);
}
