import { expect, test } from 'vitest';
import { withBooks } from '../../cli/books/open-books.ts';
import { EVER, everyOrder } from '../../cli/books/read-books.ts';
import { CONFIG_DIR } from '../../cli/decision/read-inputs.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import { heldQuantity } from '../../shared/core/portfolio/ledger.ts';
import { lotsOf, totalsOf } from '../../shared/core/tax/lots.ts';
import { tradesOf } from '../../shared/core/tax/trades.ts';
import { freshDir, run } from './harness.ts';

test('[I7] tax lots reckoned from the records of a run are what its account has booked, to the last digit', {
  timeout: 120_000,
}, async () => {
  const state = freshDir();
  await run({ mode: 'live', state, cycles: 36 });
  const { account, orders } = await withBooks({ state, config: CONFIG_DIR }, async (books) => ({
    account: await books.accounts.load(),
    orders: await everyOrder(books, EVER),
  }));
  if (account === undefined) throw new Error('the run has opened an account');

  const { trades, adjustments } = tradesOf(orders);
  const { disposals, open } = lotsOf(trades, 'fifo');
  expect(disposals.length).toBeGreaterThan(0);
  expect(adjustments).toEqual([]);
  expect(toText(totalsOf(disposals).gain)).toBe(toText(account.realised_pnl));
  expect(new Set(open.map(({ product_id }) => product_id))).toEqual(new Set(Object.keys(account.positions)));
  for (const product of Object.keys(account.positions) as ProductId[]) {
    const lots = open.filter(({ product_id }) => product_id === product).map(({ quantity }) => quantity);
    expect(lots.reduce((sum, quantity) => sum + quantity, 0n)).toBe(heldQuantity(account, product));
    const costs = open.filter(({ product_id }) => product_id === product).map(({ cost }) => cost);
    expect(costs).toEqual(account.positions[product]?.lots.map(({ cost }) => cost));
  }
});
