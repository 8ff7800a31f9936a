import type { ShadowScore } from '../decision/shadow-score.ts';
import { dollars, minuteOf } from './figures.ts';
import { type Column, tableLines } from './table.ts';

/** One line for every strategy without authority, header first: how it would have done. */
export function shadowTable(scores: readonly ShadowScore[]): readonly string[] {
  return tableLines(SCORES, scores);
}

const SCORES: readonly Column<ShadowScore>[] = [
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'since (UTC)', cell: ({ since }) => minuteOf(Date.parse(since)) },
  { title: 'closed', align: 'right', cell: ({ closed }) => String(closed) },
  { title: 'wins', align: 'right', cell: ({ wins }) => String(wins) },
  { title: 'net', align: 'right', cell: ({ net_pnl_usd }) => dollars(net_pnl_usd) },
  { title: 'net bps', align: 'right', cell: ({ net_pnl_bps }) => net_pnl_bps?.toFixed(1) ?? '' },
  { title: 'fees', align: 'right', cell: ({ fees_usd }) => dollars(fees_usd) },
  { title: 'open', align: 'right', cell: ({ open }) => String(open) },
  { title: 'open net', align: 'right', cell: ({ open_pnl_usd }) => dollars(open_pnl_usd) },
  { title: 'unscored', align: 'right', cell: ({ unscored }) => (unscored > 0 ? String(unscored) : '') },
];
