import type { DailyPoint } from '../../../shared/core/backtest/metrics.ts';
import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';

const DAY_MS = 86_400_000;

/** The points that a report's figures are made of: its first and last slot and every midnight UTC between. */
export function dailyOf({ equity }: Pick<BacktestReport, 'equity'>): readonly DailyPoint[] {
  return equity
    .map(({ time, equity_usd, benchmark_usd }) => ({
      timeMs: Date.parse(time),
      equity: equity_usd,
      benchmark: benchmark_usd,
    }))
    .filter(({ timeMs }, i) => i === 0 || i === equity.length - 1 || timeMs % DAY_MS === 0);
}

/** From each value to the next. */
export function returnsOf(values: readonly number[]): readonly number[] {
  return values.slice(1).map((value, i) => {
    const before = values[i] as number;
    return before > 0 ? value / before - 1 : 0;
  });
}
