import { type Choice, ranking, scoreOf } from '../study/criterion.ts';
import { returnsOf } from '../study/daily.ts';
import { type Axis, changesOf, type Params } from '../study/grid.ts';
import type { PointRecord } from '../study/point-record.ts';
import { factsOf } from '../study/study-facts.ts';
import { deflationOf, haircutsOf } from '../study/trials.ts';
import { type Redraw, worthOf } from '../study/worth.ts';
import type { SweepReport } from './sweep-schema.ts';

export interface Swept {
  readonly axes: readonly Axis[];
  readonly points: readonly Params[];
  /** Of the points, in their order. */
  readonly records: readonly PointRecord[];
}

/** A pure function of the finished points: who ran them where does not show. */
export function sweepReport({ axes, points, records }: Swept, choice: Choice, redraw: Redraw): SweepReport {
  const order = ranking(
    records.map(({ metrics }) => metrics),
    choice,
  );
  const trials = records.map(({ daily }) => returnsOf(daily.map(([, equity]) => equity)));
  const haircuts = haircutsOf(trials);
  const first = order[0] ?? 0;
  const winner = records[first] as PointRecord;
  const isChosen = scoreOf(winner.metrics, choice) !== null;
  return {
    format: 1,
    kind: 'sweep',
    run: factsOf(records[0] as PointRecord, changesOf(points[0] ?? {})),
    grid: axes.map(({ path, values }) => ({ path, values: values.map(plain) })),
    choice: { criterion: choice.criterion, min_round_trips: choice.minTrips },
    points: records.map(({ run, metrics }, i) => ({
      params: paramsOf(points[i] as Params),
      config_hash: run.config_hash,
      rank: order.indexOf(i) + 1,
      metrics,
      haircut: haircuts[i] as (typeof haircuts)[number],
    })),
    best: isChosen ? { point: first, params: paramsOf(points[first] as Params) } : null,
    worth: isChosen ? worthOf(trials[first] as readonly number[], benchmarkReturns(winner), redraw) : null,
    deflation: deflationOf(trials, first),
  };
}

export function benchmarkReturns({ daily }: Pick<PointRecord, 'daily'>): readonly number[] | null {
  const held = daily.flatMap(([, , benchmark]) => benchmark ?? []);
  return held.length === daily.length ? returnsOf(held) : null;
}

export function paramsOf(params: Params): SweepReport['points'][number]['params'] {
  return Object.fromEntries(Object.entries(params).map(([path, value]) => [path, plain(value)]));
}

function plain(value: Params[string]): SweepReport['points'][number]['params'][string] {
  return typeof value === 'object' ? [...value] : value;
}
