import { existsSync, readFileSync } from 'node:fs';
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

  test('[REQ-CB1] error bodies end as the kind their status proves', async () => {
    interface Recorded {
      readonly id: string;
      readonly http_status: number;
      readonly content_type?: string;
      readonly body?: unknown;
      readonly body_text?: string;
      readonly body_fragment?: string;
    }
    const kinds: Record<number, string> = {
      400: 'refused',
      401: 'unauthorised',
      403: 'refused',
      404: 'refused',
      429: 'rate_limited',
      500: 'ambiguous',
    };
    for (const row of read('observed-errors/http_errors.json') as readonly Recorded[]) {
      const body = row.body ?? row.body_text ?? row.body_fragment ?? '';
      const headers = row.content_type === undefined ? {} : { 'content-type': row.content_type };
      const { client } = await testBench([{ status: row.http_status, headers, body }]);
      const answer = await createOrder(client, { clientOrderId: 'c-1', body: '{}' });
      expect([row.id, answer.kind]).toEqual([row.id, kinds[row.http_status]]);
      expect(failureOf(answer)).toContain(`http ${row.http_status}: `);
    }
  });
});
