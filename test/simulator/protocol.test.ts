import { describe, expect, it } from 'vitest';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { token } from './client.ts';
import { flat, limitGtc, limitIoc, MINUTE, marketBuy, START, scriptedMarket, stage } from './stage.ts';

describe('authentication', () => {
  it('lets the public twins in without a token and nothing else', async () => {
    const { raw } = await stage();
    const seconds = String(START / 1000);
    const candles = `candles?granularity=ONE_MINUTE&start=${seconds}&end=${seconds}`;

    for (const path of [
      '/time',
      '/market/products',
      '/market/products/BTC-USD',
      `/market/products/BTC-USD/${candles}`,
      '/market/products/BTC-USD/ticker',
      '/market/product_book?product_id=BTC-USD',
    ]) {
      expect([path, (await raw('GET', path)).status]).toEqual([path, 200]);
    }
    for (const path of ['/accounts', '/products', '/best_bid_ask', '/orders/historical/batch', '/key_permissions']) {
      const reply = await raw('GET', path);
      expect([reply.status, reply.contentType, reply.text]).toEqual([
        401,
        'text/plain; charset=utf-8',
        'Unauthorized\n',
      ]);
    }
  });

  it('accepts ES256 and EdDSA tokens for the real host and for its own', async () => {
    const keys = [simulatorKey({ name: 'one' }), simulatorKey({ name: 'two', algorithm: 'EdDSA' })];
    const { raw, sim, clock } = await stage({ keys });

    for (const { apiKey } of keys) {
      for (const host of ['api.coinbase.com', sim.url.replace('http://', '')]) {
        const authorization = `Bearer ${token(apiKey, 'GET', '/accounts', clock.nowMs(), { host })}`;
        expect((await raw('GET', '/accounts', { authorization })).status).toBe(200);
      }
    }
  });

  it('refuses a token for another path, method, host, key or time', async () => {
    const { raw, sim, clock } = await stage();
    const apiKey = sim.keys[0]?.apiKey ?? { name: '', privateKey: '' };
    const now = clock.nowMs();
    const good = token(apiKey, 'GET', '/accounts', now);
    const stranger = simulatorKey({ name: apiKey.name }).apiKey;
    const bad = {
      'another path': token(apiKey, 'GET', '/products', now),
      'another method': token(apiKey, 'POST', '/accounts', now),
      'another host': token(apiKey, 'GET', '/accounts', now, { host: 'api.example.com' }),
      'the query in the uri': token(apiKey, 'GET', '/accounts', now, {
        uri: 'GET api.coinbase.com/api/v3/brokerage/accounts?limit=1',
      }),
      'a scheme in the uri': token(apiKey, 'GET', '/accounts', now, {
        uri: 'GET https://api.coinbase.com/api/v3/brokerage/accounts',
      }),
      'an unknown key': token({ ...apiKey, name: 'nobody' }, 'GET', '/accounts', now),
      'another private key': token(stranger, 'GET', '/accounts', now),
      expired: token(apiKey, 'GET', '/accounts', now - 121_000),
      'not yet valid': token(apiKey, 'GET', '/accounts', now + 5_000),
      'too long a life': token(apiKey, 'GET', '/accounts', now, { lifeSeconds: 121 }),
      'a broken signature': `${good.slice(0, -6)}AAAAAA`,
      'no token': 'x',
    };

    expect((await raw('GET', '/accounts?limit=1', { authorization: `Bearer ${good}` })).status).toBe(200);
    for (const [what, text] of Object.entries(bad)) {
      expect([what, (await raw('GET', '/accounts?limit=1', { authorization: `Bearer ${text}` })).status]).toEqual([
        what,
        401,
      ]);
    }
  });

  it('keeps a view key from trading, and tells what a key may do', async () => {
    const keys = [simulatorKey({ scopes: { trade: false } })];
    const { order, call } = await stage({ keys });

    const { status, body } = await order('BUY', limitGtc('0.01', '49000'));

    expect([status, body.error, body.message]).toEqual([403, 'PERMISSION_DENIED', 'Missing required scopes']);
    expect((await call('GET', '/key_permissions')).body).toMatchObject({
      can_view: true,
      can_trade: false,
      can_transfer: false,
      portfolio_type: 'DEFAULT',
    });
    const preview = { product_id: 'BTC-USD', side: 'BUY', order_configuration: marketBuy('10') };
    expect((await call('POST', '/orders/preview', preview)).body.errs).toEqual([]);
  });
});

describe('one client order id', () => {
  it('makes one order, and the repeat brings it back under the words of the second request', async () => {
    const { order, sim, read } = await stage();

    const first = await order('BUY', limitIoc('0.01', '51000'), { client_order_id: 'same' });
    const second = await order('SELL', limitGtc('0.5', '60000'), { client_order_id: 'same' });

    const { order_id } = first.body.success_response;
    expect(second.body.success_response).toMatchObject({ order_id, side: 'SELL', client_order_id: 'same' });
    expect(second.body.order_configuration).toEqual(limitGtc('0.5', '60000'));
    expect(sim.admin.ordersByClientId('same')).toHaveLength(1);
    expect(sim.admin.fills()).toHaveLength(1);
    expect(await read(order_id)).toMatchObject({ side: 'BUY', filled_size: '0.01' });
  });

  it('can be refused by name instead', async () => {
    const { order, sim } = await stage({ repeatedId: 'refuse' });

    await order('BUY', limitIoc('0.01', '51000'), { client_order_id: 'same' });
    const second = await order('BUY', limitIoc('0.01', '51000'), { client_order_id: 'same' });

    expect(second.body.error_response.error).toBe('DUPLICATE_CLIENT_ORDER_ID');
    expect(sim.admin.orders()).toHaveLength(1);
  });

  it('stays free when the order was refused', async () => {
    const { order } = await stage();

    expect((await order('BUY', limitGtc('9', '49000'), { client_order_id: 'same' })).body.success).toBe(false);
    expect((await order('BUY', limitGtc('0.01', '49000'), { client_order_id: 'same' })).body.success).toBe(true);
  });
});

describe('lists', () => {
  it('pages orders newest first by a cursor that new orders do not shift', async () => {
    const { order, call } = await stage();
    for (let i = 0; i < 5; i += 1) await order('BUY', limitGtc('0.001', String(40_000 + i)));

    const first = (await call('GET', '/orders/historical/batch?limit=2')).body;
    await order('BUY', limitGtc('0.001', '40005'));
    const second = (await call('GET', `/orders/historical/batch?limit=2&cursor=${first.cursor}`)).body;
    const third = (await call('GET', `/orders/historical/batch?limit=2&cursor=${second.cursor}`)).body;

    const prices = [first, second, third].flatMap(({ orders }) =>
      orders.map((found: { order_configuration: { limit_limit_gtc: { limit_price: string } } }) =>
        Number(found.order_configuration.limit_limit_gtc.limit_price),
      ),
    );
    expect(prices).toEqual([40_004, 40_003, 40_002, 40_001, 40_000]);
    expect([first.has_next, second.has_next, third.has_next, third.cursor]).toEqual([true, true, false, '']);
  });

  it('pages fills without has_next until the cursor is empty', async () => {
    const { order, call } = await stage();
    for (let i = 0; i < 3; i += 1) await order('BUY', limitIoc('0.001', '51000'));

    const first = (await call('GET', '/orders/historical/fills?limit=2')).body;
    const second = (await call('GET', `/orders/historical/fills?limit=2&cursor=${first.cursor}`)).body;

    expect([first.fills.length, second.fills.length, second.cursor]).toEqual([2, 1, '']);
    expect('has_next' in first).toBe(false);
    const ids = [...first.fills, ...second.fills].map(({ entry_id }: { entry_id: string }) => entry_id);
    expect(new Set(ids).size).toBe(3);
  });

  it('filters by repeated keys, and answers a comma list or OPEN beside another status with 400', async () => {
    const { order, call, clock } = await stage();
    await order('BUY', limitGtc('0.001', '40000'));
    clock.advanceTo(START + MINUTE);
    await order('BUY', limitIoc('0.001', '51000'));
    await order('BUY', limitGtc('0.1', '1500'), { product_id: 'ETH-USD' });
    const list = async (query: string) => (await call('GET', `/orders/historical/batch?${query}`)).body.orders?.length;

    expect(await list('')).toBe(3);
    expect(await list('order_status=OPEN')).toBe(2);
    expect(await list('order_status=FILLED&order_status=CANCELLED')).toBe(1);
    expect(await list('product_ids=ETH-USD')).toBe(1);
    expect(await list('product_ids=ETH-USD&product_ids=BTC-USD&order_types=LIMIT&order_side=BUY')).toBe(3);
    expect(await list('time_in_forces=IMMEDIATE_OR_CANCEL')).toBe(1);
    expect(await list(`start_date=${new Date(START + 1).toISOString()}`)).toBe(2);
    expect(await list(`end_date=${new Date(START + MINUTE).toISOString()}`)).toBe(1);
    for (const query of ['order_status=OPEN,FILLED', 'order_status=OPEN&order_status=FILLED', 'start_date=today']) {
      expect((await call('GET', `/orders/historical/batch?${query}`)).status).toBe(400);
    }
  });

  it('shows orders and fills only after the visibility lag', async () => {
    const { order, call, clock } = await stage({ visibilityLagMs: 5_000 });
    const id = (await order('BUY', limitIoc('0.001', '51000'))).body.success_response.order_id;

    expect((await call('GET', `/orders/historical/${id}`)).status).toBe(404);
    expect((await call('GET', '/orders/historical/batch')).body.orders).toEqual([]);
    expect((await call('GET', '/orders/historical/fills')).body.fills).toEqual([]);

    clock.advanceTo(START + 5_000);
    expect((await call('GET', `/orders/historical/${id}`)).status).toBe(200);
    expect((await call('GET', '/orders/historical/batch')).body.orders).toHaveLength(1);
    expect((await call('GET', '/orders/historical/fills')).body.fills).toHaveLength(1);
  });

  it('pages accounts and finds one by its uuid', async () => {
    const { call } = await stage({ startingBalances: { USD: '1', BTC: '2', ETH: '3' } });

    const first = (await call('GET', '/accounts?limit=2')).body;
    const second = (await call('GET', `/accounts?limit=2&cursor=${first.cursor}`)).body;
    const one = (await call('GET', `/accounts/${second.accounts[0].uuid}`)).body.account;

    expect([first.has_next, first.size, second.has_next, second.cursor]).toEqual([true, 2, false, '']);
    expect(one).toMatchObject({ currency: 'ETH', available_balance: { value: '3', currency: 'ETH' } });
    expect((await call('GET', '/accounts?limit=251')).status).toBe(400);
    expect((await call('GET', '/accounts/nobody')).status).toBe(404);
  });

  it('answers a client order id in the path, or an unknown order, with 404', async () => {
    const { order, call } = await stage();
    await order('BUY', limitGtc('0.001', '40000'), { client_order_id: 'mine' });

    const { status, body } = await call('GET', '/orders/historical/mine');

    expect([status, body.error, body.message]).toEqual([404, 'NOT_FOUND', 'order with this orderID was not found']);
  });
});

describe('market data', () => {
  it('gives candles newest first, without the quiet minutes, the forming one at its open', async () => {
    const shapes = [...flat(100, 3), null, ...flat(101, 1), [102, 109, 101, 108, 5] as const];
    const { raw, clock } = await stage({ market: scriptedMarket({ BTC: shapes }) });
    clock.advanceTo(START + 5 * MINUTE + 1);

    const { candles } = (
      await raw(
        'GET',
        `/market/products/BTC-USD/candles?granularity=ONE_MINUTE&start=${START / 1000}&end=${START / 1000 + 900}`,
      )
    ).body;

    const minutes = candles.map(({ start }: { start: string }) => (Number(start) * 1000 - START) / MINUTE);
    expect(minutes).toEqual([5, 4, 2, 1, 0]);
    expect(candles[0]).toEqual({
      start: String(START / 1000 + 300),
      low: '102',
      high: '102',
      open: '102',
      close: '102',
      volume: '0',
    });
  });

  it('answers more than 350 candles with 400, and writes small prices without an exponent', async () => {
    const { raw } = await stage({ market: scriptedMarket({ PEPE: flat(0.00000123, 5) }) });
    const from = START / 1000 - 60 * 400;
    const ask = (end: number) =>
      raw('GET', `/market/products/PEPE-USD/candles?granularity=ONE_MINUTE&start=${from}&end=${end}`);

    expect((await ask(from + 350 * 60)).status).toBe(400);
    expect((await ask(from + 350 * 60)).body.error_details).toContain('should be less than 350');
    expect((await ask(from + 349 * 60)).status).toBe(200);
    expect((await ask(from + 349 * 60)).body.candles[0].close).toBe('0.00000123');
  });

  it('keeps the quote time where the market stopped', async () => {
    const { call, clock } = await stage({ market: scriptedMarket({ BTC: flat(100, 2), ETH: flat(5, 60) }) });
    clock.advanceTo(START + 30 * MINUTE);

    const { pricebooks } = (await call('GET', '/best_bid_ask?product_ids=BTC-USD&product_ids=ETH-USD')).body;

    expect(pricebooks.map(({ time }: { time: string }) => Date.parse(time) - START)).toEqual([2 * MINUTE, 30 * MINUTE]);
    expect(Number(pricebooks[0].bids[0].price)).toBeLessThan(Number(pricebooks[0].asks[0].price));
  });

  it('describes the fee tier, the product and the preview of an order', async () => {
    const { call, raw } = await stage({ fees: { maker: '0.0025', taker: '0.004' } });

    const { fee_tier } = (await call('GET', '/transaction_summary?product_type=SPOT')).body;
    const product = (await raw('GET', '/market/products/BTC-USD')).body;
    const preview = (
      await call('POST', '/orders/preview', {
        product_id: 'BTC-USD',
        side: 'BUY',
        order_configuration: marketBuy('100'),
      })
    ).body;

    expect([fee_tier.maker_fee_rate, fee_tier.taker_fee_rate]).toEqual(['0.0025', '0.004']);
    expect(product).toMatchObject({ base_increment: '0.00000001', price_increment: '0.01', quote_min_size: '1' });
    expect(Number(product.approximate_quote_24h_volume)).toBeGreaterThan(1_000_000);
    expect(Number(preview.order_total)).toBeLessThanOrEqual(100);
    expect(Number(preview.commission_total)).toBeCloseTo(100 * (0.004 / 1.004), 4);
  });

  it('answers what it does not know with the documented errors', async () => {
    const { call, raw } = await stage();

    expect((await raw('GET', '/market/products/NOPE-USD')).body).toMatchObject({ error: 'NOT_FOUND', code: 5 });
    expect((await raw('GET', '/market/products/BTC-USD/ticker?limit=1001')).status).toBe(500);
    expect((await raw('GET', '/market/products/BTC-USD/ticker?limit=999')).body.trades.length).toBe(60);
    expect((await call('GET', '/best_bid_ask?product_ids=BTC-USD,ETH-USD')).status).toBe(400);
    expect((await raw('GET', '/market/products/BTC-USD/candles?granularity=WEEK&start=1&end=2')).status).toBe(400);
    expect((await call('GET', '/nowhere')).status).toBe(404);
  });

  it('counts requests per second of its clock when limits are set', async () => {
    const { raw, clock } = await stage({ rateLimits: { publicPerSecond: 3, privatePerSecond: 5 } });

    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await raw('GET', '/time')).status);
    clock.advanceTo(START + 1000);
    statuses.push((await raw('GET', '/time')).status);

    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });
});
