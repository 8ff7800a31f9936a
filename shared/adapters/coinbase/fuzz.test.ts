import fc from 'fast-check';
import { expect, test } from 'vitest';
import { productId } from '../../core/market/product.ts';
import type { Answer } from '../../ports/answer.ts';
import type { CoinbaseClient } from './client.ts';
import { listBalances } from './endpoints/accounts.ts';
import { bestBidAsk, productBook } from './endpoints/books.ts';
import { cancelOrders } from './endpoints/cancel.ts';
import { getCandles } from './endpoints/candles.ts';
import { createOrder } from './endpoints/create.ts';
import { editOrder, previewEdit } from './endpoints/edit.ts';
import { transactionSummary } from './endpoints/fees.ts';
import { listFills } from './endpoints/fills.ts';
import { getOrder, listOpenOrders } from './endpoints/orders.ts';
import { keyPermissions } from './endpoints/permissions.ts';
import { previewOrder } from './endpoints/preview.ts';
import { getProduct, listProducts } from './endpoints/products.ts';
import { getTicker } from './endpoints/ticker.ts';
import { exchangeTime } from './endpoints/time.ts';
import { account, fill, order, product } from './testing/payloads.ts';
import { testBench } from './testing/test-client.ts';

const BTC = productId('BTC-USD');
const EDIT = { orderId: 'o-1', price: 1n as never, size: 1n as never };

const READS: readonly ((client: CoinbaseClient) => Promise<Answer<unknown>>)[] = [
  listBalances,
  listProducts,
  listOpenOrders,
  transactionSummary,
  keyPermissions,
  (client) => listFills(client, {}),
  (client) => getProduct(client, BTC),
  (client) => bestBidAsk(client, [BTC]),
  (client) => productBook(client, BTC, 1),
  (client) => getCandles(client, BTC, '1m', 0, 10),
  (client) => getTicker(client, BTC, 10),
  (client) => getOrder(client, 'o-1'),
  (client) => exchangeTime(client, 1),
  (client) => previewOrder(client, {}),
  (client) => previewEdit(client, EDIT),
];

const WRITES: readonly ((client: CoinbaseClient) => Promise<Answer<unknown>>)[] = [
  (client) => createOrder(client, { clientOrderId: 'c-1', body: '{}' }),
  (client) => cancelOrders(client, ['o-1']),
  (client) => editOrder(client, EDIT),
];

const NAMES = ['accounts', 'products', 'orders', 'fills', 'pricebooks', 'pricebook', 'candles', 'trades', 'order'];
const junk = fc.oneof(
  fc.constantFrom('', 'NaN', '-1', '1e400', '9'.repeat(400), 'UNKNOWN', '__proto__', null, true, 0, 1e300),
  fc.jsonValue({ maxDepth: 3 }),
);
const row = fc
  .tuple(
    fc.constantFrom(account, product, order, fill),
    fc.dictionary(fc.constantFrom(...fieldNames()), junk, { maxKeys: 4 }),
  )
  .map(([make, fields]) => make(fields));
/** Replies that look right at the top and are wrong somewhere below, and replies that are wrong altogether. */
const reply = fc.oneof(
  junk,
  row,
  fc
    .tuple(
      fc.constantFrom(...NAMES, 'results', 'success_response', 'error_response', 'fee_tier', 'errors'),
      fc.oneof(junk, row, fc.array(row)),
      junk,
    )
    .map(([name, value, success]) => ({ [name]: value, success, has_next: false, cursor: '' })),
);

function fieldNames(): readonly [string, ...string[]] {
  const names = [account({}), product({}), order({}), fill({})].flatMap((fields) => Object.keys(fields));
  return ['cursor', ...names];
}

test('[REQ-CB1] no reply throws out of the client: a read answers or is unavailable, a write answers or is in doubt', async () => {
  let body: unknown = null;
  const { client } = await testBench(() => ({ body: JSON.stringify(body) }), {
    retry: { baseMs: 1, capMs: 1, maxAttempts: 1 },
    rateLimit: { publicPerSecond: 1e9, privatePerSecond: 1e9 },
  });
  await fc.assert(
    fc.asyncProperty(reply, async (value) => {
      body = value;
      const reads = await Promise.all(READS.map((read) => read(client)));
      for (const answer of reads) expect(['ok', 'refused', 'unavailable']).toContain(answer.kind);
      const writes = await Promise.all(WRITES.map((write) => write(client)));
      for (const answer of writes) expect(['ok', 'refused', 'ambiguous']).toContain(answer.kind);
    }),
    { numRuns: 60 },
  );
});
