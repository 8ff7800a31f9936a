import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { productId } from '../../core/market/product.ts';
import type { Answer } from '../../ports/answer.ts';
import type { CoinbaseClient } from './client.ts';
import { listBalances } from './endpoints/accounts.ts';
import { productBook } from './endpoints/books.ts';
import { cancelOrders } from './endpoints/cancel.ts';
import { getCandles } from './endpoints/candles.ts';
import { createOrder } from './endpoints/create.ts';
import { editOrder } from './endpoints/edit.ts';
import { transactionSummary } from './endpoints/fees.ts';
import { listFills } from './endpoints/fills.ts';
import { getOrder, listOrdersSince } from './endpoints/orders.ts';
import { keyPermissions } from './endpoints/permissions.ts';
import { listProducts } from './endpoints/products.ts';
import { getTicker } from './endpoints/ticker.ts';
import { failureOf, testBench } from './testing/test-client.ts';

/** Payloads recorded by others; not a part of the project. */
const DIR = process.env['TRADER_FIXTURES_DIR'] ?? join(import.meta.dirname, '../../../../shared/fixtures');
const SHELF = [join(DIR, 'coinbase'), DIR].find((dir) => existsSync(join(dir, 'jkorf-net'))) ?? '';
const ETH = productId('ETH-USDT');

type Read = (client: CoinbaseClient) => Promise<Answer<unknown>>;

/** What each payload is read as, and what must come of it: '' for a value, else a part of the reason. */
const PAYLOADS: Readonly<Record<string, readonly [Read, string]>> = {
  'CancelOrders.json': [(client) => cancelOrders(client, ['0000-00000']), ''],
  'EditOrder.json': [(client) => editOrder(client, { orderId: 'o', price: 1n as never, size: 1n as never }), ''],
  'GetAccounts.json': [listBalances, ''],
  'GetApiKeyInfo.json': [keyPermissions, ''],
  'GetFeeInfo.json': [transactionSummary, ''],
  'GetFeeInfo2.json': [transactionSummary, ''],
  // Its start is not on the grid of any interval.
  'GetKlines.json': [(client) => getCandles(client, ETH, '1m', 27_325_134, 27_325_134), 'candles[0].start'],
  // The sample leaves the side of one order empty, and promises another page for ever.
  'GetOrders.json': [(client) => listOrdersSince(client, 0, []), 'orders[0].side'],
  'GetOrder.json': [(client) => getOrder(client, '0000-000000-000000'), ''],
  'GetOrderBook.json': [(client) => productBook(client, ETH, 1), ''],
  'GetSymbols.json': [listProducts, ''],
  'GetTradeHistory.json': [(client) => getTicker(client, ETH, 1), ''],
  'GetUserTrades.json': [(client) => listFills(client, {}), ''],
  'PlaceOrder.json': [(client) => createOrder(client, { clientOrderId: '0000-00000-000000', body: '{}' }), ''],
};

/** Payloads of endpoints that the bot never calls. */
const FOREIGN = ['GetAggregatedOrderBook.json', 'GetPortfolio.json', 'GetPortfolios.json'];

const readOrder: Read = (client) => getOrder(client, 'o-1');
const create: Read = (client) => createOrder(client, { clientOrderId: 'c-1', body: '{}' });
const cancel: Read = (client) => cancelOrders(client, ['o-1']);

/** What each recorded error is to the call that met it, and to a cancel, whose outcome must never be guessed. */
const ERRORS: Readonly<Record<string, readonly [Read, string, string]>> = {
  candles_over_limit: [
    (client) => getCandles(client, ETH, '1m', 0, 299),
    'refused [INVALID_ARGUMENT]',
    'refused [INVALID_ARGUMENT]',
  ],
  account_not_available: [create, 'refused [INVALID_ARGUMENT]', 'refused [INVALID_ARGUMENT]'],
  order_not_found: [readOrder, 'refused [NOT_FOUND]', 'refused [NOT_FOUND]'],
  order_not_found_old: [readOrder, 'refused', 'refused'],
  missing_scopes: [listBalances, 'refused [PERMISSION_DENIED]', 'refused [PERMISSION_DENIED]'],
  missing_scopes_old: [create, 'refused', 'refused'],
  user_not_allowed: [create, 'refused [PERMISSION_DENIED]', 'refused [PERMISSION_DENIED]'],
  unknown_product_public: [(client) => getTicker(client, ETH, 1), 'refused [NOT_FOUND]', 'refused [NOT_FOUND]'],
  ticker_limit_over_1000: [(client) => getTicker(client, ETH, 1), 'unavailable', 'ambiguous'],
  unauthorized_text: [keyPermissions, 'unauthorised', 'unauthorised'],
  rate_limit_html: [create, 'rate_limited', 'rate_limited'],
  rate_limit_json_documented: [listProducts, 'rate_limited', 'rate_limited'],
  bad_array_query: [(client) => listOrdersSince(client, 0, []), 'refused', 'refused'],
};

const read = (path: string): unknown => JSON.parse(readFileSync(join(SHELF, path), 'utf8'));

describe.skipIf(SHELF === '')('payloads recorded by others (skipped without TRADER_FIXTURES_DIR)', () => {
  test.each(Object.entries(PAYLOADS))(
    '[REQ-CB1] %s is read, or refused with a reason',
    async (file, [call, reason]) => {
      const { response_body: body } = read(`jkorf-net/${file}`) as { response_body: unknown };
      const { client } = await testBench([{ body }]);
      const answer = await call(client);
      if (reason === '') expect(failureOf(answer)).toBe('');
      else expect(failureOf(answer)).toContain(reason);
    },
  );

  test('[REQ-CB1] every recorded payload and error has its place in these tables', () => {
    expect([...Object.keys(PAYLOADS), ...FOREIGN].sort()).toEqual(readdirSync(join(SHELF, 'jkorf-net')).sort());
    const errors = read('observed-errors/http_errors.json') as readonly { readonly id: string }[];
    expect(Object.keys(ERRORS).sort()).toEqual(errors.map(({ id }) => id).sort());
    expect(readdirSync(join(SHELF, 'observed-errors')).sort()).toEqual([
      'http_errors.json',
      'order_create_bodies_http200.json',
    ]);
  });

  test.each(FOREIGN)('[REQ-CB1] %s is never taken for an answer to something else', async (file) => {
    const { response_body: body } = read(`jkorf-net/${file}`) as { response_body: unknown };
    for (const [name, [call]] of Object.entries(PAYLOADS)) {
      const { client } = await testBench([{ body }]);
      expect([name, (await call(client)).kind]).not.toEqual([name, 'ok']);
    }
  });

  test('[REQ-CB1] a cancel that says success with an unknown reason is accepted', async () => {
    const rows = read('observed-errors/order_create_bodies_http200.json') as readonly { id: string; body: unknown }[];
    const body = rows.find(({ id }) => id === 'cancel_success_with_unknown_reason')?.body;
    const orderId = 'd098f674-3059-4bb2-83e8-8f632c1e0d89';
    const { client } = await testBench([{ body }]);
    expect(await cancelOrders(client, [orderId])).toEqual({
      kind: 'ok',
      value: [{ orderId, accepted: true, reason: '' }],
    });
  });

  test('[REQ-CB1] replies to a create end as accepted or refused with every cause', async () => {
    const rows = read('observed-errors/order_create_bodies_http200.json') as readonly { id: string; body: unknown }[];
    const outcomes: Record<string, unknown> = {};
    for (const { id, body } of rows.filter((row) => !row.id.startsWith('cancel'))) {
      const { client } = await testBench([{ body }]);
      const answer = await createOrder(client, { clientOrderId: 'clientOrderId', body: '{}' });
      outcomes[id] = answer.kind === 'refused' ? answer.reasons : answer.kind;
    }
    expect(outcomes).toEqual({
      insufficient_fund_market: ['INSUFFICIENT_FUND', 'PREVIEW_INSUFFICIENT_FUND'],
      stop_price_above_last: ['PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE'],
      duplicate_id_first_call_2024: 'ok',
      duplicate_id_second_call_2024: 'ok',
      duplicate_id_2025: 'ok',
    });
  });

  test('[REQ-CB1] every recorded error is classified for the call that met it, for a create and for a cancel', async () => {
    for (const row of read('observed-errors/http_errors.json') as readonly Recorded[]) {
      const [call, expected, toCancel] = ERRORS[row.id] ?? expect.fail(row.id);
      expect([row.id, await classOf(row, call)]).toEqual([row.id, expected]);
      expect([row.id, await classOf(row, cancel)]).toEqual([row.id, toCancel]);
      // A create that failed without a proof is looked for, never sent again.
      expect([row.id, await classOf(row, create)]).toEqual([row.id, toCancel]);
    }
  });
});

interface Recorded {
  readonly id: string;
  readonly http_status: number;
  readonly content_type?: string;
  readonly body?: unknown;
  readonly body_text?: string;
  readonly body_fragment?: string;
}

async function classOf(row: Recorded, call: Read): Promise<string> {
  const body = row.body ?? row.body_text ?? row.body_fragment ?? '';
  const headers = row.content_type === undefined ? {} : { 'content-type': row.content_type };
  const { client } = await testBench([{ status: row.http_status, headers, body }]);
  const answer = await call(client);
  expect(failureOf(answer)).toContain(`http ${row.http_status}: `);
  if (answer.kind !== 'refused') return answer.kind;
  expect(answer.status).toBe(row.http_status);
  return answer.reasons.length === 0 ? 'refused' : `refused [${answer.reasons.join(', ')}]`;
}
