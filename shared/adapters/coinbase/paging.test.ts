import { describe, expect, test } from 'vitest';
import { toText } from '../../core/money/fixed.ts';
import { listBalances } from './endpoints/accounts.ts';
import { listFills } from './endpoints/fills.ts';
import { listOpenOrders, listOrdersSince } from './endpoints/orders.ts';
import { listProducts } from './endpoints/products.ts';
import { account, fill, order, product } from './testing/payloads.ts';
import { answered, failureOf, testBench } from './testing/test-client.ts';

describe('accounts', () => {
  test('are read to the last page, short pages included, and summed per currency', async () => {
    const pages = [
      { accounts: [account({ uuid: 'a', currency: 'BTC' })], has_next: true, cursor: 'c1', size: 1 },
      { accounts: [], has_next: true, cursor: 'c2', size: 0 },
      {
        accounts: [account({ uuid: 'a', currency: 'BTC' }), account({ uuid: 'b', currency: 'BTC' })],
        has_next: false,
        cursor: '',
      },
    ];
    const { client, exchange } = await testBench((_request, i) => ({ body: pages[i] }));
    const balances = answered(await listBalances(client));
    expect(exchange.received.map(({ query }) => query.get('cursor'))).toEqual([null, 'c1', 'c2']);
    expect(exchange.received[0]?.query.get('limit')).toBe('250');
    // The row that came twice counts once.
    expect(balances.map(({ currency, available, hold }) => [currency, toText(available), toText(hold)])).toEqual([
      ['BTC', '0.3', '0.02'],
    ]);
  });

  test.each([
    ['repeats', 'c1'],
    ['is empty', ''],
  ])('that go on while the cursor %s are incomplete: a failure, not a short list', async (_name, cursor) => {
    const { client, exchange } = await testBench([{ body: { accounts: [account({})], has_next: true, cursor } }]);
    expect(failureOf(await listBalances(client))).toContain('goes on but its cursor does not');
    expect(exchange.received.length).toBeLessThanOrEqual(2);
  });

  test('whose has_next is neither yes nor no are no last page', async () => {
    for (const has_next of ['yes', 1, 'TRUE', {}]) {
      const { client } = await testBench([{ body: { accounts: [account({})], has_next, cursor: 'c1' } }]);
      expect(failureOf(await listBalances(client))).toContain('reply.has_next');
    }
  });

  test('that never end are given up', async () => {
    const { client, exchange } = await testBench((_request, i) => ({
      body: { accounts: [account({})], has_next: true, cursor: `c${i}` },
    }));
    expect(failureOf(await listBalances(client))).toContain('did not end after 200 pages');
    expect(exchange.received).toHaveLength(200);
  });

  test('are no empty list when the list is missing or null', async () => {
    for (const body of [{}, { accounts: null }, { accounts: {} }, []]) {
      const { client } = await testBench([{ body }]);
      expect((await listBalances(client)).kind).toBe('unavailable');
    }
  });

  test('leave futures wallets and vaults aside', async () => {
    const rows = [
      account({ uuid: 'a', currency: 'USD', platform: 'ACCOUNT_PLATFORM_CFM_CONSUMER' }),
      account({ uuid: 'b', currency: 'USD', platform: 'ACCOUNT_PLATFORM_INTX' }),
      account({ uuid: 'c', currency: 'BTC', type: 'ACCOUNT_TYPE_VAULT' }),
      account({ uuid: 'd', currency: 'ETH', type: 'CRYPTO', platform: undefined }),
      account({ uuid: 'e', currency: 'USD', type: 'FIAT' }),
    ];
    const { client } = await testBench([{ body: { accounts: rows, has_next: false } }]);
    expect(answered(await listBalances(client)).map(({ currency }) => currency)).toEqual(['ETH', 'USD']);
  });
});

describe('fills', () => {
  test('end at an empty cursor, a repeated cursor or an empty page: there is no has_next', async () => {
    const page = (id: string, cursor: unknown) => ({ body: { fills: [fill({ entry_id: id })], cursor } });
    const { client: empty } = await testBench([page('1', 'a'), page('2', '')]);
    expect(answered(await listFills(empty, {}))).toHaveLength(2);
    const { client: repeated } = await testBench([page('1', 'a'), page('2', 'b'), page('3', 'a'), page('4', 'z')]);
    expect(answered(await listFills(repeated, {}))).toHaveLength(3);
    const { client: ended } = await testBench([page('1', 'a'), { body: { fills: [], cursor: 'b' } }, page('2', 'c')]);
    expect(answered(await listFills(ended, {}))).toHaveLength(1);
    const { client: absent } = await testBench([page('1', undefined)]);
    expect(answered(await listFills(absent, {}))).toHaveLength(1);
  });

  test('[I6] count once by entry id however often they are listed', async () => {
    const { client } = await testBench([{ body: { fills: [fill({}), fill({})], cursor: '' } }]);
    expect(answered(await listFills(client, {}))).toHaveLength(1);
  });

  test('are asked for by plural names: singular ones may be ignored silently', async () => {
    const { client, exchange } = await testBench([{ body: { fills: [], cursor: '' } }]);
    await listFills(client, { sinceMs: Date.parse('2026-11-20T10:00:00Z'), orderIds: ['o-1', 'o-2'] });
    const { query } = exchange.received[0] ?? expect.fail();
    expect(query.get('start_sequence_timestamp')).toBe('2026-11-20T10:00:00.000Z');
    expect(query.getAll('order_ids')).toEqual(['o-1', 'o-2']);
    expect(query.has('order_id')).toBe(false);
  });
});

describe('orders', () => {
  test('since a time are listed per product with repeated keys and no status filter', async () => {
    const sinceMs = Date.parse('2026-11-20T09:59:00Z');
    const older = order({ order_id: 'old', created_time: '2026-11-19T10:00:00Z' });
    const pages = [
      { orders: [order({ order_id: '1' }), older], has_next: true, cursor: 'x' },
      { orders: [order({ order_id: '1', filled_size: '0.0005' }), order({ order_id: '2' })], has_next: false },
    ];
    const { client, exchange } = await testBench((_request, i) => ({ body: pages[i] }));
    const orders = answered(await listOrdersSince(client, sinceMs, ['BTC-USD', 'ETH-USD'] as never));
    expect(orders.map(({ orderId, filledQuantity }) => [orderId, toText(filledQuantity)])).toEqual([
      ['1', '0.0005'],
      ['2', '0.001'],
    ]);
    const { query, path } = exchange.received[0] ?? expect.fail();
    expect(path).toBe('/orders/historical/batch');
    expect(query.getAll('product_ids')).toEqual(['BTC-USD', 'ETH-USD']);
    expect(query.get('start_date')).toBe('2026-11-20T09:59:00.000Z');
    expect(query.has('order_status')).toBe(false);
  });

  test('still open are the queued ones and the open ones, asked for apart', async () => {
    const { client, exchange } = await testBench((request) => {
      const isOpen = request.query.getAll('order_status').includes('OPEN');
      const rows = isOpen ? [order({ order_id: '2', status: 'OPEN' })] : [order({ order_id: '1', status: 'PENDING' })];
      return { body: { orders: rows, has_next: false, cursor: '' } };
    });
    expect(answered(await listOpenOrders(client)).map(({ orderId }) => orderId)).toEqual(['1', '2']);
    expect(exchange.received.map(({ query }) => query.getAll('order_status'))).toEqual([
      ['PENDING', 'QUEUED', 'EDIT_QUEUED', 'CANCEL_QUEUED'],
      ['OPEN'],
    ]);
  });

  test('[I6] are no short list when one page fails', async () => {
    const { client } = await testBench((_request, i) =>
      i === 0 ? { body: { orders: [order({})], has_next: true, cursor: 'x' } } : { status: 503, body: '' },
    );
    expect((await listOrdersSince(client, 0, [])).kind).toBe('unavailable');
  });

  test('[I6] with one that cannot be read are a failure that names the field', async () => {
    const { client } = await testBench([
      { body: { orders: [order({}), order({ total_fees: 'much' })], has_next: false } },
    ]);
    expect(failureOf(await listOrdersSince(client, 0, []))).toContain(
      'reply.orders[1].total_fees: not a plain decimal',
    );
  });

  test('of futures are passed over', async () => {
    const rows = [order({ product_id: 'BTC-PERP-INTX' }), order({})];
    const { client } = await testBench([{ body: { orders: rows, has_next: false } }]);
    expect(answered(await listOrdersSince(client, 0, []))).toHaveLength(1);
  });
});

describe('products', () => {
  const page = (...ids: string[]) => ({
    body: { products: ids.map((id) => product({ product_id: id })), num_products: ids.length },
  });

  test('are read until nothing new comes, whether the offset is honoured or not', async () => {
    const { client: honoured, exchange } = await testBench([page('A-USD', 'B-USD'), page('C-USD'), page()]);
    expect(answered(await listProducts(honoured)).map(({ id }) => id)).toEqual(['A-USD', 'B-USD', 'C-USD']);
    expect(exchange.received.map(({ query }) => query.get('offset'))).toEqual([null, '2', '3']);
    const { client: ignored, exchange: other } = await testBench([page('A-USD', 'B-USD')]);
    expect(answered(await listProducts(ignored))).toHaveLength(2);
    expect(other.received).toHaveLength(2);
  });

  test('are no empty and no short list: an exchange without products delists everything', async () => {
    const { client: empty } = await testBench([page()]);
    expect(failureOf(await listProducts(empty))).toContain('reply.products is empty');
    const { client: endless, exchange } = await testBench((_request, i) => page(`A${i}-USD`));
    expect(failureOf(await listProducts(endless))).toContain('did not end after 20 pages');
    expect(exchange.received).toHaveLength(20);
  });

  test('end where the pagination says so, or where an offset is refused', async () => {
    const last = { body: { products: [product({})], pagination: { has_next: false } } };
    const { client, exchange } = await testBench([last]);
    expect(answered(await listProducts(client))).toHaveLength(1);
    expect(exchange.received).toHaveLength(1);
    const { client: refusing } = await testBench([page('A-USD'), { status: 400, body: { error: 'INVALID_ARGUMENT' } }]);
    expect(answered(await listProducts(refusing))).toHaveLength(1);
  });
});
