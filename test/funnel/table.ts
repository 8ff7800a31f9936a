import { reasonsText } from '../../cli/render/figures.ts';
import { tableLines } from '../../cli/render/table.ts';
import { totalOf } from './fate.ts';
import type { FunnelRow } from './funnel.ts';

/** One line for each strategy on each market, from what it saw down to what was ordered. */
export function funnelTable(rows: readonly FunnelRow[]): readonly string[] {
  return tableLines(
    [
      { title: 'data', cell: ({ data }) => data },
      { title: 'strategy', cell: ({ strategy }) => strategy },
      { title: 'bars', align: 'right', cell: ({ interval }) => interval },
      { title: 'slots', align: 'right', cell: ({ slots }) => String(slots) },
      { title: 'symbol-bars', align: 'right', cell: ({ symbol_bars }) => String(symbol_bars) },
      { title: 'triggers', align: 'right', cell: ({ triggers }) => String(triggers) },
      { title: 'proposed', align: 'right', cell: ({ proposals }) => String(proposals.buy + proposals.sell) },
      { title: 'buy/sell', align: 'right', cell: ({ proposals }) => `${proposals.buy}/${proposals.sell}` },
      { title: 'low conviction', align: 'right', cell: ({ below_conviction }) => String(below_conviction) },
      { title: 'dropped', align: 'right', cell: ({ dropped }) => String(totalOf(dropped)) },
      { title: 'denied', align: 'right', cell: ({ denied }) => String(totalOf(denied)) },
      { title: 'approved', align: 'right', cell: ({ approved }) => String(approved) },
      { title: 'why', cell: ({ dropped, denied }) => whyText(dropped, denied) },
    ],
    rows,
  );
}

function whyText(dropped: FunnelRow['dropped'], denied: FunnelRow['denied']): string {
  return [
    ['dropped', reasonsText(dropped)],
    ['denied by', reasonsText(denied)],
  ]
    .flatMap(([what, reasons]) => (reasons === '' ? [] : [`${what} ${reasons}`]))
    .join('; ');
}
