import { tableLines } from '../../cli/render/table.ts';
import { FAULT_WORDS, FAULTS, type Fault } from './faults.ts';
import type { Break, MatrixRow } from './matrix.ts';

export interface OnceReport {
  readonly points: number;
  readonly faults: number;
  readonly runs: number;
  /** Of them with two faults drawn by the seed. */
  readonly pairs: number;
  readonly duplicates: number;
  readonly lost_fills: number;
  readonly oversells: number;
  /** Reservations, ledger, orders without an end, doubts nobody was told of. */
  readonly others: number;
  readonly lifecycle_states: number;
  /** Scenarios with fewer points than on record. */
  readonly shrunk: readonly string[];
  readonly scenarios: Readonly<Record<string, Omit<MatrixRow, 'scenario' | 'breaks'>>>;
  /** The first of them. */
  readonly breaks: readonly Break[];
}

const MOST_BREAKS = 20;

export function reportOf(
  rows: readonly MatrixRow[],
  faults: readonly Fault[],
  more: Pick<OnceReport, 'pairs' | 'shrunk' | 'lifecycle_states'>,
): OnceReport {
  const sum = (key: 'points' | 'runs' | 'duplicates' | 'lost_fills' | 'oversells' | 'others') =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    points: sum('points'),
    faults: faults.length,
    runs: sum('runs'),
    duplicates: sum('duplicates'),
    lost_fills: sum('lost_fills'),
    oversells: sum('oversells'),
    others: sum('others'),
    ...more,
    scenarios: Object.fromEntries(rows.map(({ scenario, breaks: _breaks, ...row }) => [scenario, row])),
    breaks: rows.flatMap(({ breaks }) => breaks).slice(0, MOST_BREAKS),
  };
}

export function isProven({ duplicates, lost_fills, oversells, others, shrunk }: OnceReport): boolean {
  return duplicates + lost_fills + oversells + others + shrunk.length === 0;
}

/** Points x faults x result, for a person. */
export function reportLines(
  rows: readonly MatrixRow[],
  report: OnceReport,
  faults: readonly Fault[],
): readonly string[] {
  const breaks = rows.flatMap((row) => row.breaks);
  return [
    ...scenarioTable(rows),
    '',
    ...faultTable(faults, report.points, breaks),
    '',
    ...report.breaks.flatMap(({ scenario, fault, point, call, what }) => [
      `BREAK  ${scenario}, ${fault} at call ${point} (${call})`,
      ...what.map((line) => `       ${line}`),
    ]),
    ...report.shrunk.map((line) => `SHRUNK ${line}`),
    ...(report.shrunk.length > 0
      ? ['If that is on purpose: npm run prove:once -- --record, and commit points.json.']
      : []),
    `order lifecycle: ${report.lifecycle_states} states walked`,
    `${report.points} points x ${report.faults} faults, and ${report.pairs} pairs of faults: ${report.runs} runs, ${isProven(report) ? 'no break' : 'BROKEN'}`,
  ];
}

function scenarioTable(rows: readonly MatrixRow[]): readonly string[] {
  const figure = (title: string, of: (row: MatrixRow) => number) =>
    ({ title, align: 'right', cell: (row: MatrixRow) => String(of(row)) }) as const;
  return tableLines(
    [
      { title: 'scenario', cell: ({ scenario }) => scenario },
      figure('points', ({ points }) => points),
      figure('runs', ({ runs }) => runs),
      figure('duplicates', ({ duplicates }) => duplicates),
      figure('lost fills', ({ lost_fills }) => lost_fills),
      figure('oversells', ({ oversells }) => oversells),
      figure('others', ({ others }) => others),
    ],
    rows,
  );
}

function faultTable(faults: readonly Fault[], points: number, breaks: readonly Break[]): readonly string[] {
  return tableLines(
    [
      { title: 'fault', cell: (fault: Fault) => fault },
      { title: 'runs', align: 'right', cell: () => String(points) },
      {
        title: 'breaks',
        align: 'right',
        cell: (fault) => String(breaks.filter((found) => found.fault === fault).length),
      },
      { title: 'what happens at the call', cell: (fault) => FAULT_WORDS[fault] },
    ],
    FAULTS.filter((fault) => faults.includes(fault)),
  );
}
