import type { Deviation } from '../research/baseline/compare.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

/** One line per metric, red where it is too far from its baseline. */
export function baselineText(rows: readonly Deviation[], paint: Paint): string {
  const [header = '', ...lines] = tableLines(COLUMNS, rows);
  return [paint('dim', header), ...lines.map((line, i) => (rows[i]?.ok === false ? paint('red', line) : line))].join(
    '\n',
  );
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 4 });

const COLUMNS: readonly Column<Deviation>[] = [
  { title: 'market', cell: ({ market }) => market },
  { title: 'metric', cell: ({ metric }) => metric },
  { title: 'old', align: 'right', cell: ({ old }) => (old === null ? 'none' : figure(old)) },
  { title: 'new', align: 'right', cell: (row) => figure(row.new) },
  {
    title: 'deviation',
    align: 'right',
    cell: ({ deviation_pct: percent }) =>
      percent === null ? 'new' : `${percent > 0 ? '+' : ''}${percent.toFixed(2)}%`,
  },
  { title: 'verdict', cell: ({ ok, old }) => (ok ? 'ok' : old === null ? 'NO BASELINE' : 'MOVED') },
];
