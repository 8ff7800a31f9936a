import {
  againstBenchmark,
  type DailyPoint,
  deepestPct,
  returnFigures,
  totalPct,
} from '../../../shared/core/backtest/metrics.ts';
import { rounded, roundedOrNull } from '../../../shared/core/backtest/rounding.ts';
import type { PointRecord } from '../study/point-record.ts';
import type { CurveFigures } from './walkforward-schema.ts';

/**
 * Test windows one after the other, each beginning with what the one before left: a curve that starts at 1. Every window
 * pays for selling what it still holds at its end, since the next one begins with cash.
 */
export function stitched(records: readonly PointRecord[]): readonly DailyPoint[] {
  const points: DailyPoint[] = [];
  let [own, held]: [number, number | null] = [1, 1];
  for (const record of records) {
    const base: { readonly own: number; readonly held: number | null } = { own, held };
    const chained: readonly DailyPoint[] = relative(record).map(({ timeMs, equity, benchmark }) => ({
      timeMs,
      equity: base.own * equity,
      benchmark: times(base.held, benchmark),
    }));
    // A window begins where the one before has ended.
    points.push(...(points.length === 0 ? chained : chained.slice(1)));
    own = chained.at(-1)?.equity ?? own;
    held = chained.at(-1)?.benchmark ?? null;
  }
  return points;
}

/** A window as parts of what it began with. */
function relative(record: PointRecord): readonly DailyPoint[] {
  const daily = closed(record);
  const [first] = daily;
  if (first === undefined) return [];
  return daily.map(({ timeMs, equity, benchmark }) => ({
    timeMs,
    equity: equity / first.equity,
    benchmark: first.benchmark === null || benchmark === null ? null : benchmark / first.benchmark,
  }));
}

function times(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

/** The taker's fee on what was still held. */
export function closingCost({ run, open_value_usd }: PointRecord): number {
  return (open_value_usd * run.taker_fee_bps) / 10_000;
}

function closed(record: PointRecord): readonly DailyPoint[] {
  const { daily } = record;
  return daily.map(([timeMs, equity, benchmark], i) => ({
    timeMs,
    equity: i === daily.length - 1 ? equity - closingCost(record) : equity,
    benchmark,
  }));
}

/** After the closing cost, percent. */
export function windowReturnPct(record: PointRecord): number {
  return rounded(totalPct(closed(record).map(({ equity }) => equity)), 6);
}

export interface CurvePoint {
  readonly timeMs: number;
  readonly equity: number;
}

/** `untestedMs`: days between two tests, on which nothing could be earned. No year counts them. */
export function curveFigures(points: readonly CurvePoint[], untestedMs = 0): CurveFigures {
  const last = points.at(-1);
  const tested = last === undefined ? points : points.with(-1, { ...last, timeMs: last.timeMs - untestedMs });
  const { cagrPct, sharpe, sortino, volatilityPct } = returnFigures(tested);
  const values = points.map(({ equity }) => equity);
  const deepest = deepestPct(values);
  return {
    total_return_pct: rounded(totalPct(values), 6),
    cagr_pct: roundedOrNull(cagrPct, 6),
    sharpe: roundedOrNull(sharpe, 6),
    sortino: roundedOrNull(sortino, 6),
    volatility_pct: roundedOrNull(volatilityPct, 6),
    calmar: cagrPct === null || deepest === 0 ? null : rounded(cagrPct / deepest, 6),
    max_drawdown_pct: rounded(deepest, 6),
  };
}

/** The benchmark's own curve; null where it is not known on every day. */
export function heldCurve(points: readonly DailyPoint[]): readonly CurvePoint[] | null {
  const held = points.flatMap(({ timeMs, benchmark }) => (benchmark === null ? [] : [{ timeMs, equity: benchmark }]));
  return held.length === points.length && held.length > 1 ? held : null;
}

export function betaOf(points: readonly DailyPoint[]): number | null {
  return roundedOrNull(againstBenchmark(points).beta, 6);
}
