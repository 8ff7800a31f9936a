import type { CandleCheck, CandleFault } from '../../shared/adapters/candles/check-candles.ts';
import type { DownloadedFile } from '../research/download-candles.ts';
import type { ImportedFile } from '../research/import-candles.ts';
import type { SynthesizedFile } from '../research/synth-candles.ts';
import { minuteOf } from './figures.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

export function importText(files: readonly ImportedFile[]): string {
  return tableLines<ImportedFile>(
    [
      ...COMMON,
      { title: 'hash', cell: ({ data_hash }) => shortHash(data_hash) },
      { title: '', cell: ({ outcome }) => outcome },
      { title: 'from', cell: ({ file }) => file },
    ],
    files,
  ).join('\n');
}

export function synthText(files: readonly SynthesizedFile[]): string {
  const columns: readonly Column<SynthesizedFile>[] = [
    ...COMMON,
    { title: 'hash', cell: ({ data_hash }) => shortHash(data_hash) },
    { title: 'file', cell: ({ file }) => file },
  ];
  return tableLines(columns, files).join('\n');
}

export function downloadText(files: readonly DownloadedFile[], checks: readonly CandleCheck[], paint: Paint): string {
  const columns: readonly Column<DownloadedFile>[] = [
    ...COMMON,
    { title: 'new', align: 'right', cell: ({ new_bars }) => count(new_bars) },
    { title: 'calls', align: 'right', cell: ({ calls }) => count(calls) },
    { title: 'hash', cell: ({ data_hash }) => shortHash(data_hash) },
    { title: 'file', cell: ({ file }) => file },
  ];
  return [...tableLines(columns, files), '', checkText(checks, paint)].join('\n');
}

/** A line a file, then every fault with its place. */
export function checkText(checks: readonly CandleCheck[], paint: Paint): string {
  const [header = '', ...lines] = tableLines(CHECKS, checks);
  const faults = checks.flatMap((check) => check.faults);
  const more = checks.reduce((sum, { more_faults }) => sum + more_faults, 0);
  const all = faults.length + more;
  return [
    paint('dim', header),
    ...lines.map((line, i) => (faultsOf(checks[i]) > 0 ? paint('red', line) : line)),
    ...faults.map((fault) => `${placeOf(fault)}: ${fault.problem}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    all === 0 ? 'no faults' : paint('red', `${all} ${all === 1 ? 'fault' : 'faults'}`),
  ].join('\n');
}

function placeOf({ file, line }: CandleFault): string {
  return line === null ? file : `${file}:${line}`;
}

function faultsOf(check: CandleCheck | undefined): number {
  return check === undefined ? 0 : check.faults.length + check.more_faults;
}

const COMMON: readonly Column<Pick<ImportedFile, 'symbol' | 'interval' | 'bars'>>[] = [
  { title: 'symbol', cell: ({ symbol }) => symbol },
  { title: 'interval', cell: ({ interval }) => interval },
  { title: 'bars', align: 'right', cell: ({ bars }) => count(bars) },
];

const CHECKS: readonly Column<CandleCheck>[] = [
  ...COMMON,
  { title: 'first', cell: ({ first }) => timeText(first) },
  { title: 'last', cell: ({ last }) => timeText(last) },
  { title: 'gaps', align: 'right', cell: ({ gaps }) => count(gaps) },
  { title: 'missing', align: 'right', cell: ({ missing_bars }) => count(missing_bars) },
  {
    title: 'longest',
    cell: ({ longest_gap: gap }) => (gap === null ? '' : `${count(gap.bars)} from ${timeText(gap.from)}`),
  },
  { title: 'no volume', align: 'right', cell: ({ zero_volume_bars }) => count(zero_volume_bars) },
  { title: 'faults', align: 'right', cell: (check) => count(faultsOf(check)) },
];

function timeText(iso: string | null): string {
  return iso === null ? '' : minuteOf(Date.parse(iso));
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
