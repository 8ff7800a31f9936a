import { existsSync, readFileSync } from 'node:fs';
import type { Candles } from '../../shared/core/market/candles.ts';
import { limitLoop, type Outcome } from './limit-loop.ts';
import { randomWalk } from './random-walk.ts';
import { runPack } from './run-pack.ts';
import { runWork } from './run-work.ts';
import { WORKS, type Work } from './work.ts';

export interface WorkFigures {
  readonly bars_per_s: number;
  /** The engine's time over that of the plain loop, bar for bar. */
  readonly ratio: number;
  readonly trades: number;
  readonly equity: number;
  readonly peak_mb: number;
}

export interface PackFigures {
  readonly bars_per_s: number;
  readonly decisions_per_s: number;
  readonly slots: number;
  readonly trades: number;
  readonly peak_mb: number;
}

export type BenchName = 'w1' | 'w2' | 'pack';
export const BENCHES = ['w1', 'w2', 'pack'] as const satisfies readonly BenchName[];

/** The absolute index of the first bar: some day of 2025. */
const FIRST = 28_930_000;
const LOOPS = 31;
const CLOSE = 1e-6;
const PACK_BARS = 4_000;

/** One benchmark in this process. `share`: of its bars; the reference result is only that of all of them. */
export function measure(name: BenchName, share: number, configDir: string): WorkFigures | PackFigures {
  if (name === 'pack') return measurePack(Math.round(PACK_BARS * share), configDir);
  const work = WORKS.find((each) => each.name === name);
  if (work === undefined) throw new Error(`there is no work ${name}`);
  return measureWork({ ...work, bars: Math.round(work.bars * share) }, share === 1 ? work : null, configDir);
}

function measureWork(work: Work, reference: Work | null, configDir: string): WorkFigures {
  const candles = Array.from({ length: work.symbols }, (_, k) => randomWalk(work.seedOf(k), work.bars, FIRST));
  const loopMs = loopTime(candles, work.mostOpen);
  const startMs = performance.now();
  const outcome = runWork(work, candles, configDir);
  const engineMs = performance.now() - startMs;
  checkOutcome(work.name, outcome, limitLoop(candles, work.mostOpen));
  if (reference !== null) checkOutcome(work.name, { ...outcome, equity: rounded(outcome.equity, 4) }, reference);
  return {
    bars_per_s: Math.round((work.symbols * work.bars * 1_000) / engineMs),
    ratio: rounded(engineMs / loopMs, 1),
    trades: outcome.trades,
    equity: rounded(outcome.equity, 4),
    peak_mb: peakMb(),
  };
}

/** The median of many: one run of the loop is over before the machine has got going. */
function loopTime(candles: readonly Candles[], mostOpen: number): number {
  const equity = new Float64Array(candles[0]?.length ?? 0);
  const times = Array.from({ length: LOOPS }, () => {
    const startMs = performance.now();
    limitLoop(candles, mostOpen, equity);
    return performance.now() - startMs;
  });
  return times.sort((a, b) => a - b)[LOOPS >> 1] as number;
}

/** A fast engine that does other work is no fast engine. */
function checkOutcome(name: string, { trades, equity }: Outcome, expected: Outcome): void {
  if (trades === expected.trades && Math.abs(equity - expected.equity) <= CLOSE) return;
  throw new Error(`${name}: ${trades} trades and ${equity}, not ${expected.trades} and ${expected.equity}`);
}

function measurePack(bars: number, configDir: string): PackFigures {
  const { symbolBars, slots, fills, seconds } = runPack(bars, configDir);
  return {
    bars_per_s: Math.round(symbolBars / seconds),
    decisions_per_s: Math.round(slots / seconds),
    slots,
    trades: fills,
    peak_mb: peakMb(),
  };
}

/** Of this process alone where Linux tells; what the operating system counts may hold that of the process that began it. */
function peakMb(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Math.round(Number(kb) / 1_024);
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
