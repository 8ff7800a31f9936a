import { Command } from 'commander';
import { add, toText, ZERO_USD } from '../../shared/core/money/fixed.ts';
import { workingOrders, worstCase } from '../../shared/core/portfolio/valuation.ts';
import { BOOKS_HELP, type BookFlags, type Books, bookOptions, withBooks } from '../books/open-books.ts';
import { positionLines } from '../books/position-lines.ts';
import { accountOf, inputsOf } from '../books/read-books.ts';
import { paintFor } from '../render/paint.ts';
import { type PositionsReport, positionsText } from '../render/positions-view.ts';

const EXAMPLES = `
Prices are those of the newest cycle's inputs. A position too small for the exchange to take back is marked as dust; a
frozen product is one whose books do not agree with the exchange, and nothing new is done there.

Examples:
  trader positions
  trader positions --state .state/paper-synthetic-7 --json
  trader positions --stage paper`;

/** `trader positions`: what is held, what protects it, and what is wrong with it. */
export function positionsCommand(): Command {
  const command = new Command('positions').description('list what is held: cost, price, stops, protection, dust');
  for (const option of bookOptions()) command.addOption(option);
  return command.addHelpText('after', `${EXAMPLES}\n${BOOKS_HELP}`).action(async (flags: BookFlags) => {
    const report = await withBooks(flags, reportOf);
    console.log(flags.json === true ? JSON.stringify(report) : positionsText(report, paintFor(process.stdout)));
  });
}

async function reportOf(books: Books): Promise<PositionsReport> {
  const account = await accountOf(books);
  const inputs = await inputsOf(books, books.lastSlotMs);
  const reserved = workingOrders(account).reduce((sum, order) => add(sum, worstCase(order)), ZERO_USD);
  return {
    bot_id: books.scope.botId,
    mode: books.scope.mode,
    as_of: new Date(books.nowMs).toISOString(),
    priced_at: inputs === null ? null : new Date(inputs.snapshot.slotMs).toISOString(),
    cash_usd: toText(account.cash),
    reserved_usd: toText(reserved),
    realised_pnl_usd: toText(account.realised_pnl),
    fees_paid_usd: toText(account.fees_paid),
    positions: positionLines(account, inputs, books.nowMs),
    external: Object.entries(account.external).map(([currency, amount]) => ({ currency, quantity: toText(amount) })),
    frozen: Object.entries(account.frozen).map(([product_id, reason]) => ({ product_id, reason })),
  };
}
