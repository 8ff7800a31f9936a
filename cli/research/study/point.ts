import type { CandleStore } from '../../../shared/adapters/candles/candle-store.ts';
import type { Stage } from '../../../shared/config/stages.ts';
import { FRICTIONLESS, PESSIMISTIC } from '../../../shared/core/backtest/fill-model.ts';
import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import type { Interval } from '../../../shared/core/market/interval.ts';
import { usd } from '../../../shared/core/money/fixed.ts';
import { type BpsPair, backtest } from '../backtest/run.ts';
import { researchConfig } from '../backtest/stage-config.ts';
import { dailyOf } from './daily.ts';
import type { PointRecord } from './point-record.ts';
import { tripCosts } from './trip-costs.ts';

/** What all backtests of a study have in common. Plain data: it goes to other threads. */
export interface StudyInputs {
  readonly data: string;
  readonly interval: Interval;
  readonly symbols: readonly string[] | undefined;
  readonly quote: string;
  /** Decimal text. */
  readonly capital: string;
  readonly seed: number;
  readonly stage: Stage;
  readonly config: string;
  readonly changes: readonly string[];
}

/** One backtest of a study. */
export interface Point {
  /** Beside the study's own, as of `trader backtest --set`. */
  readonly changes: readonly string[];
  /** undefined: as the stage enables them. */
  readonly strategies: readonly string[] | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  /** null: as policy.yaml says. */
  readonly fees: BpsPair | null;
  /** Times the spread and the impact of the documented fill model. */
  readonly costFactor: number;
  /** Round trips are kept one by one: what an admission asks for. */
  readonly keepsTrips: boolean;
}

export type OnBars = (done: number, slots: number) => void;

/** The one place where a study meets the backtest. */
export function runPoint(
  inputs: StudyInputs,
  point: Point,
  store: CandleStore,
  onBars: OnBars,
): Omit<PointRecord, 'key'> {
  const capital = usd(inputs.capital);
  const report = backtest(
    {
      data: inputs.data,
      interval: inputs.interval,
      from: point.fromMs,
      to: point.toMs,
      symbols: inputs.symbols,
      strategies: point.strategies,
      quote: inputs.quote,
      capital,
      fees: point.fees ?? undefined,
      seed: inputs.seed,
      stage: researchConfig(inputs.config, inputs.stage, capital, [...inputs.changes, ...point.changes]),
      model: modelOf(point.costFactor),
      store,
    },
    onBars,
  );
  return recordOf(report, point.keepsTrips);
}

function modelOf(factor: number): typeof PESSIMISTIC {
  const { spreadFactor, impactBpsAtCap, maxVolumeShare } = PESSIMISTIC;
  if (factor === 0) return { ...FRICTIONLESS, maxVolumeShare };
  return { spreadFactor: spreadFactor * factor, impactBpsAtCap: impactBpsAtCap * factor, maxVolumeShare };
}

function recordOf(report: BacktestReport, keepsTrips: boolean): Omit<PointRecord, 'key'> {
  const { run, metrics, final } = report;
  return {
    run,
    metrics,
    daily: dailyOf(report).map(({ timeMs, equity, benchmark }) => [timeMs, equity, benchmark]),
    open_value_usd: Math.max(0, Number(final.equity_usd) - Number(final.cash_usd)),
    trips: keepsTrips ? tripCosts(report) : null,
  };
}
