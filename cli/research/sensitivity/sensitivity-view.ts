import { tableLines } from '../../render/table.ts';
import { gridHeat } from '../html/grid-heat.ts';
import type { Card } from '../html/head.ts';
import { lineChart } from '../html/line-chart.ts';
import { type Column, section, shown, signOf, table } from '../html/markup.ts';
import { studyPage } from '../html/study-page.ts';
import type { SensitivityReport } from './sensitivity-schema.ts';

type Row = SensitivityReport['points'][number];
type Dies = SensitivityReport['edge_dies'][number];

const IDLE = 'where it no longer trades';

export function sensitivityText(report: SensitivityReport): string {
  const { run, points } = report;
  const columns = COLUMNS.map(({ title, isFigure, cell }) => ({
    title,
    align: isFigure ? ('right' as const) : ('left' as const),
    cell,
  }));
  return [
    `${run.from.slice(0, 10)} to ${run.to.slice(0, 10)}, fees ${run.maker_fee_bps}/${run.taker_fee_bps} bps and the documented fill model as factor 1`,
    '',
    ...tableLines(columns, points),
    '',
    ...report.edge_dies.map((each) => diesText(report, each)),
  ].join('\n');
}

export function sensitivityPage(report: SensitivityReport): string {
  const { fee_factors: fees, cost_factors: costs, points } = report;
  const at = (fee: number, cost: number) => points.find((each) => each.fee_factor === fee && each.cost_factor === cost);
  const chart = (of: (row: Row) => number | null, label: string, unit: string) =>
    lineChart(
      fees.map((fee) => `fees x ${fee}`),
      costs.map((cost, i) => ({
        name: `spread and impact x ${cost}`,
        tone: `t${i % 8}`,
        values: fees.map((fee) => {
          const row = at(fee, cost);
          return row === undefined ? null : of(row);
        }),
      })),
      { label, scale: 'linear', unit },
    );
  const heat = gridHeat({
    rowName: 'spread and impact',
    columnName: 'fees',
    rows: costs.map((cost) => `x ${cost}`),
    columns: fees.map((fee) => `x ${fee}`),
    digits: 2,
    at: (row, column) => at(fees[column] as number, costs[row] as number)?.metrics.total_return_pct ?? null,
    isBest: (row, column) => costs[row] === 1 && fees[column] === 1,
  });
  return studyPage({
    title: 'Sensitivity to fees and slippage',
    run: report.run,
    notes: [
      'The bot knows its fees: at higher ones it trades less, as it would.',
      ...report.edge_dies.map((each) => diesText(report, each)),
    ],
    cards: cardsOf(report),
    sections: [
      section('Return', 'Percent; as it is set today is framed.', heat),
      section(
        'Return against fees',
        '',
        chart(({ metrics }) => metrics.total_return_pct, 'Return against fees', ' %'),
      ),
      section(
        'Net of a round trip against fees',
        'Basis points of what was bought; no line where nothing was.',
        chart(({ edge }) => edge.net.mean_bps, 'Net edge against fees', ' bps'),
      ),
      section('Points', '', table(COLUMNS, points)),
    ],
  });
}

function cardsOf({ points, edge_dies }: SensitivityReport): readonly Card[] {
  const asIs = points.find(({ fee_factor, cost_factor }) => fee_factor === 1 && cost_factor === 1);
  const usual = edge_dies.find(({ cost_factor }) => cost_factor === 1);
  const dies = usual?.fee_factor ?? null;
  return [
    {
      name: 'Return as it is',
      value: shown(asIs?.metrics.total_return_pct ?? null, 2, ' %'),
      tone: signOf(asIs?.metrics.total_return_pct ?? 0),
    },
    { name: 'Edge', value: shown(asIs?.edge.edge.mean_bps ?? null, 1, ' bps'), below: 'a round trip, before costs' },
    { name: 'Cost', value: shown(asIs?.edge.cost.mean_bps ?? null, 1, ' bps'), below: 'of the same' },
    {
      name: 'Return gone at',
      value: dies === null ? 'none of them' : `fees x ${shown(dies)}`,
      ...(usual !== undefined && isIdle(points, usual) && { below: IDLE }),
    },
  ];
}

function diesText({ points }: SensitivityReport, dies: Dies): string {
  const { cost_factor, fee_factor } = dies;
  const where = fee_factor === null ? 'at none of these fees' : `at fees x ${fee_factor.toFixed(2)}`;
  return `Spread and impact x ${cost_factor}: the return is gone ${where}${isIdle(points, dies) ? `, ${IDLE}` : ''}.`;
}

/** A bot that knows its fees stops before its edge does. */
function isIdle(points: readonly Row[], { cost_factor, fee_factor }: Dies): boolean {
  const there = points.find((each) => each.fee_factor === fee_factor && each.cost_factor === cost_factor);
  return there?.metrics.fills === 0;
}

const figure = (title: string, of: (row: Row) => number | null, digits = 2): Column<Row> => ({
  title,
  isFigure: true,
  cell: (row) => shown(of(row), digits),
});

const COLUMNS: readonly Column<Row>[] = [
  figure('fees x', ({ fee_factor }) => fee_factor),
  figure('spread, impact x', ({ cost_factor }) => cost_factor),
  {
    title: 'fees bps',
    isFigure: true,
    cell: ({ maker_fee_bps, taker_fee_bps }) => `${maker_fee_bps}/${taker_fee_bps}`,
  },
  {
    ...figure('return %', ({ metrics }) => metrics.total_return_pct),
    mark: ({ metrics }) => signOf(metrics.total_return_pct),
  },
  figure('Sharpe', ({ metrics }) => metrics.sharpe),
  figure('drawdown %', ({ metrics }) => metrics.max_drawdown_pct),
  figure('round trips', ({ metrics }) => metrics.round_trips, 0),
  figure('edge bps', ({ edge }) => edge.edge.mean_bps, 1),
  figure('cost bps', ({ edge }) => edge.cost.mean_bps, 1),
  { ...figure('net bps', ({ edge }) => edge.net.mean_bps, 1), mark: ({ edge }) => signOf(edge.net.mean_bps ?? 0) },
];
