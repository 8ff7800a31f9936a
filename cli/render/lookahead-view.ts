import type { ExhibitRow, MuseumReport } from '../research/lookahead/museum.ts';
import type { SweepRow } from '../research/lookahead/sweep.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

export interface LookaheadResult {
  readonly ok: boolean;
  /** How many were swept. */
  readonly strategies: number;
  /** Of all strategies together. */
  readonly bars: number;
  readonly decisions: number;
  readonly leaks: number;
  readonly startup_differences: number;
  readonly interval: string;
  readonly symbols: readonly string[];
  readonly data_hash: string | null;
  readonly rows: readonly SweepRow[];
  readonly museum: MuseumReport;
}

export function lookaheadText(result: LookaheadResult, paint: Paint): string {
  const { rows, museum, strategies, bars, decisions, leaks, startup_differences: starts } = result;
  const [header = '', ...lines] = tableLines(ROWS, rows);
  const [museumHeader = '', ...exhibits] = tableLines(EXHIBITS, museum.exhibits);
  const caught = `museum: ${museum.caught} of ${museum.planted} planted biases caught (${museum.catch_rate_pct}%), ${museum.false_alarms} of ${museum.controls} honest ones accused`;
  return [
    paint('dim', header),
    ...lines.map((line, i) => (isFaulty(rows[i]) ? paint('red', line) : line)),
    ...rows.flatMap(({ strategy, first_leaks }) =>
      first_leaks.map(
        ({ slot, corruption }) => `${strategy} at ${slot}: another future (${corruption}), another decision`,
      ),
    ),
    ...rows.flatMap(({ strategy, failures }) => failures.map((failure) => `${strategy} threw: ${failure}`)),
    '',
    paint('dim', museumHeader),
    ...exhibits,
    '',
    `${strategies} strategies, ${bars} bars, ${decisions} decisions, ${leaks} leaks, ${starts} changed by a longer history`,
    paint(museum.caught === museum.planted && museum.false_alarms === 0 ? 'green' : 'red', caught),
  ].join('\n');
}

function isFaulty(row: SweepRow | undefined): boolean {
  return row !== undefined && (row.leaks > 0 || row.startup_differences > 0 || row.failures.length > 0);
}

const count = (value: number) => value.toLocaleString('en-US');

const ROWS: readonly Column<SweepRow>[] = [
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'on', cell: ({ interval }) => interval },
  { title: 'bars', align: 'right', cell: ({ bars }) => count(bars) },
  { title: 'decisions', align: 'right', cell: ({ decisions }) => count(decisions) },
  { title: 'proposals', align: 'right', cell: ({ proposals }) => count(proposals) },
  { title: 'leaks', align: 'right', cell: ({ leaks }) => count(leaks) },
  { title: 'start-up', align: 'right', cell: ({ startup_differences: differences }) => count(differences) },
];

const EXHIBITS: readonly Column<ExhibitRow>[] = [
  { title: 'planted bias', cell: ({ name }) => name },
  { title: '', cell: ({ leaks }) => (leaks > 0 ? 'caught' : 'MISSED') },
  { title: 'leaks', align: 'right', cell: ({ leaks }) => count(leaks) },
  { title: 'proposals', align: 'right', cell: ({ proposals }) => count(proposals) },
  { title: 'it', cell: ({ bias }) => bias },
];
