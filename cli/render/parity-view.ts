import type { LegCost } from '../research/leg-cost.ts';
import type { ComparedOrders, DifferingCycle, ParityReport, Split } from '../research/parity.ts';
import { dollars } from './figures.ts';
import type { Paint } from './paint.ts';
import { differenceLines } from './replay-view.ts';
import { type Column, tableLines } from './table.ts';

const MOST_CYCLES = 5;
const MOST_ORDERS = 20;

export function parityText(report: ParityReport, paint: Paint): string {
  const { cycles, compared, identical, identical_pct, differing, split, orders } = report;
  const verdict = `${identical} of ${cycles} cycles decide the same, byte for byte (${identical_pct}%)`;
  return [
    paint(identical === cycles ? 'green' : 'red', verdict),
    ...(compared < cycles ? [`${cycles - compared} cycles were archived without their decision: see --decisions`] : []),
    splitText(split),
    ...(orders === null ? ['no order records: fills and fees were not compared (--state)'] : orderLines(orders, paint)),
    ...differing.slice(0, MOST_CYCLES).flatMap((cycle) => cycleLines(cycle, paint)),
    ...(differing.length > MOST_CYCLES ? [`and ${differing.length - MOST_CYCLES} more cycles (--json shows all)`] : []),
  ].join('\n');
}

function splitText({ data_bps, decision_bps, fill_bps, fee_bps }: Split): string {
  const figure = (bps: number | null) => (bps === null ? '-' : `${bps} bps`);
  return `data ${figure(data_bps)}  decision ${figure(decision_bps)}  fill ${figure(fill_bps)}  fee ${figure(fee_bps)}`;
}

function orderLines(orders: ComparedOrders, paint: Paint): readonly string[] {
  const { traded_usd, fill_usd, fee_usd, unmatched_usd, unmodelled, undecided, unrecorded, differing } = orders;
  const [header = '', ...lines] = tableLines(ORDERS, differing.slice(0, MOST_ORDERS));
  return [
    `${orders.orders} orders, ${money(traded_usd)} dealt: against the model ${money(fill_usd)} by price, ${money(fee_usd)} by fees; ${money(unmatched_usd)} dealt by one of the two alone`,
    ...(unmodelled.length > 0 ? [`no archived market beside ${unmodelled.length} of them: ${some(unmodelled)}`] : []),
    ...(undecided.length > 0 ? [paint('red', `no decision asks for ${some(undecided)}`)] : []),
    ...(unrecorded.length > 0 ? [paint('yellow', `decided, but not on record: ${some(unrecorded)}`)] : []),
    ...(differing.length > 0 ? [paint('dim', header), ...lines] : []),
    ...(differing.length > MOST_ORDERS ? [`and ${differing.length - MOST_ORDERS} more orders (--json shows all)`] : []),
  ];
}

function cycleLines({ slot, cause, differences, differences_count }: DifferingCycle, paint: Paint): readonly string[] {
  const title = `${slot}: ${differences_count} differences, by ${cause}`;
  return ['', paint('red', title), ...differenceLines(differences.slice(0, MOST_CYCLES), paint)];
}

const ORDERS: readonly Column<LegCost>[] = [
  { title: 'client_order_id', cell: ({ client_order_id }) => client_order_id },
  { title: 'dealt', align: 'right', cell: ({ traded_usd }) => money(traded_usd) },
  { title: 'model', align: 'right', cell: ({ model_usd }) => money(model_usd) },
  { title: 'by price', align: 'right', cell: ({ fill_usd }) => money(fill_usd) },
  { title: 'by fees', align: 'right', cell: ({ fee_usd }) => money(fee_usd) },
  { title: 'one alone', align: 'right', cell: ({ unmatched_usd }) => money(unmatched_usd) },
];

function money(usd: number): string {
  return dollars(String(usd));
}

function some(ids: readonly string[]): string {
  return ids.length > 3 ? `${ids.slice(0, 3).join(', ')} ...` : ids.join(', ');
}
