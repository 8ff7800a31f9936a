import { rounded } from '../../../shared/core/backtest/rounding.ts';
import { edgeOf } from '../study/edge.ts';
import type { PointRecord } from '../study/point-record.ts';
import type { StudyFacts } from '../study/study-facts.ts';
import type { Redraw } from '../study/worth.ts';
import type { SensitivityReport } from './sensitivity-schema.ts';

export interface Factors {
  readonly fee: number;
  readonly cost: number;
}

export interface Stressed {
  readonly run: StudyFacts;
  readonly feeFactors: readonly number[];
  readonly costFactors: readonly number[];
  readonly points: readonly { readonly factors: Factors; readonly record: PointRecord }[];
}

type Row = SensitivityReport['points'][number];

/** The same bot under other fees, spreads and impacts. */
export function sensitivityReport(
  { run, feeFactors, costFactors, points }: Stressed,
  redraw: Redraw,
): SensitivityReport {
  const rows = points.map(
    ({ factors, record }): Row => ({
      fee_factor: factors.fee,
      cost_factor: factors.cost,
      maker_fee_bps: record.run.maker_fee_bps,
      taker_fee_bps: record.run.taker_fee_bps,
      metrics: record.metrics,
      edge: edgeOf(record.trips ?? [], redraw),
    }),
  );
  return {
    format: 1,
    kind: 'sensitivity',
    run,
    fee_factors: [...feeFactors],
    cost_factors: [...costFactors],
    points: rows,
    edge_dies: costFactors.map((cost) => ({
      cost_factor: cost,
      fee_factor: crossing(
        rows
          .filter(({ cost_factor }) => cost_factor === cost)
          .map(({ fee_factor, metrics }) => ({ at: fee_factor, value: metrics.total_return_pct })),
      ),
    })),
  };
}

/** Where the values first come down through zero; the first place where they begin at or below it; null where they stay above. */
export function crossing(points: readonly { readonly at: number; readonly value: number }[]): number | null {
  const ascending = points.toSorted((a, b) => a.at - b.at);
  const next = ascending.findIndex(({ value }) => value <= 0);
  const [below, above] = [ascending[next], ascending[next - 1]];
  if (below === undefined) return null;
  if (above === undefined) return below.at;
  const share = above.value / (above.value - below.value);
  return rounded(above.at + share * (below.at - above.at), 6);
}
