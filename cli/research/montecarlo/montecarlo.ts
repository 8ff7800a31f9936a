import { deepestPct, returnFigures, totalPct } from '../../../shared/core/backtest/metrics.ts';
import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { rounded, roundedOrNull } from '../../../shared/core/backtest/rounding.ts';
import type { Bootstrap } from '../../../shared/core/statistics/bootstrap.ts';
import { quantileOf } from '../../../shared/core/statistics/quantile.ts';
import { type RedrawnPaths, redrawnPaths } from '../../../shared/core/statistics/redrawn-paths.ts';
import { usualBlockLength } from '../../../shared/core/statistics/resample.ts';
import { UserError } from '../../user-error.ts';
import { dailyOf, returnsOf } from '../study/daily.ts';
import { type Redraw, worthOf } from '../study/worth.ts';
import { distributionOf } from './distribution.ts';
import type { MontecarloReport } from './montecarlo-schema.ts';

const DAYS_A_YEAR = 365;
const FAN_POINTS = 100;

/** What else could have become of the days and round trips of one backtest. */
export function montecarloReport(
  report: BacktestReport,
  redraw: Redraw,
  resampling: 'stationary' | 'circular',
): MontecarloReport {
  const daily = dailyOf(report);
  const equities = daily.map(({ equity }) => equity);
  const returns = returnsOf(equities);
  if (returns.length < 2) throw new UserError('the report holds less than two days: there is nothing to redraw');
  const { config_hash, slots: _slots, symbol_bars: _bars, ...run } = report.run;
  const blockLength = redraw.blockLength ?? usualBlockLength(returns.length);
  const { draws, seed } = redraw;
  const paths = redrawnPaths(returns, { resampling: { kind: resampling, blockLength }, draws, seed }, FAN_POINTS);
  const held = daily.flatMap(({ benchmark }) => benchmark ?? []);
  return {
    format: 1,
    kind: 'montecarlo',
    run,
    config_hash,
    draws,
    seed,
    resampling,
    block_days: blockLength,
    observed: {
      total_return_pct: rounded(totalPct(equities), 6),
      max_drawdown_pct: rounded(deepestPct(equities), 6),
      sharpe: roundedOrNull(returnFigures(daily).sharpe, 6),
    },
    days: distributionOf(paths, returns.length, DAYS_A_YEAR),
    trades: tradesOf(report, { resampling: { kind: 'single' }, draws, seed }),
    fan: fanOf(paths),
    worth: worthOf(returns, held.length === daily.length ? returnsOf(held) : null, redraw),
  };
}

function tradesOf(report: BacktestReport, how: Bootstrap): MontecarloReport['trades'] {
  const returns = tripReturns(report);
  if (returns.length < 2) return null;
  const years = (Date.parse(report.run.to) - Date.parse(report.run.from)) / 86_400_000 / DAYS_A_YEAR;
  return distributionOf(redrawnPaths(returns, how, 2), returns.length, returns.length / years);
}

/** What each round trip made, as a share of the equity that stood when it was opened. */
export function tripReturns({ round_trips, equity }: BacktestReport): readonly number[] {
  return round_trips.map(({ opened, pnl_usd }) => {
    // Times are all written alike, so their texts are in the order of time.
    const before = equity.findLast(({ time }) => time <= opened) ?? equity[0];
    return Number(pnl_usd) / (before?.equity_usd ?? Number.POSITIVE_INFINITY);
  });
}

function fanOf({ marks }: RedrawnPaths): MontecarloReport['fan'] {
  return marks.map(({ after, values }) => {
    const ascending = values.toSorted();
    const at = (p: number) => rounded(quantileOf(ascending, p), 6);
    return { day: after, p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) };
  });
}
