import { tableLines } from '../../render/table.ts';
import { paramsText } from '../study/grid.ts';
import { worthLines } from '../study/worth-view.ts';
import type { SweepReport } from './sweep-schema.ts';

const SHOWN = 10;

/** The best points on one screen, and what the first of them is worth. */
export function sweepText({ run, points, worth, deflation, choice, best }: SweepReport): string {
  type Row = SweepReport['points'][number];
  const figure = (title: string, of: (row: Row) => number | null, digits = 2) => ({
    title,
    align: 'right' as const,
    cell: (row: Row) => of(row)?.toFixed(digits) ?? '-',
  });
  const rows = [...points].sort((a, b) => a.rank - b.rank).slice(0, SHOWN);
  return [
    `${run.from.slice(0, 10)} to ${run.to.slice(0, 10)}, ${points.length} points, best by ${choice.criterion}`,
    '',
    ...tableLines(
      [
        figure('rank', ({ rank }) => rank, 0),
        { title: 'point', cell: ({ params }: Row) => paramsText(params) },
        figure('Sharpe', ({ metrics }) => metrics.sharpe),
        figure('haircut', ({ haircut }) => haircut.haircut_sharpe),
        figure('return %', ({ metrics }) => metrics.total_return_pct),
        figure('drawdown %', ({ metrics }) => metrics.max_drawdown_pct),
        figure('trips', ({ metrics }) => metrics.round_trips, 0),
      ],
      rows,
    ),
    '',
    ...(best === null ? [`no point made ${choice.min_round_trips} round trips and has a figure: none is chosen`] : []),
    ...(worth === null ? [] : worthLines(worth, deflation).map(([name, value]) => `${name}: ${value}`)),
  ].join('\n');
}
