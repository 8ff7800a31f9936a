import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import * as z from 'zod';
import { BENCHES, type BenchName } from './backtest/measure.ts';

const HELP = `Usage: npm run -s bench:backtest -- [--only w1|w2|pack] [--share S] [--check|--record] [--json]

w1, w2: the work that engines are compared on (bench/backtest/work.ts), once in a plain loop over columns and once through
the bot's own engine, account, risk and exits; both must come to the same trades and the same equity. pack: the whole bot,
five strategies and ten symbols on made-up minute bars. Each in a process of its own; reading files is not in it.

  --only NAME  one of them
  --share S    that part of the bars (1; a twentieth is enough to see a regression)
  --check      exit 1 when the engine takes more than twice the recorded ratio to the loop
  --record     write the ratios to bench/backtest/recorded.json
  --json       {w1: {bars_per_s, ratio, trades, equity, peak_mb}, w2: ..., pack: {bars_per_s, ...}, peak_mb}
`;
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    share: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
/** Where the packages that it asks for are found. */
const COMPILED = join(import.meta.dirname, '..', 'node_modules', '.cache', '247trader', 'bench-backtest.mjs');
const RECORDED = join(import.meta.dirname, 'backtest', 'recorded.json');
/** Machines differ, and so do minutes: what is more than twice as slow as recorded is slower. */
const MOST = 2;
const TRIES = 4;

const ratios = z.strictObject({ share: z.number(), w1: z.number().positive(), w2: z.number().positive() });
const figuresSchema = z.looseObject({
  bars_per_s: z.number(),
  ratio: z.number().optional(),
  trades: z.number(),
  peak_mb: z.number(),
});
type Figures = z.output<typeof figuresSchema>;

if (flags.help) console.log(HELP);
else {
  buildSync({
    entryPoints: [join(import.meta.dirname, 'backtest', 'engine-process.ts')],
    outfile: COMPILED,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  report();
}

function report(): void {
  const names = flags.only === undefined ? BENCHES : [nameOf(flags.only)];
  const measured = Object.fromEntries(names.map((name) => [name, inOwnProcess(name)]));
  const peak_mb = Math.max(...Object.values(measured).map((each) => each.peak_mb));
  if (flags.json) console.log(JSON.stringify({ ...measured, peak_mb }));
  else for (const [name, each] of Object.entries(measured)) console.log(lineOf(name, each));
  if (flags.record) record(measured);
  if (flags.check) check(measured);
}

/**
 * Of plain Node, without what compiles: it would count as the engine's memory. With the collector set as for `npm run
 * trader`: left alone it lets hundreds of megabytes lie about.
 */
function inOwnProcess(name: BenchName): Figures {
  const args = [...collectorFlags(), COMPILED, name, flags.share, join(import.meta.dirname, '..', 'config')];
  return figuresSchema.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
}

function collectorFlags(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  const { scripts } = z.object({ scripts: z.object({ trader: z.string() }) }).parse(JSON.parse(text));
  return scripts.trader.split(' ').filter((word) => word.startsWith('--'));
}

function nameOf(text: string | undefined): BenchName {
  const name = BENCHES.find((each) => each === text);
  if (name === undefined) throw new RangeError(`--only ${text}: use one of ${BENCHES.join(', ')}`);
  return name;
}

function lineOf(name: string, { bars_per_s, ratio, trades, peak_mb }: Figures): string {
  const against = ratio === undefined ? '' : `, ${ratio} times the plain loop`;
  return `${name.padEnd(4)} ${bars_per_s} symbol bars/s${against}, ${trades} trades, peak ${peak_mb} MB`;
}

function record(measured: Readonly<Record<string, Figures>>): void {
  const { w1, w2 } = measured;
  const recorded = ratios.parse({
    share: Number(flags.share),
    w1: medianOf('w1', w1?.ratio),
    w2: medianOf('w2', w2?.ratio),
  });
  writeFileSync(RECORDED, `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Of five measurements, the first among them. */
function medianOf(name: BenchName, first: number | undefined): number | undefined {
  if (first === undefined) return undefined;
  const others = Array.from({ length: 4 }, () => inOwnProcess(name).ratio ?? first);
  return [first, ...others].sort((a, b) => a - b)[2];
}

/** A busy moment slows one measurement down; code that is slower slows all of them. */
function bestOf(name: BenchName, first: number | undefined, limit: number): number | undefined {
  let best = first;
  for (let again = 1; best !== undefined && best > limit && again < TRIES; again += 1) {
    best = Math.min(best, inOwnProcess(name).ratio ?? best);
  }
  return best;
}

function check(measured: Readonly<Record<string, Figures>>): void {
  const recorded = ratios.parse(JSON.parse(readFileSync(RECORDED, 'utf8')));
  // The first bars are the slowest: until the machine has got going.
  if (recorded.share !== Number(flags.share)) throw new RangeError(`--check compares with --share ${recorded.share}`);
  for (const name of ['w1', 'w2'] as const) {
    const limit = recorded[name] * MOST;
    const ratio = bestOf(name, measured[name]?.ratio, limit);
    if (ratio === undefined) continue;
    console.log(
      `${ratio <= limit ? 'kept  ' : 'BROKEN'} ${name}: ${ratio} times the loop, recorded ${recorded[name]}, limit ${limit}`,
    );
    if (ratio > limit) process.exitCode = 1;
  }
}
