import { Command, InvalidArgumentError, Option } from 'commander';
import { type CandleCheck, checkCandleFile, checkParquetFile } from '../../shared/adapters/candles/check-candles.ts';
import { PARQUET_SUFFIX } from '../../shared/adapters/candles/parquet.ts';
import { INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import { checkText, importText, synthText } from '../render/data-view.ts';
import { paintFor } from '../render/paint.ts';
import { withProgress, withProgressWaiting } from '../render/progress.ts';
import { candleFilesIn } from '../research/candle-inputs.ts';
import { importCandles } from '../research/import-candles.ts';
import { type SynthOptions, synthCandles, synthSteps } from '../research/synth-candles.ts';
import { parseUtcTime } from '../utc-time.ts';
import { downloadCommand } from './data-download.ts';
import { productsCommand } from './data-products.ts';

const REPLACE = 'write over other bars of the same symbol and interval';

const IMPORT_EXAMPLES = `
CSV files are named <BASE>-<QUOTE>_<interval>.csv or .csv.gz and hold the columns time,open,high,low,close,volume: time in
unix seconds UTC of the bar's opening, ascending, on the interval's grid; plain decimals; volume in coins. Every row is
checked; the first faulty one stops the import and is named by file and line. Parquet files are named alike (.parquet)
and have the same columns, time in unix seconds or as a timestamp; every usual compression is read.
A file is written whole or not at all, so an interrupted import can simply be repeated.

Examples:
  trader data import candles/*.csv.gz --out data
  trader data import candles --out data --quote USD        BTC-USDT is kept as BTC-USD
  trader data import BTC-USD_1h.parquet --out data`;

const CHECK_EXAMPLES = `
Every file is read to its end. Faults are values that cannot be: prices out of order, times off the grid, repeated or
descending, damaged files. Gaps are shown and are no faults (exchanges have outages, quiet coins have minutes without a
trade) unless --max-gap says how long they may be. Exits 1 when there is a fault.

Examples:
  trader data check data
  trader data check candles --max-gap 60 --json`;

const SYNTH_EXAMPLES = `
The made-up market of the simulator: the same seed, interval and --from always give the same bytes. Its products are kept
beside the candles, known from --from on.

Examples:
  trader data synth --seed 7 --interval 1h --from 2025-01-01 --to 2025-07-01 --out market
  trader data synth --seed 7 --symbols BTC,ETH --interval 1m --from 2025-01-06 --to 2025-01-09 --out market`;

/** `trader data`: candles for research. */
export function dataCommand(): Command {
  return new Command('data')
    .description('get, make, keep and check the candles that research runs on')
    .addCommand(importCommand())
    .addCommand(checkCommand())
    .addCommand(synthCommand())
    .addCommand(downloadCommand())
    .addCommand(productsCommand());
}

interface ImportFlags {
  readonly out: string;
  readonly quote?: string;
  readonly replace?: true;
  readonly json?: true;
}

function importCommand(): Command {
  return new Command('import')
    .description('read CSV and Parquet files into the compact store')
    .argument('<files...>', 'candle files, or folders of them')
    .requiredOption('--out <dir>', 'the folder of the store')
    .option('--quote <currency>', 'the quote currency of the symbols, whatever the files say', parseCurrency)
    .option('--replace', REPLACE)
    .option('--json', 'print one JSON object')
    .addHelpText('after', IMPORT_EXAMPLES)
    .action(async (paths: readonly string[], { out, quote, replace, json }: ImportFlags) => {
      const files = candleFilesIn(paths);
      const imported = await withProgressWaiting({ total: files.length, unit: 'files' }, (progress) =>
        importCandles(files, { out, quote, replaces: replace === true }, progress),
      );
      console.log(json === true ? JSON.stringify({ out, files: imported }) : importText(imported));
    });
}

interface CheckFlags {
  readonly maxGap?: number;
  readonly json?: true;
}

function checkCommand(): Command {
  return new Command('check')
    .description('look for gaps, repetitions, disorder and impossible prices; exits 1 on faults')
    .argument('<dir>', 'a folder of candles, CSV, Parquet or imported, or one file')
    .option('--max-gap <bars>', 'a longer gap is a fault', parseCount)
    .option('--json', 'print one JSON object')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (path: string, { maxGap, json }: CheckFlags) => {
      const checks = await checkedFiles(candleFilesIn([path]), maxGap);
      const faults = checks.reduce((sum, check) => sum + check.faults.length + check.more_faults, 0);
      if (faults > 0) process.exitCode = 1;
      if (json === true) console.log(JSON.stringify({ ok: faults === 0, faults, files: checks }));
      else console.log(checkText(checks, paintFor(process.stdout)));
    });
}

function checkedFiles(files: readonly string[], maxGap: number | undefined): Promise<readonly CandleCheck[]> {
  return withProgressWaiting({ total: files.length, unit: 'files' }, async (progress) => {
    const checks: CandleCheck[] = [];
    for (const [i, file] of files.entries()) {
      progress.at(i, file);
      checks.push(await (file.endsWith(PARQUET_SUFFIX) ? checkParquetFile : checkCandleFile)(file, maxGap));
    }
    return checks;
  });
}

interface SynthFlags {
  readonly seed: number;
  readonly symbols?: readonly string[];
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
  readonly out: string;
  readonly replace?: true;
  readonly json?: true;
}

function synthCommand(): Command {
  return new Command('synth')
    .description("write candles of the simulator's synthetic market")
    .option('--seed <n>', 'another seed is another market', parseCount, 1)
    .option('--symbols <list>', 'coins such as BTC,ETH (default: all 25)', parseBases)
    .addOption(new Option('--interval <interval>', 'length of the bars').choices(INTERVALS).default('1h'))
    .requiredOption('--from <date>', 'first bar, UTC: 2025-01-01', parseUtcTime)
    .requiredOption('--to <date>', 'bars that end by then, UTC', parseUtcTime)
    .requiredOption('--out <dir>', 'the folder of the store')
    .option('--replace', REPLACE)
    .option('--json', 'print one JSON object')
    .addHelpText('after', SYNTH_EXAMPLES)
    .action(({ seed, symbols: bases, interval, from, to, out, replace, json }: SynthFlags) => {
      const options: SynthOptions = { seed, bases, interval, fromMs: from, toMs: to, out, replaces: replace === true };
      const files = withProgress({ total: synthSteps(options), unit: 'pieces' }, (progress) =>
        synthCandles(options, progress),
      );
      console.log(json === true ? JSON.stringify({ out, seed, files }) : synthText(files));
    });
}

function parseCurrency(text: string): string {
  if (!/^[A-Z]{2,8}$/.test(text)) throw new InvalidArgumentError('Use a currency in capitals, such as USD.');
  return text;
}

function parseBases(text: string): readonly string[] {
  return [...new Set(text.split(',').map((part) => part.trim().toUpperCase().replace(/-USD$/, '')))];
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
