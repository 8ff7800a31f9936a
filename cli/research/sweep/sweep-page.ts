import { gridHeat } from '../html/grid-heat.ts';
import type { Card } from '../html/head.ts';
import { type Column, section, shown, signOf, table } from '../html/markup.ts';
import { studyPage } from '../html/study-page.ts';
import { scoreOf } from '../study/criterion.ts';
import { paramsText, shortName, valueText } from '../study/grid.ts';
import { intervalText, worthTable } from '../study/worth-view.ts';
import type { SweepReport } from './sweep-schema.ts';

type Row = SweepReport['points'][number];
type Axis = SweepReport['grid'][number];

/** More rows than this are slow on a phone; the JSON report has all. */
const MOST_ROWS = 300;
const MOST_MAPS = 6;

export function sweepPage(report: SweepReport): string {
  const { deflation, choice } = report;
  const notes = [
    report.best === null
      ? `No point made ${choice.min_round_trips} round trips and has a figure: none is chosen.`
      : `Best: ${paramsText(report.best.params)}`,
    `Of ${deflation.trials} points the best by ${choice.criterion} is the luckiest as well: read it by the deflated ratio, and look at its neighbours.`,
  ];
  return studyPage({
    title: `Sweep of ${report.grid.map(({ path }) => shortName(path)).join(', ') || 'one point'}`,
    run: report.run,
    notes,
    cards: cardsOf(report),
    sections: [
      section(`${choice.criterion} over the grid`, mapNote(report.grid.length), mapsOf(report)),
      ...(report.worth === null ? [] : [section('What the best is worth', '', worthTable(report.worth, deflation))]),
      section('Points', pointsNote(report.points.length), pointTable(report)),
    ],
  });
}

function cardsOf({ best, worth, deflation, points }: SweepReport): readonly Card[] {
  const metrics = best === null ? null : (points[best.point] as Row).metrics;
  return [
    { name: 'Sharpe', value: shown(metrics?.sharpe ?? null), below: `95 % ${intervalText(worth?.interval ?? null)}` },
    { name: 'By luck alone', value: shown(deflation.expected_maximum_sharpe), below: `best of ${deflation.trials}` },
    { name: 'Deflated', value: share(deflation.deflated_sharpe), below: 'probably more than luck' },
    {
      name: 'Return',
      value: shown(metrics?.total_return_pct ?? null, 2, ' %'),
      tone: signOf(metrics?.total_return_pct ?? 0),
    },
    { name: 'Holding', value: shown(metrics?.benchmark_return_pct ?? null, 2, ' %') },
  ];
}

export function share(value: number | null): string {
  return value === null ? '-' : shown(value * 100, 1, ' %');
}

function mapNote(axes: number): string {
  return axes > 2 ? 'Every pair of parameters; a cell is the median over all others.' : 'The best point is framed.';
}

/** One axis is a row; of more, every pair. */
function mapsOf(report: SweepReport): string {
  const { grid } = report;
  const [only] = grid;
  if (only === undefined) return '<p class="note">There is nothing to compare.</p>';
  const nothing: Axis = { path: '', values: [''] };
  const pairs = grid.flatMap((a, i) => grid.slice(i + 1).map((b) => [a, b] as const));
  return (pairs.length === 0 ? [[nothing, only] as const] : pairs.slice(0, MOST_MAPS))
    .map(([down, across]) => mapOf(report, down, across))
    .join('');
}

function mapOf({ points, choice, best }: SweepReport, down: Axis, across: Axis): string {
  const how = { criterion: choice.criterion, minTrips: choice.min_round_trips };
  const isAt = ({ params }: Pick<Row, 'params'>, axis: Axis, i: number) =>
    axis.path === '' || JSON.stringify(params[axis.path]) === JSON.stringify(axis.values[i]);
  return gridHeat({
    rowName: shortName(down.path) || choice.criterion,
    columnName: shortName(across.path),
    rows: down.values.map(valueText),
    columns: across.values.map(valueText),
    digits: 2,
    at: (row, column) => {
      const here = points.filter((point) => isAt(point, down, row) && isAt(point, across, column));
      return medianOf(here.flatMap(({ metrics }) => scoreOf(metrics, how) ?? []));
    },
    isBest: (row, column) => best !== null && isAt(best, down, row) && isAt(best, across, column),
  });
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  if (sorted.length === 0) return null;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

function pointsNote(count: number): string {
  return count > MOST_ROWS ? `The first ${MOST_ROWS} of ${count} by rank; the JSON report has all.` : 'By rank.';
}

function pointTable({ points }: SweepReport): string {
  const figure = (title: string, of: (row: Row) => number | null, digits = 2, unit = ''): Column<Row> => ({
    title,
    isFigure: true,
    cell: (row) => shown(of(row), digits, unit),
  });
  const columns: readonly Column<Row>[] = [
    figure('rank', ({ rank }) => rank, 0),
    { title: 'point', cell: ({ params }) => paramsText(params) },
    figure('Sharpe', ({ metrics }) => metrics.sharpe),
    figure('after haircut', ({ haircut }) => haircut.haircut_sharpe),
    figure('p', ({ haircut }) => haircut.p, 3),
    figure('p (Holm)', ({ haircut }) => haircut.p_holm, 3),
    figure('return', ({ metrics }) => metrics.total_return_pct, 2, ' %'),
    figure('drawdown', ({ metrics }) => metrics.max_drawdown_pct, 2, ' %'),
    figure('round trips', ({ metrics }) => metrics.round_trips, 0),
    figure('profit factor', ({ metrics }) => metrics.profit_factor),
    figure('fees $', ({ metrics }) => metrics.fees_paid_usd),
  ];
  return table(columns, [...points].sort((a, b) => a.rank - b.rank).slice(0, MOST_ROWS));
}
