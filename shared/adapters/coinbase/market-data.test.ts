import { describe, expect, test } from 'vitest';
import type { Product } from '../../core/market/product.ts';
import { productId } from '../../core/market/product.ts';
import { toText } from '../../core/money/fixed.ts';
import { getTicker } from './endpoints/ticker.ts';
import { coinbaseMarketData } from './market-data.ts';
import { product } from './testing/payloads.ts';
import { answered, failureOf, testBench } from './testing/test-client.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const BTC = productId('BTC-USD');
const ETH = productId('ETH-USD');

async function readProduct(fields: Readonly<Record<string, unknown>>): Promise<Product> {
  const { client } = await testBench([{ body: product(fields) }]);
  return answered(await coinbaseMarketData(client).product(BTC));
}

describe('a product', () => {
  test('is read exactly, flags and all', async () => {
    const read = await readProduct({ limit_only: true, view_only: true, is_disabled: null });
    expect(read).toMatchObject({ id: 'BTC-USD', base: 'BTC', quote: 'USD' });
    expect(toText(read.priceIncrement)).toBe('0.01');
    expect(toText(read.baseIncrement)).toBe('0.00000001');
    expect(read.flags).toMatchObject({ status: 'online', limitOnly: true, viewOnly: true, isDisabled: false });
  });

  test.each([undefined, '', null])('prices on the quote increment when price_increment is %s', async (value) => {
    expect(toText((await readProduct({ price_increment: value, quote_increment: '0.05' })).priceIncrement)).toBe(
      '0.05',
    );
  });

  test('takes numbers where text is expected, tiny ones too', async () => {
    const read = await readProduct({ base_increment: 1e-8, quote_min_size: 1, base_max_size: 3.4e3 });
    expect([read.baseIncrement, read.quoteMinSize, read.baseMaxSize].map(toText)).toEqual(['0.00000001', '1', '3400']);
  });

  test('has its 24 h volume in quote currency, never in base', async () => {
    const volume = async (fields: Readonly<Record<string, unknown>>) => {
      const { quoteVolume24h } = await readProduct(fields);
      return quoteVolume24h === null ? null : toText(quoteVolume24h);
    };
    expect(await volume({})).toBe('416000000');
    expect(await volume({ approximate_quote_24h_volume: '' })).toBe('416164650.8808123456');
    expect(await volume({ approximate_quote_24h_volume: null, volume_24h: '2', price: '10' })).toBe('20');
    expect(await volume({ approximate_quote_24h_volume: undefined, price: '' })).toBeNull();
    expect(await volume({ approximate_quote_24h_volume: 'n/a', volume_24h: '' })).toBeNull();
    expect(await volume({ approximate_quote_24h_volume: '1.0000000000000000001' })).toBe('1');
  });

  test('[REQ-U1] knows since when it is listed, and when that is not said', async () => {
    const listedAt = async (new_at: unknown) => (await readProduct({ new_at })).listedAtMs;
    expect(await listedAt('2023-01-01T00:00:00Z')).toBe(Date.UTC(2023, 0, 1));
    expect(await Promise.all([undefined, null, '', 'soon', '0001-01-01T00:00:00Z'].map(listedAt))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test.each(['base_increment', 'quote_increment', 'price_increment', 'quote_min_size', 'base_max_size'])(
    'with a malformed %s is a failure that names it',
    async (field) => {
      const { client } = await testBench([{ body: product({ [field]: '1e-8' }) }]);
      const answer = await coinbaseMarketData(client).product(BTC);
      expect(answer.kind).toBe('unavailable');
      expect(failureOf(answer)).toContain(`product.${field}`);
    },
  );

  test('with an increment of zero, or finer than money has, is a failure', async () => {
    for (const value of ['0', '0.0000000000001']) {
      const { client } = await testBench([{ body: product({ base_increment: value }) }]);
      expect((await coinbaseMarketData(client).product(BTC)).kind).toBe('unavailable');
    }
  });
});

test('a product under another name is a failure: its grid and its flags are not the asked one', async () => {
  const { client } = await testBench([{ body: product({ product_id: 'ETH-USD' }) }]);
  expect(failureOf(await coinbaseMarketData(client).product(BTC))).toContain('product ETH-USD came back');
});

describe('the product list', () => {
  test('leaves out and reports the one that cannot be read, and futures quietly', async () => {
    const rows = [
      product({}),
      product({ product_id: 'ODD-USD', base_increment: '' }),
      product({ product_id: 'BIT-28NOV26-CDE', product_type: 'FUTURE' }),
      product({ product_id: 'BTC-PERP-INTX' }),
    ];
    const { client, anomalies } = await testBench([{ body: { products: rows, pagination: { has_next: false } } }]);
    expect(answered(await coinbaseMarketData(client).products()).map(({ id }) => id)).toEqual(['BTC-USD']);
    expect(anomalies).toEqual(['product left out: reply.products[1].base_increment is missing']);
  });

  test('is a failure when none can be read', async () => {
    const { client } = await testBench([{ body: { products: [product({ base_increment: 'x' })] } }]);
    expect(failureOf(await coinbaseMarketData(client).products())).toContain('reply.products[0].base_increment');
  });

  test('asks for tradability with a key, since view_only means nothing without', async () => {
    const { client, exchange } = await testBench([{ body: { products: [] } }]);
    await coinbaseMarketData(client).products();
    expect(exchange.received[0]?.query.get('get_tradability_status')).toBe('true');
    expect(exchange.received[0]?.query.get('product_type')).toBe('SPOT');
  });
});

const book = (id: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  product_id: id,
  bids: [{ price: '81234.00', size: '0.5' }],
  asks: [{ price: '81234.01', size: '0.2' }],
  time: '2026-11-20T10:00:00.123456Z',
  ...fields,
});

describe('quotes', () => {
  test('come in one request with the time of the exchange', async () => {
    const { client, exchange } = await testBench([{ body: { pricebooks: [book('BTC-USD'), book('ETH-USD')] } }]);
    const quotes = answered(await coinbaseMarketData(client).quotes([BTC, ETH]));
    expect(quotes.map(({ productId: id, bid, ask, timeMs }) => [id, toText(bid), toText(ask), timeMs])).toEqual([
      ['BTC-USD', '81234', '81234.01', Date.parse('2026-11-20T10:00:00.123Z')],
      ['ETH-USD', '81234', '81234.01', Date.parse('2026-11-20T10:00:00.123Z')],
    ]);
    expect(exchange.received).toHaveLength(1);
    expect(exchange.received[0]?.query.getAll('product_ids')).toEqual(['BTC-USD', 'ETH-USD']);
  });

  test('are taken from the best level whatever the order of the levels', async () => {
    const bids = [
      { price: '9', size: '1' },
      { price: '10', size: '2' },
      { price: '11', size: '0' },
    ];
    const { client } = await testBench([{ body: { pricebooks: [book('BTC-USD', { bids })] } }]);
    const [quote] = answered(await coinbaseMarketData(client).quotes([BTC]));
    expect(quote?.bid).toBe(answeredPrice('10'));
  });

  test.each([
    ['no bids', { bids: [] }],
    ['no asks', { asks: [] }],
    ['a price of zero', { asks: [{ price: '0', size: '1' }] }],
    ['no time', { time: '' }],
    ['no time at all', { time: undefined }],
    ['an empty price', { bids: [{ price: '', size: '1' }] }],
    ['null for a side', { bids: null }],
  ])('leave out a product with %s', async (_name, fields) => {
    const { client } = await testBench([{ body: { pricebooks: [book('ETH-USD', fields), book('BTC-USD')] } }]);
    const quotes = answered(await coinbaseMarketData(client).quotes([BTC, ETH]));
    expect(quotes.map(({ productId: id }) => id)).toEqual(['BTC-USD']);
  });

  test('with a malformed price are a failure that names the field, when there is nothing else', async () => {
    const bids = [{ price: 'abc', size: '1' }];
    const { client } = await testBench([{ body: { pricebooks: [book('BTC-USD', { bids })] } }]);
    expect(failureOf(await coinbaseMarketData(client).quotes([BTC]))).toContain('pricebooks[0].bids[0].price');
  });

  test('are taken from the books of all products when one id is not known: the others stay in sight', async () => {
    const { client, exchange, anomalies } = await testBench(({ query }) =>
      query.has('product_ids')
        ? { status: 400, body: { error: 'INVALID_ARGUMENT', message: 'invalid product_id: ETH-USD' } }
        : { body: { pricebooks: [book('BTC-USD'), book('OTHER-USD'), { product_id: 'ODD' }] } },
    );
    const quotes = answered(await coinbaseMarketData(client).quotes([BTC, ETH]));
    expect(quotes.map(({ productId: id }) => id)).toEqual(['BTC-USD']);
    expect(exchange.received).toHaveLength(2);
    expect(anomalies).toEqual([expect.stringContaining('invalid product_id: ETH-USD')]);
  });

  test('are a failure when the key may not see them', async () => {
    const { client, exchange } = await testBench([{ status: 403, body: { error: 'PERMISSION_DENIED' } }]);
    expect((await coinbaseMarketData(client).quotes([BTC])).kind).toBe('refused');
    expect(exchange.received).toHaveLength(1);
  });

  test('of nothing ask nothing', async () => {
    const { client, exchange } = await testBench([{ body: {} }]);
    expect(answered(await coinbaseMarketData(client).quotes([]))).toEqual([]);
    expect(exchange.received).toHaveLength(0);
  });

  test('come from public books without a key; one that is gone is left out', async () => {
    const { client, exchange, anomalies } = await testBench(
      ({ query }) =>
        query.get('product_id') === 'ETH-USD'
          ? { status: 404, body: { error: 'NOT_FOUND', message: 'Product ETH-USD not supported' } }
          : { body: { pricebook: book('BTC-USD'), last: '1', mid_market: '1' } },
      { key: undefined },
    );
    const quotes = answered(await coinbaseMarketData(client).quotes([BTC, ETH]));
    expect(quotes.map(({ productId: id }) => id)).toEqual(['BTC-USD']);
    expect(exchange.received.map(({ path }) => path)).toEqual(['/market/product_book', '/market/product_book']);
    expect(anomalies[0]).toContain('Product ETH-USD not supported');
  });

  test('without a key are a failure, never an empty list, when every book fails or one cannot be reached', async () => {
    const { client: gone } = await testBench([{ status: 404, body: {} }], { key: undefined });
    expect((await coinbaseMarketData(gone).quotes([BTC])).kind).toBe('refused');
    const { client: down } = await testBench(
      ({ query }) => (query.get('product_id') === BTC ? { body: { pricebook: book(BTC) } } : { status: 503, body: '' }),
      { key: undefined },
    );
    expect((await coinbaseMarketData(down).quotes([BTC, ETH])).kind).toBe('unavailable');
  });

  test('of an alias keep the id that was asked for', async () => {
    const { client } = await testBench([{ body: { pricebook: book('BTC-USD') } }], { key: undefined });
    const [quote] = answered(await coinbaseMarketData(client).quotes([productId('BTC-USDC')]));
    expect(quote?.productId).toBe('BTC-USDC');
  });

  test('of an alias are found with a key as well; its own book stands before that of the other', async () => {
    const USDC = productId('BTC-USDC');
    const dear = { bids: [{ price: '90000', size: '1' }] };
    const { client } = await testBench([{ body: { pricebooks: [book('BTC-USD')] } }]);
    expect(answered(await coinbaseMarketData(client).quotes([USDC])).map(({ productId: id }) => id)).toEqual([USDC]);
    const { client: both } = await testBench([{ body: { pricebooks: [book('BTC-USD', dear), book('BTC-USDC')] } }]);
    expect(answered(await coinbaseMarketData(both).quotes([USDC]))[0]?.bid).toBe(answeredPrice('81234'));
  });

  test.each(['BTC-GBP', 'BTC-EUR', 'ETH-USD'])('are never taken from the book of %s', async (other) => {
    const { client } = await testBench([{ body: { pricebook: book(other) } }], { key: undefined });
    expect(failureOf(await coinbaseMarketData(client).quotes([BTC]))).toContain(`a book of ${other} came back`);
  });
});

describe('the time', () => {
  const reply = { body: { iso: '2026-11-20T10:00:00Z', epochSeconds: '1795168800', epochMillis: '1795168800123' } };

  test('is the middle of the round trip, wrong by at most half of it', async () => {
    const clock = virtualClock();
    const { client, exchange } = await testBench(
      () => {
        clock.advance(80);
        return reply;
      },
      { clock },
    );
    expect(answered(await coinbaseMarketData(client).time())).toEqual({ epochMs: 1_795_168_800_163, errorBoundMs: 41 });
    expect(exchange.received).toHaveLength(1);
    expect(exchange.received[0]?.authorization).toBeUndefined();
  });

  test('is taken from the shortest of several round trips when the first was long, and carried to now', async () => {
    const clock = virtualClock();
    const trips = [400, 120, 300];
    const { client } = await testBench(
      (_request, i) => {
        clock.advance(trips[i] ?? 0);
        return reply;
      },
      { clock },
    );
    // 60 ms of the second trip, and the 300 ms that passed since.
    expect(answered(await coinbaseMarketData(client).time())).toEqual({ epochMs: 1_795_168_800_483, errorBoundMs: 61 });
  });

  test('in whole seconds is known to a second', async () => {
    const { client } = await testBench([{ body: { epochSeconds: 1_795_168_800 } }]);
    expect(answered(await coinbaseMarketData(client).time()).errorBoundMs).toBe(1_000);
  });

  test.each([{}, { epochMillis: '' }, { epochMillis: '17951688001' }, { epochMillis: 'now' }])(
    'is not read from %j',
    async (body) => {
      const { client } = await testBench([{ body }]);
      expect(failureOf(await coinbaseMarketData(client).time())).toContain('epochMillis');
    },
  );
});

describe('the ticker', () => {
  test('has null for a side that a dead product does not have', async () => {
    const trade = {
      trade_id: '1',
      price: '81234.01',
      size: '0.001',
      time: '2026-11-20T10:00:00.65Z',
      side: 'NEW',
      bid: '',
    };
    const { client } = await testBench([{ body: { trades: [trade], best_bid: '', best_ask: '81234.01' } }]);
    const ticker = answered(await getTicker(client, BTC, 5_000));
    expect(ticker.bestBid).toBeNull();
    expect(ticker.trades[0]?.makerSide).toBe('OTHER');
  });
});

function answeredPrice(text: string) {
  return BigInt(text) * 10n ** 12n;
}
