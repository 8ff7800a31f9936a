import { Command } from 'commander';
import { auditReport } from '../books/audit-report.ts';
import { BOOKS_HELP, type BookFlags, bookOptions, withBooks } from '../books/open-books.ts';
import { auditText } from '../render/audit-view.ts';
import { paintFor } from '../render/paint.ts';

const EXAMPLES = `
The id of any order of an intent gives the whole chain: when it was decided and under which config, what was proposed, what
every risk rule said, the orders it was sent as, their fills with slippage, and what was made of it (first in, first out).
The shape of --json is described in docs/records.md.

Examples:
  trader orders                                      (lists the ids)
  trader audit 247t-BTC-USD-1736121660-e1
  trader audit 247t-BTC-USD-1736121660-e1r1 --json
  trader audit 247t-BTC-USD-1736121660-e1 --stage paper`;

/** `trader audit ID`: one intent from the proposal to the profit. */
export function auditCommand(): Command {
  const command = new Command('audit')
    .description('show one intent from its proposal to its profit')
    .argument('<id>', 'a client order id');
  for (const option of bookOptions()) command.addOption(option);
  return command.addHelpText('after', `${EXAMPLES}\n${BOOKS_HELP}`).action(async (id: string, flags: BookFlags) => {
    const report = await withBooks(flags, (books) => auditReport(books, id));
    console.log(flags.json === true ? JSON.stringify(report) : auditText(report, paintFor(process.stdout)));
  });
}
