import { Command } from 'commander';
import { bringProducts } from '../research/archived-products.ts';

const EXAMPLES = `
Once a day the bot archives what the exchange lists: on AWS the daily job, on this machine the first cycle of a day. Brought
into a store, a backtest uses the increments, minimums and flags of the day of each slot, and does not buy what was not
listed then. Only the products of which the store has candles are kept. Lists that are there already stay.

Examples:
  trader data products --archive .state/paper-public-1 --out data
  trader data products --archive bucket-copy --out data --json`;

interface ProductsFlags {
  readonly archive: string;
  readonly out: string;
  readonly json?: true;
}

export function productsCommand(): Command {
  return new Command('products')
    .description('bring the archived daily lists of products into a store of candles')
    .requiredOption('--archive <dir>', 'a copy of the archive bucket, or the state folder of a local run')
    .requiredOption('--out <dir>', 'the folder of the store')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(({ archive, out, json }: ProductsFlags) => {
      const brought = bringProducts(archive, out);
      console.log(json === true ? JSON.stringify({ out, ...brought }) : textOf(brought));
    });
}

function textOf({ lists, new_lists, first, last, symbols, absent }: ReturnType<typeof bringProducts>): string {
  const missing = absent.length === 0 ? '' : `\nnot listed on at least one day: ${absent.join(', ')}`;
  return `${lists} lists from ${first} to ${last} (${new_lists} new) for ${symbols.length} symbols${missing}`;
}
