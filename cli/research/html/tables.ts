import type { BacktestReport, RoundTrip } from '../../../shared/core/backtest/report-schema.ts';
import { type Column, escaped, section, shown, signOf, table } from './markup.ts';

/** A page with more rows than this is slow on a phone. */
const MOST_ROWS = 500;
const MOST_REASONS = 12;

type Strategy = BacktestReport['strategies'][number];

export function strategyTable({ strategies }: BacktestReport): string {
  const active = strategies.filter(({ proposals, round_trips, failures }) => proposals + round_trips + failures > 0);
  const columns: readonly Column<Strategy>[] = [
    { title: 'strategy', cell: ({ strategy }) => strategy },
    {
      title: 'net $',
      isFigure: true,
      cell: ({ net_pnl_usd }) => shown(net_pnl_usd),
      mark: (row) => signOf(row.net_pnl_usd),
    },
    { title: 'fees $', isFigure: true, cell: ({ fees_usd }) => shown(fees_usd) },
    { title: 'round trips', isFigure: true, cell: ({ round_trips }) => shown(round_trips, 0) },
    { title: 'won', isFigure: true, cell: (row) => wonText(row) },
    { title: 'proposals', isFigure: true, cell: ({ proposals }) => shown(proposals, 0) },
    { title: 'approved', isFigure: true, cell: ({ approved }) => shown(approved, 0) },
    { title: 'mostly refused for', cell: ({ rejected }) => topOf(rejected) },
  ];
  return active.length === 0 ? '<p class="note">No strategy ever spoke.</p>' : table(columns, active);
}

export function reasonsOf({ rejections }: BacktestReport): string {
  const parts = [
    ['Refused by risk or budget', 'orders', rejections.risk],
    ['Approved, but not filled', 'orders', rejections.execution],
    ['Symbols that were not bought', 'cycles', rejections.symbols],
  ] as const;
  const blocks = parts.map(([title, unit, counts]) => `<div><h3>${escaped(title)} (${unit})</h3>${bars(counts)}</div>`);
  return `<div class="pairs">${blocks.join('')}</div>`;
}

export function tradeTables({ round_trips: trips }: BacktestReport): string {
  const newest = trips.slice(-MOST_ROWS).reverse();
  const cut = trips.length > MOST_ROWS ? ` The newest ${MOST_ROWS} of ${trips.length}; the JSON report has all.` : '';
  const columns: readonly Column<RoundTrip>[] = [
    { title: 'opened', cell: ({ opened }) => dayText(opened) },
    { title: 'closed', cell: ({ closed }) => dayText(closed) },
    { title: 'symbol', cell: ({ symbol }) => symbol },
    {
      title: 'net $',
      isFigure: true,
      cell: (row) => shown(Number(row.pnl_usd)),
      mark: (row) => signOf(Number(row.pnl_usd)),
    },
    { title: 'bought $', isFigure: true, cell: ({ bought_usd }) => shown(Number(bought_usd)) },
    { title: 'fees $', isFigure: true, cell: ({ fees_usd }) => shown(Number(fees_usd)) },
    { title: 'entry', cell: ({ entry_reason }) => entry_reason },
    { title: 'exit', cell: ({ exit_reason }) => exit_reason },
    { title: 'strategy', cell: ({ strategy }) => strategy },
  ];
  const body = trips.length === 0 ? '<p class="note">No position was ever closed.</p>' : table(columns, newest);
  return section('Round trips', `From the first purchase until nothing worth selling was left.${cut}`, body);
}

function wonText({ wins, round_trips }: Strategy): string {
  return round_trips === 0 ? '-' : shown((100 * wins) / round_trips, 1, ' %');
}

function topOf(counts: Readonly<Record<string, number>>): string {
  const top = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return top
    .slice(0, 3)
    .map(([reason, count]) => `${reason} ${shown(count, 0)}`)
    .join(', ');
}

function bars(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (sorted.length === 0) return '<p class="note">None.</p>';
  const most = sorted[0]?.[1] ?? 1;
  const rows = sorted.slice(0, MOST_REASONS).map(([reason, count]) => {
    const width = ((100 * count) / most).toFixed(1);
    return `<div class="bar"><span>${escaped(reason)}</span><i style="width:${width}%"></i><b>${shown(count, 0)}</b></div>`;
  });
  return rows.join('');
}

function dayText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
