import { Command, Option } from 'commander';
import { encodedOrder } from '../books/encoded-order.ts';
import { legsOf } from '../books/legs.ts';
import { BOOKS_HELP, type BookFlags, type Books, bookOptions, withBooks } from '../books/open-books.ts';
import { linesSince, openLines } from '../books/order-lines.ts';
import { accountOf } from '../books/read-books.ts';
import { orderText } from '../render/order-view.ts';
import { type OrdersReport, ordersText } from '../render/orders-view.ts';
import { paintFor } from '../render/paint.ts';
import { parseUtcTime } from '../utc-time.ts';

const EXAMPLES = `
Without a choice: what is open, and what was decided in the last seven days. The worst case is what an order may still
cost: it counts as spent until the order is known to have ended.

Examples:
  trader orders
  trader orders --open --json
  trader orders --unknown --state .state/paper-synthetic-7
  trader orders --since 2025-01-06
  trader orders --id 247t-BTC-USD-1736121660-e1`;

interface OrdersFlags extends BookFlags {
  readonly open?: true;
  readonly unknown?: true;
  readonly id?: string;
  readonly since?: number;
}

const SEVEN_DAYS_MS = 7 * 86_400_000;

/** `trader orders`: what is on its way, and what became of the rest. */
export function ordersCommand(): Command {
  const command = new Command('orders').description('list orders with status, age and what they may still cost');
  command
    .addOption(new Option('--open', 'only those that may still fill').conflicts(['unknown', 'id', 'since']))
    .addOption(new Option('--unknown', 'only those whose fate the exchange has not told').conflicts(['id', 'since']))
    .addOption(new Option('--id <id>', 'everything about one order, by its client order id').conflicts('since'))
    .option('--since <date>', 'those decided since this UTC date or time', parseUtcTime);
  for (const option of bookOptions()) command.addOption(option);
  return command.addHelpText('after', `${EXAMPLES}\n${BOOKS_HELP}`).action(orders);
}

async function orders(flags: OrdersFlags): Promise<void> {
  const paint = paintFor(process.stdout);
  const { id } = flags;
  if (id !== undefined) {
    const record = await withBooks(flags, async (books) => (await legsOf(books, id)).asked);
    console.log(flags.json === true ? JSON.stringify(encodedOrder(record)) : orderText(record, paint));
    return;
  }
  const report = await withBooks(flags, (books) => reportOf(books, flags));
  console.log(flags.json === true ? JSON.stringify(report) : ordersText(report, paint));
}

async function reportOf(books: Books, flags: OrdersFlags): Promise<OrdersReport> {
  const account = await accountOf(books);
  const head = { bot_id: books.scope.botId, mode: books.scope.mode, as_of: new Date(books.nowMs).toISOString() };
  if (flags.open === true) return { ...head, selection: 'open orders', orders: await openLines(books, account) };
  if (flags.unknown === true) {
    const unknown = (await openLines(books, account)).filter(({ status }) => status === 'UNKNOWN');
    return { ...head, selection: 'orders of unknown fate', orders: unknown };
  }
  const sinceMs = flags.since ?? books.nowMs - SEVEN_DAYS_MS;
  const selection = `open orders and those decided since ${new Date(sinceMs).toISOString().slice(0, 16)}Z`;
  return { ...head, selection, orders: await linesSince(books, account, sinceMs) };
}
