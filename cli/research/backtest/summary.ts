import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { tableLines } from '../../render/table.ts';

/** The report on one screen. */
export function summaryText(report: BacktestReport, elapsedMs: number): string {
  const { run, metrics } = report;
  const barsPerSecond = Math.round(run.symbol_bars / (Math.max(1, elapsedMs) / 1000));
  return [
    `${run.from.slice(0, 16)} to ${run.to.slice(0, 16)}, ${run.interval}, ${run.symbols.length} symbols, ${run.strategies.join(', ')}`,
    ...run.adaptations.map((text) => `  note: ${text}`),
    '',
    ...tableLines(
      [
        { title: 'figure', cell: ([name]: Line) => name },
        { title: 'bot', align: 'right', cell: ([, own]: Line) => own },
        { title: `hold`, align: 'right', cell: ([, , held]: Line) => held },
      ],
      linesOf(report),
    ),
    '',
    `${metrics.fills} fills, ${metrics.round_trips} round trips, fees $${metrics.fees_paid_usd.toFixed(2)}, in the market ${metrics.time_in_market_pct.toFixed(1)} % of the time`,
    ...report.gates.map(
      ({ gate, slots, first, last }) =>
        `stopped by ${gate}: ${slots} of ${run.slots} slots, ${first.slice(0, 10)} to ${last.slice(0, 10)}`,
    ),
    `not done: ${topOf(report.rejections.risk)}`,
    `${run.slots} slots, ${run.symbol_bars} symbol bars in ${(elapsedMs / 1000).toFixed(1)} s: ${barsPerSecond} bars/s`,
  ].join('\n');
}

type Line = readonly [name: string, own: string, held: string];

function linesOf({ metrics }: BacktestReport): readonly Line[] {
  const text = (value: number | null, unit = '') => (value === null ? '-' : `${value.toFixed(2)}${unit}`);
  return [
    ['return', text(metrics.total_return_pct, ' %'), text(metrics.benchmark_return_pct, ' %')],
    ['a year', text(metrics.cagr_pct, ' %'), ''],
    ['Sharpe', text(metrics.sharpe), text(metrics.benchmark_sharpe)],
    ['Sortino', text(metrics.sortino), ''],
    ['max drawdown', text(metrics.max_drawdown_pct, ' %'), text(metrics.benchmark_max_drawdown_pct, ' %')],
    ['win rate', text(metrics.win_rate_pct, ' %'), ''],
    ['profit factor', text(metrics.profit_factor), ''],
    ['expectancy', text(metrics.expectancy_usd, ' $'), ''],
    ['beta', text(metrics.beta), ''],
  ];
}

function topOf(counts: Readonly<Record<string, number>>): string {
  const top = Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 6);
  return top.length === 0 ? 'nothing was refused' : top.map(([reason, count]) => `${reason} ${count}`).join(', ');
}
