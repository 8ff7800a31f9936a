import { rounded, roundedOrNull, timeText } from '../../../shared/core/backtest/rounding.ts';
import { meanOf } from '../../../shared/core/statistics/moments.ts';
import { type Choice, ranking, scoreOf } from '../study/criterion.ts';
import { returnsOf } from '../study/daily.ts';
import { type Axis, changesOf, type Params } from '../study/grid.ts';
import type { PointRecord } from '../study/point-record.ts';
import { factsOf } from '../study/study-facts.ts';
import { deflationOf, haircutsOf } from '../study/trials.ts';
import { type Redraw, worthOf } from '../study/worth.ts';
import { paramsOf } from '../sweep/sweep.ts';
import { betaOf, closingCost, curveFigures, heldCurve, stitched, windowReturnPct } from './stitch.ts';
import type { WalkforwardReport } from './walkforward-schema.ts';
import type { Window, WindowPlan } from './windows.ts';

/** What a training found. */
export interface Fitted {
  readonly params: Params;
  /** false: no point qualified, so nothing is changed. */
  readonly isChosen: boolean;
  readonly place: number;
}

/** The best point of a training by the criterion; the shipped parameters where none qualifies. */
export function fitted(points: readonly Params[], records: readonly PointRecord[], choice: Choice): Fitted {
  const metrics = records.map((record) => record.metrics);
  const place = ranking(metrics, choice)[0] ?? 0;
  const winner = metrics[place];
  const isChosen = winner !== undefined && scoreOf(winner, choice) !== null;
  return { params: isChosen ? (points[place] as Params) : {}, isChosen, place };
}

export interface WalkedWindow {
  readonly window: Window;
  readonly fit: Fitted | null;
  /** Of every point of the grid on the training. */
  readonly trained: readonly PointRecord[];
  readonly tested: PointRecord;
}

export interface Walked {
  readonly plan: WindowPlan;
  readonly isFitted: boolean;
  readonly axes: readonly Axis[];
  readonly windows: readonly WalkedWindow[];
  /** How many ways were tried, those of other days included. */
  readonly trials: number;
}

export function walkforwardReport(walked: Walked, choice: Choice, redraw: Redraw): WalkforwardReport {
  const { plan, isFitted, axes, windows, trials } = walked;
  const tests = windows.map(({ tested }) => tested);
  const points = stitched(tests);
  const held = heldCurve(points);
  const untestedMs = (windows.length - 1) * (plan.stepMs - plan.testMs);
  const own = curveFigures(points, untestedMs);
  const benchmark = held === null ? null : curveFigures(held, untestedMs);
  const returns = returnsOf(points.map(({ equity }) => equity));
  const days = (ms: number) => rounded(ms / 86_400_000, 4);
  const span = {
    from: timeText(windows[0]?.window.test.fromMs ?? 0),
    to: timeText(windows.at(-1)?.window.test.toMs ?? 0),
  };
  return {
    format: 1,
    kind: 'walkforward',
    // The last test has seen the bars of all, and the coins that were listed on the way.
    run: factsOf(tests.at(-1) as PointRecord, changesOf(windows.at(-1)?.fit?.params ?? {}), span),
    mode: isFitted ? plan.mode : 'no_fit',
    train_days: days(plan.trainMs),
    test_days: days(plan.testMs),
    step_days: days(plan.stepMs),
    embargo_days: days(plan.embargoMs),
    grid: axes.map(({ path, values }) => ({ path, values: values.map((each) => paramsOf({ each })['each'] ?? '') })),
    choice: { criterion: choice.criterion, min_round_trips: choice.minTrips },
    windows: windows.map(windowRow),
    out_of_sample: own,
    benchmark,
    beta: betaOf(points),
    excess_return_pct: benchmark === null ? null : rounded(own.total_return_pct - benchmark.total_return_pct, 6),
    round_trips: sumOf(tests, ({ metrics }) => metrics.round_trips),
    fees_paid_usd: rounded(
      sumOf(tests, ({ metrics }) => metrics.fees_paid_usd),
      6,
    ),
    windows_won: tests.filter((test) => windowReturnPct(test) > 0).length,
    windows_above_benchmark: tests.filter(
      (test) => windowReturnPct(test) > (test.metrics.benchmark_return_pct ?? Number.POSITIVE_INFINITY),
    ).length,
    train_sharpe: meanSharpe(windows.flatMap(({ fit, trained }) => (fit?.isChosen ? (trained[fit.place] ?? []) : []))),
    test_sharpe: meanSharpe(tests),
    worth: worthOf(returns, held === null ? null : returnsOf(held.map(({ equity }) => equity)), redraw),
    haircut: haircutAmong(returns, trials),
    trials,
    equity: points.map(({ timeMs, equity, benchmark: other }) => ({
      time: timeText(timeMs),
      equity: rounded(equity, 8),
      benchmark: roundedOrNull(other, 8),
    })),
  };
}

function windowRow({ window, fit, trained, tested }: WalkedWindow): WalkforwardReport['windows'][number] {
  const { train, test } = window;
  const trainedBest = fit === null ? undefined : trained[fit.place];
  return {
    train:
      fit === null || trainedBest === undefined
        ? null
        : {
            from: timeText(train.fromMs),
            to: timeText(train.toMs),
            params: paramsOf(fit.params),
            is_chosen: fit.isChosen,
            metrics: trainedBest.metrics,
            deflation: deflationOf(
              trained.map(({ daily }) => returnsOf(daily.map(([, equity]) => equity))),
              fit.place,
            ),
          },
    test: {
      from: timeText(test.fromMs),
      to: timeText(test.toMs),
      metrics: tested.metrics,
      closing_cost_usd: rounded(closingCost(tested), 6),
      return_pct: windowReturnPct(tested),
    },
  };
}

/** The others showed at best as much: one test among so many, at the strictest. */
function haircutAmong(returns: readonly number[], trials: number): WalkforwardReport['haircut'] {
  const [own] = haircutsOf([returns, ...Array.from({ length: trials - 1 }, () => [])]);
  return own as WalkforwardReport['haircut'];
}

function meanSharpe(records: readonly PointRecord[]): number | null {
  const ratios = records.flatMap(({ metrics }) => metrics.sharpe ?? []);
  return ratios.length === 0 ? null : rounded(meanOf(ratios), 6);
}

function sumOf(records: readonly PointRecord[], of: (record: PointRecord) => number): number {
  return records.reduce((sum, record) => sum + of(record), 0);
}
