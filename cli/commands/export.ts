import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { LOT_METHODS, type LotMethod } from '../../shared/core/tax/lots.ts';
import { BOOKS_HELP, type BookFlags, bookOptions, withBooks } from '../books/open-books.ts';
import { type LotsExport, lotsExport, tradesExport, utcYear } from '../books/tax-export.ts';
import { dollars } from '../render/figures.ts';
import { lotsCsv, tradesCsv } from '../render/tax-csv.ts';

const EXAMPLES = `
trades: every fill of the year. lots: what was sold in the year, piece by piece with cost, proceeds and gain after fees,
and what was held when it ended. A year is a calendar year in UTC, whatever the time zone of this machine.
What cannot be reckoned is told on stderr and never guessed: coins sold without a recorded purchase have no cost here,
adjustments by the exchange (REVERSAL, CORRECTION, SYNTHETIC) are listed but make no lot, and coins that you sold, moved or
were paid by hand (transfers, rewards) are not here: where the bot's own coins are concerned, the product is named. This is
no tax advice.

Examples:
  trader export lots --year 2025 > lots.csv
  trader export lots --year 2025 --method hifo --format json
  trader export trades --year 2025 --state .state/paper-synthetic-7`;

interface ExportFlags extends BookFlags {
  readonly year: number;
  readonly format: 'csv' | 'json';
  readonly method: LotMethod;
}

/** `trader export`: fills and tax lots for a spreadsheet or a tax adviser. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write the fills or the tax lots of a year as CSV or JSON')
    .addArgument(new Argument('<what>', 'what to write').choices(['trades', 'lots']))
    .addOption(new Option('--year <year>', 'calendar year, UTC').argParser(parseYear).makeOptionMandatory())
    .addOption(new Option('--format <format>', 'how to write it').choices(['csv', 'json']).default('csv'))
    .addOption(
      new Option('--method <method>', 'lots: oldest first, or dearest first').choices(LOT_METHODS).default('fifo'),
    );
  for (const option of bookOptions()) command.addOption(option);
  return command.addHelpText('after', `${EXAMPLES}\n${BOOKS_HELP}`).action(write);
}

async function write(what: 'trades' | 'lots', flags: ExportFlags): Promise<void> {
  const isJson = flags.json === true || flags.format === 'json';
  const span = utcYear(flags.year);
  if (what === 'trades') {
    const report = await withBooks(flags, (books) => tradesExport(books, span));
    for (const line of common(report.incomplete, report.adjustments)) console.error(line);
    process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : tradesCsv(report));
    return;
  }
  const report = await withBooks(flags, (books) => lotsExport(books, span, flags.method));
  for (const line of doubts(report)) console.error(line);
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : lotsCsv(report));
}

/** Belongs to people and must not get into the file. */
function doubts({ adjustments, totals, disposals, incomplete, unmatched }: LotsExport): readonly string[] {
  const uncovered = disposals.filter(({ cost_usd }) => cost_usd === null).length;
  return [
    ...(uncovered === 0
      ? []
      : [
          `warning: ${uncovered} sales for ${dollars(totals.uncovered_proceeds_usd)} have no recorded purchase: their cost is yours to fill in`,
        ]),
    ...common(incomplete, adjustments.length),
    ...unmatched.map(
      ({ product_id, lots_quantity, books_quantity }) =>
        `warning: ${product_id}: the lots hold ${lots_quantity} now and the books ${books_quantity}: coins left or came without an order of the bot (sold by hand, moved, accepted by "trader reconcile"): that sale is missing here, and sales after it may have taken lots that were gone: settle them by hand (where an order is filling just now, ask again)`,
    ),
  ];
}

function common(incomplete: readonly string[], adjustments: number): readonly string[] {
  return [
    ...incomplete.map((id) => `warning: not every fill of ${id} is on record: what it bought or sold is missing here`),
    ...(adjustments === 0
      ? []
      : [
          `warning: ${adjustments} adjustments by the exchange (see trade_type in "export trades") make no lot: settle them by hand`,
        ]),
  ];
}

function parseYear(text: string): number {
  const year = Number(text);
  if (!/^\d{4}$/.test(text) || year < 2010) throw new InvalidArgumentError('Use a year of four digits, such as 2025.');
  return year;
}
