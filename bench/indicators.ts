import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { adx } from '../shared/core/indicators/adx.ts';
import { atr } from '../shared/core/indicators/atr.ts';
import { bollinger } from '../shared/core/indicators/bollinger.ts';
import { donchian } from '../shared/core/indicators/donchian.ts';
import { ema } from '../shared/core/indicators/ema.ts';
import type { Indicator } from '../shared/core/indicators/indicator.ts';
import { keltner } from '../shared/core/indicators/keltner.ts';
import { macd } from '../shared/core/indicators/macd.ts';
import { obv } from '../shared/core/indicators/obv.ts';
import { psar } from '../shared/core/indicators/psar.ts';
import { realisedVolatility } from '../shared/core/indicators/realised-volatility.ts';
import { roc } from '../shared/core/indicators/roc.ts';
import { rsi } from '../shared/core/indicators/rsi.ts';
import { slope } from '../shared/core/indicators/slope.ts';
import { sma } from '../shared/core/indicators/sma.ts';
import { supertrend } from '../shared/core/indicators/supertrend.ts';
import { vwap } from '../shared/core/indicators/vwap.ts';
import { wma } from '../shared/core/indicators/wma.ts';
import { zScore } from '../shared/core/indicators/z-score.ts';
import { type Candles, candlesFrom } from '../shared/core/market/candles.ts';

/**
 * Million values per second of each indicator: one bar pushed and one value read at a time, as a backtest does. Median of
 * the runs, in processor time, for the machine is seldom alone. Goal: 30 for the simple ones.
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '15' },
    /** Measures one alone and prints only its figure. */
    only: { type: 'string' },
  },
});
const BARS = 300_000;
const GOAL = 30;

interface Entry {
  /** Microseconds of processor time for all bars. */
  readonly time: (candles: Candles) => number;
  /** Held to the goal. The others take several passes, several indicators or a logarithm. */
  readonly isSimple: boolean;
}

const ENTRIES: Readonly<Record<string, Entry>> = {
  sma: simple(() => sma(20, 'close')),
  ema: simple(() => ema(20)),
  wma: simple(() => wma(20)),
  rsi: simple(() => rsi(14)),
  atr: simple(() => atr(14)),
  roc: simple(() => roc(10)),
  obv: simple(() => obv()),
  slope: composite(
    () => slope(20),
    (value) => value,
  ),
  vwap: composite(
    () => vwap(20),
    (value) => value,
  ),
  'z-score': composite(
    () => zScore(20),
    (value) => value,
  ),
  bollinger: composite(
    () => bollinger(20, 2),
    ({ upper }) => upper,
  ),
  donchian: composite(
    () => donchian(20),
    ({ high }) => high,
  ),
  keltner: composite(
    () => keltner({ period: 20, atrPeriod: 10, width: 2 }),
    ({ upper }) => upper,
  ),
  macd: composite(
    () => macd({ fast: 12, slow: 26, signal: 9 }),
    ({ histogram }) => histogram,
  ),
  adx: composite(
    () => adx(14),
    ({ adx }) => adx,
  ),
  psar: composite(
    () => psar(0.02, 0.2),
    ({ stop }) => stop,
  ),
  supertrend: composite(
    () => supertrend(10, 3),
    ({ line }) => line,
  ),
  'realised-volatility': composite(
    () => realisedVolatility(30),
    (value) => value,
  ),
};

if (flags.only === undefined) report(Object.keys(ENTRIES).map((name) => [name, measureApart(name)] as const));
else console.log(measure(flags.only));

/** Each in a process of its own: together they would share one call site, and its indirection would be what is measured. */
function measureApart(name: string): number {
  const script = process.argv[1] as string;
  const args = [...process.execArgv, script, '--only', name, '--runs', flags.runs];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  return Number(stdout);
}

function measure(name: string): number {
  const entry = ENTRIES[name];
  if (entry === undefined) throw new Error(`--only ${name}: must be one of ${Object.keys(ENTRIES).join(', ')}`);
  const candles = walk();
  const rates = Array.from({ length: Number(flags.runs) }, () => BARS / entry.time(candles));
  return Math.round(10 * median(rates)) / 10;
}

function simple(make: () => Indicator): Entry {
  return { isSimple: true, time: (candles) => timed(make(), (value) => value, candles) };
}

function composite<Value>(make: () => Indicator<Value>, read: (value: Value) => number): Entry {
  return { isSimple: false, time: (candles) => timed(make(), read, candles) };
}

function timed<Value>(indicator: Indicator<Value>, read: (value: Value) => number, candles: Candles): number {
  let sum = 0;
  const before = process.cpuUsage();
  for (let position = 0; position < BARS; position += 1) {
    indicator.push(candles, position);
    const value = indicator.value();
    // Every value is used: one that is not, the compiler may leave out.
    if (value !== undefined) sum += read(value);
  }
  const { user, system } = process.cpuUsage(before);
  if (!Number.isFinite(sum)) throw new Error(`the values add up to ${sum}`);
  return user + system;
}

/** The same in every run. */
function walk(): Candles {
  let state = 42;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  let close = 100;
  return candlesFrom(
    Array.from({ length: BARS }, (_, index) => {
      const open = close;
      close *= 1 + (random() - 0.5) / 500;
      const high = Math.max(open, close) * (1 + random() / 3000);
      const low = Math.min(open, close) * (1 - random() / 3000);
      return { index, open, high, low, close, volume: 10 + 90 * random() };
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(rates: readonly (readonly [name: string, rate: number])[]): void {
  const isMet = rates.every(([name, rate]) => !ENTRIES[name]?.isSimple || rate >= GOAL);
  if (flags.json) {
    const million_values_per_s = Object.fromEntries(rates);
    console.log(JSON.stringify({ million_values_per_s, goal: GOAL, goal_met: isMet }));
    return;
  }
  for (const [name, rate] of rates) {
    const goal = ENTRIES[name]?.isSimple ? `  goal ${GOAL}` : '';
    console.log(`${name.padEnd(20)} ${rate.toFixed(1).padStart(6)} million values/s${goal}`);
  }
}
