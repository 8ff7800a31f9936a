import type { OrderLine } from '../books/order-lines.ts';
import { ageText, dollars, priceFigure } from './figures.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

export interface OrdersReport {
  readonly bot_id: string;
  readonly mode: string;
  readonly as_of: string;
  /** What was asked for. */
  readonly selection: string;
  readonly orders: readonly OrderLine[];
}

export function ordersText({ bot_id, mode, as_of, selection, orders }: OrdersReport, paint: Paint): string {
  const title = `${paint('bold', `${bot_id} ${mode}`)}  ${selection}  as of ${as_of.slice(0, 16).replace('T', ' ')} UTC`;
  if (orders.length === 0) return `${title}\nnone`;
  const [header = '', ...lines] = tableLines(ORDERS, orders);
  return [title, paint('dim', header), ...lines.map((line, i) => painted(line, orders[i], paint))].join('\n');
}

function painted(line: string, order: OrderLine | undefined, paint: Paint): string {
  if (order?.status === 'UNKNOWN' || order?.status === 'SENDING') return paint('red', line);
  return order?.worst_case_usd === null ? line : paint('bold', line);
}

const ORDERS: readonly Column<OrderLine>[] = [
  { title: 'client_order_id', cell: ({ client_order_id }) => client_order_id },
  { title: 'status', cell: ({ status }) => status },
  { title: 'age', align: 'right', cell: ({ age_seconds }) => ageText(age_seconds) },
  { title: 'side', cell: ({ side }) => side },
  { title: 'symbol', cell: ({ product_id }) => product_id },
  { title: 'as', cell: ({ purpose, route }) => `${purpose} ${route}` },
  { title: 'quantity', align: 'right', cell: ({ quantity }) => quantity },
  { title: 'filled', align: 'right', cell: ({ filled_quantity: filled }) => (filled === '0' ? '' : filled) },
  { title: 'limit', align: 'right', cell: ({ limit_price }) => priceFigure(Number(limit_price)) },
  {
    title: 'worst case',
    align: 'right',
    cell: ({ worst_case_usd: worst, side }) => (worst === null || side === 'SELL' ? '' : dollars(worst)),
  },
  { title: 'why', cell: ({ why, strategy }) => `${why} (${strategy})` },
  { title: 'ended by', cell: ({ reason }) => reason ?? '' },
];
