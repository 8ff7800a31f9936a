import type { Paint } from '../../render/paint.ts';
import { tableLines } from '../../render/table.ts';
import { type Column, escaped, section, shown, signOf, table } from '../html/markup.ts';
import { studyPage } from '../html/study-page.ts';
import type { AdmissionReport } from './admission-schema.ts';

type Row = AdmissionReport['strategies'][number];

export function admissionText(report: AdmissionReport, paint: Paint): string {
  const columns = COLUMNS.map(({ title, isFigure, cell }) => ({
    title,
    align: isFigure ? ('right' as const) : ('left' as const),
    cell,
  }));
  const [head = '', ...rows] = tableLines(columns, report.strategies);
  return [
    `${report.run.from.slice(0, 10)} to ${report.run.to.slice(0, 10)}, ${howText(report)}`,
    '',
    head,
    ...rows.map((row, i) => (report.strategies[i]?.verdict === 'clears' ? paint('green', row) : row)),
  ].join('\n');
}

export function admissionPage(report: AdmissionReport): string {
  const cleared = report.strategies.filter(({ verdict }) => verdict === 'clears').length;
  return studyPage({
    title: 'Admission: edge against its own round trip',
    run: report.run,
    notes: [
      howText(report),
      'Basis points of what was bought. A strategy clears when the whole 95 % interval of its net edge lies above zero and stays significant among all strategies (Holm).',
    ],
    cards: [{ name: 'Clear', value: `${cleared} of ${report.strategies.length}` }],
    sections: [
      section(
        'Edge and cost',
        'The bar is the 95 % interval of the edge before costs, the line its own cost.',
        chartOf(report.strategies),
      ),
      section('Strategies', '', table(COLUMNS, report.strategies)),
    ],
  });
}

function howText({ is_alone, min_round_trips }: AdmissionReport): string {
  const account = is_alone ? 'each strategy with the account to itself' : 'all strategies on one account';
  return `${account}, at least ${min_round_trips} round trips`;
}

const figure = (title: string, of: (row: Row) => number | null, digits = 1): Column<Row> => ({
  title,
  isFigure: true,
  cell: (row) => shown(of(row), digits),
});

const COLUMNS: readonly Column<Row>[] = [
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'verdict', cell: ({ verdict }) => (verdict === 'clears' ? 'clears' : 'does not clear') },
  figure('trips', ({ round_trips }) => round_trips, 0),
  figure('edge bps', ({ edge }) => edge.mean_bps),
  { title: '95 %', isFigure: true, cell: ({ edge }) => rangeText(edge.interval) },
  figure('cost bps', ({ cost }) => cost.mean_bps),
  figure('fees', ({ cost }) => cost.fees_bps),
  figure('slippage', ({ cost }) => cost.slippage_bps),
  { ...figure('net bps', ({ net }) => net.mean_bps), mark: ({ net }) => signOf(net.mean_bps ?? 0) },
  { title: '95 %', isFigure: true, cell: ({ net }) => rangeText(net.interval) },
  figure('p (Holm)', ({ p_holm }) => p_holm, 3),
  { title: 'why', cell: ({ why }) => why },
];

function rangeText(interval: Row['net']['interval']): string {
  return interval === null ? '-' : `${shown(interval.low, 1)} to ${shown(interval.high, 1)}`;
}

const WIDTH = 720;
const LEFT = 12;
const ROW = 56;

/** One line a strategy: where its edge may lie, and what it would have to be. */
function chartOf(rows: readonly Row[]): string {
  const known = rows.flatMap(({ strategy, verdict, edge: { mean_bps: edge, interval }, cost: { mean_bps: cost } }) =>
    edge === null || cost === null
      ? []
      : [{ strategy, verdict, edge, cost, from: interval?.low ?? edge, to: interval?.high ?? edge }],
  );
  if (known.length === 0) return '<p class="note">Nothing was traded.</p>';
  const values = known.flatMap(({ cost, from, to }) => [0, cost, from, to]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (value: number) => (LEFT + ((value - low) / Math.max(1e-9, high - low)) * (WIDTH - LEFT - 12)).toFixed(1);
  const lines = known.map(({ strategy, verdict, edge, cost, from, to }, i) => {
    const y = i * ROW + 38;
    const tone = verdict === 'clears' ? 't3' : 't4';
    return `<text class="tick" x="2" y="${y - 16}">${escaped(strategy)}</text><line class="line ${tone}" style="stroke-width:7;opacity:.45" x1="${x(from)}" x2="${x(to)}" y1="${y}" y2="${y}"/><circle class="${tone}" fill="currentColor" r="4" cx="${x(edge)}" cy="${y}"/><line class="mark" x1="${x(cost)}" x2="${x(cost)}" y1="${y - 11}" y2="${y + 11}"/>`;
  });
  const height = known.length * ROW + 30;
  const zero = `<line class="grid" x1="${x(0)}" x2="${x(0)}" y1="4" y2="${height - 22}"/><text class="tick middle" x="${x(0)}" y="${height - 6}">0 bps</text>`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Edge and cost of each strategy">${zero}${lines.join('')}</svg></figure>`;
}
