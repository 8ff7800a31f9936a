import type { BacktestMetrics } from '../../../shared/core/backtest/report-schema.ts';

/** By what the better of two points is found. */
export const CRITERIA = [
  'sharpe',
  'sortino',
  'calmar',
  'total_return_pct',
  'excess_return_pct',
  'max_drawdown_pct',
  'profit_factor',
  'expectancy_usd',
] as const satisfies readonly (keyof BacktestMetrics)[];

export type Criterion = (typeof CRITERIA)[number];

export interface Choice {
  readonly criterion: Criterion;
  /** A point with fewer round trips than this is not chosen: it shows nothing. */
  readonly minTrips: number;
}

/** More is better; null: not to be chosen. */
export function scoreOf(metrics: BacktestMetrics, { criterion, minTrips }: Choice): number | null {
  const value = metrics[criterion];
  if (value === null || metrics.round_trips < minTrips) return null;
  return criterion === 'max_drawdown_pct' ? -value : value;
}

/** The places of the points, the best first; of equals the one that comes first in the grid. */
export function ranking(points: readonly BacktestMetrics[], choice: Choice): readonly number[] {
  const scores = points.map((metrics) => scoreOf(metrics, choice) ?? Number.NEGATIVE_INFINITY);
  return points.map((_, i) => i).toSorted((a, b) => compared(scores[b] as number, scores[a] as number) || a - b);
}

/** Two that are both minus infinity differ by nothing, not by not a number. */
function compared(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
