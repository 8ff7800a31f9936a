import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import { type Usd, usd } from '../../shared/core/money/fixed.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { progressBar } from '../research/backtest/progress.ts';
import { type BpsPair, backtestOn } from '../research/backtest/run.ts';
import { researchConfig } from '../research/backtest/stage-config.ts';
import { summaryText } from '../research/backtest/summary.ts';
import { prepareFor, writeWhole } from '../research/backtest/write-whole.ts';
import { reportPage } from '../research/html/page.ts';
import { pricesOf } from '../research/html/prices.ts';
import { UserError } from '../user-error.ts';
import { parseUtcTime } from '../utc-time.ts';
import { repeatable } from './repeatable.ts';

interface BacktestFlags {
  readonly data: string;
  readonly interval: Interval;
  readonly from?: number;
  readonly to?: number;
  readonly symbols?: readonly string[];
  readonly strategies?: readonly string[];
  readonly quote: string;
  readonly capital: Usd;
  readonly fees?: BpsPair;
  readonly seed: number;
  readonly latencyBars: number;
  readonly finerBars?: Interval | 'none';
  readonly stage: Stage;
  readonly config: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly html?: string;
  readonly json?: true;
}

const EXAMPLES = `
The production decision, risk, exits and ledger on recorded bars. A signal of one bar is dealt from the next one on, fills
are pessimistic (docs/backtest.md), and the same inputs give the same report, byte for byte. Everything that had to be bent
to the data stands in the report.

Examples:
  trader backtest --data candles/1h --interval 1h --from 2021-01-01 --to 2022-01-01 --out report.json --html report.html
  trader backtest --data candles/1m --symbols BTC-USD,ETH-USD --strategies donchian-breakout --fees 60/120
  trader backtest --data candles/1h --interval 1h --set policy.risk.max_drawdown_pct=50
  trader backtest --data candles/1h --interval 1h --stage paper --capital 25000 --json | jq .metrics`;

/** `trader backtest`: how the bot would have traded. */
export function backtestCommand(): Command {
  return new Command('backtest')
    .description('run the bot on recorded candles and report how it would have traded')
    .requiredOption('--data <dir>', 'folder of candles: a store of "trader data", or CSV files')
    .addOption(
      new Option('--interval <interval>', 'bars of the files: they drive fills and exits')
        .choices(INTERVALS)
        .default('1m'),
    )
    .option(
      '--from <time>',
      'first decision, UTC (default: the first bar); earlier bars serve as history',
      parseUtcTime,
    )
    .option('--to <time>', 'end, UTC (default: after the last bar)', parseUtcTime)
    .option('--symbols <list>', 'only these, such as BTC-USD,ETH-USD (default: all of the folder)', parseList)
    .option('--strategies <list>', 'only these (default: those that the stage enables)', parseList)
    .option('--quote <currency>', "the products' quote currency, whatever the files say", 'USD')
    .addOption(capitalOption())
    .option('--fees <maker/taker>', 'basis points, such as 60/120 (default: as policy.yaml says)', parseFees)
    .option('--seed <n>', 'of what bars do not tell: how wide the spread is from bar to bar', parseSeed, 1)
    .option('--latency-bars <n>', 'from a signal to the bar that its order meets', parseLatency, 1)
    .addOption(
      new Option(
        '--finer-bars <interval>',
        'tell whether stop or target came first (default: the shortest of the folder; none: the stop)',
      ).choices([...INTERVALS, 'none']),
    )
    .addOption(new Option('--stage <stage>', 'whose config').choices(STAGES).default('paper'))
    .option('--config <dir>', 'folder of the config', CONFIG_DIR)
    .addOption(repeatable('--set <path=value>', 'change one value of the config; may be repeated'))
    .option('--out <file>', 'write the report as JSON (docs/backtest-report.schema.json)')
    .option('--html <file>', 'write the report as one HTML file that needs no network')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function run(flags: BacktestFlags): void {
  const { from, to } = flags;
  if (from !== undefined && to !== undefined && from >= to) throw new UserError('--from must be before --to');
  for (const file of [flags.out, flags.html]) if (file !== undefined) prepareFor(resolve(file));
  const startMs = performance.now();
  const bar = progressBar(process.stderr);
  const { report, market } = backtestOn(
    {
      data: resolve(flags.data),
      interval: flags.interval,
      from,
      to,
      symbols: flags.symbols,
      strategies: flags.strategies,
      quote: flags.quote,
      capital: flags.capital,
      fees: flags.fees,
      seed: flags.seed,
      latencyBars: flags.latencyBars,
      finerBars: flags.finerBars,
      stage: researchConfig(flags.config, flags.stage, flags.capital, flags.set),
    },
    bar.show,
  );
  bar.clear();
  const text = `${JSON.stringify(report)}\n`;
  if (flags.out !== undefined) writeWhole(resolve(flags.out), text);
  if (flags.html !== undefined) writeWhole(resolve(flags.html), reportPage(report, pricesOf(market, report)));
  if (flags.json === true) process.stdout.write(text);
  else console.log(summaryText(report, performance.now() - startMs));
}

export function parseList(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) throw new InvalidArgumentError('Use names with commas between them.');
  return parts;
}

/** Help shows a default as JSON, and exact money has none. */
export function capitalOption(): Option {
  return new Option('--capital <usd>', 'cash to begin with').argParser(parseCapital).default(usd('10000'), '10000');
}

function parseCapital(text: string): Usd {
  if (!/^\d{1,12}(?:\.\d{1,2})?$/.test(text) || Number(text) === 0) {
    throw new InvalidArgumentError('Use dollars above 0, such as 10000 or 2500.50.');
  }
  return usd(text);
}

export function parseFees(text: string): BpsPair {
  const match = /^(\d{1,4}(?:\.\d{1,4})?)\/(\d{1,4}(?:\.\d{1,4})?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Use maker/taker in basis points, such as 60/120.');
  return { maker: Number(match[1]), taker: Number(match[2]) };
}

function parseLatency(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Use bars from 1 to 99; 1 is the next bar.');
  return Number(text);
}

export function parseSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 0 to 999999999.');
  return Number(text);
}
