import { type PositionLine, unitCost } from '../books/position-lines.ts';
import { ageText, dollars, minuteOf, percent, priceFigure } from './figures.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

export interface PositionsReport {
  readonly bot_id: string;
  readonly mode: string;
  readonly as_of: string;
  /** The slot whose prices are shown; null when no inputs were found. */
  readonly priced_at: string | null;
  readonly cash_usd: string;
  /** Held back for orders on their way. */
  readonly reserved_usd: string;
  readonly realised_pnl_usd: string;
  readonly fees_paid_usd: string;
  readonly positions: readonly PositionLine[];
  /** Coins that were there before the bot: neither counted nor sold. */
  readonly external: readonly { readonly currency: string; readonly quantity: string }[];
  /** Products on which nothing new is done, and why. */
  readonly frozen: readonly { readonly product_id: string; readonly reason: string }[];
}

export function positionsText(report: PositionsReport, paint: Paint): string {
  const { bot_id, mode, as_of, positions, external, frozen, priced_at } = report;
  const [header = '', ...lines] = tableLines(POSITIONS, positions);
  const prices =
    priced_at === null
      ? 'no prices: the inputs of the newest cycle are not there, or other code archived them'
      : 'prices of';
  return [
    `${paint('bold', `${bot_id} ${mode}`)}  as of ${minuteOf(Date.parse(as_of))} UTC  ${prices}${priced_at === null ? '' : ` ${minuteOf(Date.parse(priced_at))}`}`,
    `cash ${dollars(report.cash_usd)}, of it ${dollars(report.reserved_usd)} reserved  realised ${dollars(report.realised_pnl_usd)}  fees paid ${dollars(report.fees_paid_usd)}`,
    ...(positions.length === 0 ? ['no positions'] : [paint('dim', header)]),
    ...lines.map((line, i) => (positions[i]?.frozen == null ? line : paint('red', line))),
    ...frozen.map(({ product_id, reason }) => paint('red', `frozen ${product_id}: ${reason}`)),
    ...external.map(({ currency, quantity }) => paint('dim', `not the bot's own: ${quantity} ${currency}`)),
  ].join('\n');
}

const POSITIONS: readonly Column<PositionLine>[] = [
  { title: 'symbol', cell: ({ product_id }) => product_id },
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'age', align: 'right', cell: ({ age_seconds }) => ageText(age_seconds) },
  { title: 'quantity', align: 'right', cell: ({ quantity }) => quantity },
  { title: 'paid', align: 'right', cell: (line) => priceFigure(unitCost(line)) },
  { title: 'price', align: 'right', cell: ({ price }) => figure(price) },
  { title: 'value', align: 'right', cell: ({ value_usd: value }) => (value === null ? '' : dollars(value)) },
  { title: 'gain', align: 'right', cell: ({ unrealised_usd: gain }) => (gain === null ? '' : dollars(gain)) },
  { title: '', align: 'right', cell: ({ unrealised_pct: pct }) => (pct === null ? '' : percent(pct)) },
  { title: 'worst case', align: 'right', cell: ({ worst_case_usd: worst }) => (worst === null ? '' : dollars(worst)) },
  { title: 'stop', align: 'right', cell: ({ stop_price }) => figure(stop_price) },
  { title: 'target', align: 'right', cell: ({ take_profit_price }) => figure(take_profit_price) },
  { title: 'on the exchange', cell: protectionText },
  { title: 'note', cell: noteText },
];

function protectionText({ protection, is_dust }: PositionLine): string {
  if (protection === null) return is_dust === true ? '' : 'nothing rests';
  const { kind, status, quantity, stop_price } = protection;
  const alive = status === 'WORKING' ? 'rests' : status;
  return `${kind} ${alive}: ${quantity}${stop_price === null ? '' : ` below ${figure(stop_price)}`}`;
}

function noteText({ is_dust, frozen }: PositionLine): string {
  return [...(is_dust === true ? ['dust'] : []), ...(frozen === null ? [] : ['FROZEN'])].join(', ');
}

function figure(text: string | null): string {
  return text === null ? '' : priceFigure(Number(text));
}
