import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SendableOrder } from '../../core/execution/sendable-order.ts';
import { type Product, type ProductId, productId } from '../../core/market/product.ts';
import type { Quote } from '../../core/market/quote.ts';
import { productOf } from '../../core/market/testing/product.ts';
import { price, quantity, ratio, toText, usd } from '../../core/money/fixed.ts';
import { type Answer, ok } from '../../ports/answer.ts';
import type { Balance, Exchange, ExchangeFill, ExchangeOrder } from '../../ports/exchange.ts';
import type { FactStore } from '../../ports/stores.ts';
import { dryRunExchange } from './dry-run-exchange.ts';
import { paperExchange } from './paper-exchange.ts';
import type { PaperExchangeParts } from './parts.ts';

const BTC = productId('BTC-USD');
const FEES = { maker: ratio('0.004'), taker: ratio('0.006'), source: 'config' } as const;

/** A quote 99 / 101 with ten coins a side; every call may change it. */
function quoteOf(
  id: ProductId,
  over: Partial<Record<'bid' | 'ask' | 'bidSize' | 'askSize', string>>,
  timeMs: number,
): Quote {
  return {
    productId: id,
    bid: price(over.bid ?? '99'),
    bidSize: quantity(over.bidSize ?? '10'),
    ask: price(over.ask ?? '101'),
    askSize: quantity(over.askSize ?? '10'),
    timeMs,
  };
}

function memoryFacts(): FactStore {
  const items = new Map<string, { version: number; value: string }>();
  return {
    async load(name) {
      const item = items.get(name);
      return item && { version: item.version, value: JSON.parse(item.value) };
    },
    async save(name, value, version) {
      if ((items.get(name)?.version ?? 0) !== version) return 'stale';
      items.set(name, { version: version + 1, value: JSON.stringify(value) });
      return 'saved';
    },
  };
}

interface Desk {
  readonly exchange: Exchange;
  readonly reopen: () => Exchange;
  quote: (over?: Parameters<typeof quoteOf>[1]) => void;
  fail: (failure: Answer<never> | null) => void;
  list: (listed: Answer<Product>) => void;
  at: (ms: number) => void;
}

function desk(over: Partial<PaperExchangeParts> = {}): Desk {
  let now = 1_000;
  let quoteMs = 1;
  let current = quoteOf(BTC, {}, quoteMs);
  let failure: Answer<never> | null = null;
  let listed: Answer<Product> = ok(productOf(BTC));
  const parts: PaperExchangeParts = {
    marketData: {
      quotes: async (ids) => failure ?? ok(ids.includes(BTC) ? [current] : []),
      product: async () => listed,
    },
    facts: memoryFacts(),
    clock: { nowMs: () => now, monotonicMs: () => now, sleep: async () => undefined },
    startingCashUsd: usd('10000'),
    quoteCurrency: 'USD',
    fees: FEES,
    slippageBps: 10,
    ...over,
  };
  return {
    exchange: paperExchange(parts),
    reopen: () => paperExchange(parts),
    quote: (next = {}) => {
      quoteMs += 1;
      current = quoteOf(BTC, next, quoteMs);
    },
    fail: (next) => {
      failure = next;
    },
    list: (next) => {
      listed = next;
    },
    at: (ms) => {
      now = ms;
    },
  };
}

type Wire = Record<string, Record<string, string | boolean>>;

function order(id: string, side: 'BUY' | 'SELL', order_configuration: Wire, extra: object = {}): SendableOrder {
  const body = { client_order_id: id, product_id: BTC, side, order_configuration, ...extra };
  return { clientOrderId: id, body: JSON.stringify(body) } as unknown as SendableOrder;
}

const limitIoc = (base_size: string, limit_price: string): Wire => ({ sor_limit_ioc: { base_size, limit_price } });
const limitGtc = (base_size: string, limit_price: string, post_only = true): Wire => ({
  limit_limit_gtc: { base_size, limit_price, post_only },
});

function answered<Value>(answer: Answer<Value>): Value {
  if (answer.kind !== 'ok') throw new Error(`expected an answer, got ${JSON.stringify(answer)}`);
  return answer.value;
}

async function balances(exchange: Exchange) {
  const entries = answered(await exchange.balances());
  return Object.fromEntries(
    entries.map(({ currency, available, hold }) => [currency, [toText(available), toText(hold)]]),
  );
}

async function reasonOf(answer: Promise<Answer<unknown>>) {
  const settled = await answer;
  return settled.kind === 'refused' ? settled.reasons[0] : settled.kind;
}

describe('an immediate order on the paper exchange', () => {
  test('fills at the touch made worse by the slippage and pays the taker fee', async () => {
    const { exchange } = desk();
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitIoc('2', '102'))));
    // 101 + 10 bps = 101.101, up on the cent grid.
    const [fill] = answered(await exchange.fillsSince(0));
    expect(fill).toMatchObject({ orderId, timeMs: 1_000, tradeType: 'FILL', liquidity: 'TAKER' });
    expect([fill?.price, fill?.commission].map((figure) => toText(figure ?? usd('-1')))).toEqual(['101.11', '1.21332']);
    expect(answered(await exchange.order(orderId)).status).toBe('FILLED');
    expect(await balances(exchange)).toEqual({ USD: ['9796.56668', '0'], BTC: ['2', '0'] });
  });

  test('deals deeper and dearer beyond the size shown, and cancels what the limit does not reach', async () => {
    const { exchange, quote } = desk();
    quote({ askSize: '1' });
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitIoc('5', '101.3'))));
    const fills = answered(await exchange.fillsSince(0));
    expect(fills.map((fill) => [toText(fill.price), toText(fill.quantity)])).toEqual([
      ['101.11', '1'],
      ['101.22', '1'],
    ]);
    const seen = answered(await exchange.order(orderId));
    expect(seen.status).toBe('CANCELLED');
    expect(toText(seen.filledQuantity)).toBe('2');
  });

  test('never deals beyond its limit', async () => {
    const { exchange } = desk();
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitIoc('1', '101.1'))));
    expect(answered(await exchange.order(orderId))).toMatchObject({ status: 'CANCELLED', filledQuantity: 0n });
    expect(await balances(exchange)).toEqual({ USD: ['10000', '0'] });
  });

  test('spends at most the money of a market buy, fees included', async () => {
    const { exchange } = desk();
    answered(await exchange.place(order('a', 'BUY', { market_market_ioc: { quote_size: '1000' } })));
    const { USD } = await balances(exchange);
    const left = Number(USD?.[0]);
    expect(left).toBeGreaterThanOrEqual(9_000);
    expect(left).toBeLessThan(9_000.01);
  });

  test('sells at the bid made worse by the slippage', async () => {
    const { exchange } = desk();
    await exchange.place(order('a', 'BUY', limitIoc('1', '102')));
    await exchange.place(order('b', 'SELL', { market_market_ioc: { base_size: '1' } }));
    const fills = answered(await exchange.fillsSince(0));
    expect(fills.map((fill) => toText(fill.price))).toEqual(['101.11', '98.9']);
    expect((await balances(exchange))['BTC']).toEqual(['0', '0']);
  });
});

describe('a resting order on the paper exchange', () => {
  test('locks its funds, fills only when a later quote trades through it, and pays the maker fee', async () => {
    const { exchange, quote } = desk();
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('2', '100'))));
    expect(await balances(exchange)).toEqual({ USD: ['9799.199999999', '200.800000001'] });

    quote({ bid: '99', ask: '100' });
    expect(answered(await exchange.order(orderId)).status).toBe('OPEN');
    quote({ bid: '98', ask: '99.99', askSize: '0.5' });
    expect(toText(answered(await exchange.order(orderId)).filledQuantity)).toBe('0.5');
    expect(toText(answered(await exchange.order(orderId)).filledQuantity)).toBe('0.5');
    quote({ bid: '98', ask: '99.99' });
    expect(answered(await exchange.order(orderId)).status).toBe('FILLED');
    expect(await balances(exchange)).toEqual({ USD: ['9799.2', '0'], BTC: ['2', '0'] });
    expect(answered(await exchange.fillsSince(0)).map((fill) => fill.liquidity)).toEqual(['MAKER', 'MAKER']);
  });

  test('is refused when it is post-only and would deal at once', async () => {
    const { exchange } = desk();
    expect(await reasonOf(exchange.place(order('a', 'BUY', limitGtc('1', '101'))))).toBe(
      'INVALID_LIMIT_PRICE_POST_ONLY',
    );
  });

  test('takes what it can at once when it may, and rests with the remainder', async () => {
    const { exchange, quote } = desk();
    quote({ askSize: '1' });
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('3', '101.15', false))));
    expect(answered(await exchange.order(orderId))).toMatchObject({ status: 'OPEN', filledQuantity: quantity('1') });
    expect((await balances(exchange))['USD']?.[1]).toBe('203.109200001');
  });

  test('gives its funds back when cancelled, once', async () => {
    const { exchange } = desk();
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('2', '90'))));
    expect(answered(await exchange.openOrders())).toHaveLength(1);
    const results = answered(await exchange.cancel([orderId, orderId, 'nobody']));
    expect(results.map(({ accepted, reason }) => [accepted, reason])).toEqual([
      [true, ''],
      [false, 'DUPLICATE_CANCEL_REQUEST'],
      [false, 'UNKNOWN_CANCEL_ORDER'],
    ]);
    expect(await balances(exchange)).toEqual({ USD: ['10000', '0'] });
    expect(answered(await exchange.openOrders())).toEqual([]);
  });

  test('cannot be sold twice', async () => {
    const { exchange } = desk();
    await exchange.place(order('a', 'BUY', limitIoc('1', '102')));
    answered(await exchange.place(order('b', 'SELL', limitGtc('1', '120'))));
    expect(await reasonOf(exchange.place(order('c', 'SELL', limitIoc('0.5', '90'))))).toBe('INSUFFICIENT_FUND');
  });
});

describe('what the paper exchange refuses', () => {
  test.each([
    ['INVALID_SIZE_PRECISION', 'BUY', limitIoc('0.000000001', '102')],
    ['INVALID_PRICE_PRECISION', 'BUY', limitIoc('1', '102.001')],
    ['PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL', 'BUY', limitIoc('0.005', '102')],
    ['PREVIEW_INVALID_BASE_SIZE_TOO_LARGE', 'BUY', limitIoc('100001', '9')],
    ['PREVIEW_INVALID_BASE_SIZE_TOO_SMALL', 'BUY', limitIoc('0', '102')],
    ['INSUFFICIENT_FUND', 'BUY', limitIoc('98', '102')],
    ['INSUFFICIENT_FUND', 'SELL', limitIoc('1', '90')],
    ['INSUFFICIENT_FUND', 'BUY', { market_market_ioc: { quote_size: '10000.01' } }],
    ['PREVIEW_INVALID_QUOTE_SIZE_PRECISION', 'BUY', { market_market_ioc: { quote_size: '10.001' } }],
    ['UNSUPPORTED_ORDER_CONFIGURATION', 'SELL', { market_market_ioc: { quote_size: '10' } }],
    ['UNSUPPORTED_ORDER_CONFIGURATION', 'BUY', { limit_limit_fok: { base_size: '1', limit_price: '1' } }],
    ['UNSUPPORTED_ORDER_CONFIGURATION', 'BUY', limitIoc('1e3', '102')],
    ['INVALID_LIMIT_PRICE', 'BUY', limitIoc('1', '-102')],
  ] as const)('%s: %s %o', async (reason, side, wire) => {
    const { exchange } = desk();
    expect(await reasonOf(exchange.place(order('a', side, wire as Wire)))).toBe(reason);
    expect(await balances(exchange)).toEqual({ USD: ['10000', '0'] });
    expect(answered(await exchange.ordersSince(0, [BTC]))).toEqual([]);
  });

  test('an unlisted product, a closed one, and one without a two-sided book', async () => {
    const place = (market: Desk) => reasonOf(market.exchange.place(order('a', 'BUY', limitIoc('1', '102'))));
    const unlisted = desk();
    unlisted.list({ kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: '' });
    expect(await place(unlisted)).toBe('INVALID_PRODUCT_ID');
    const closed = desk();
    closed.list(ok(productOf(BTC, { cancelOnly: true })));
    expect(await place(closed)).toBe('ORDER_ENTRY_DISABLED');
    const empty = desk({ marketData: { quotes: async () => ok([]), product: async () => ok(productOf(BTC)) } });
    expect(await place(empty)).toBe('INVALID_NO_LIQUIDITY');
  });

  test('gives a failure, never an empty success, when the market does not answer', async () => {
    const { exchange, fail } = desk();
    answered(await exchange.place(order('a', 'BUY', limitGtc('1', '90'))));
    fail({ kind: 'ambiguous', message: 'reset' });
    expect((await exchange.place(order('b', 'BUY', limitIoc('1', '102')))).kind).toBe('unavailable');
    for (const answer of [
      exchange.openOrders(),
      exchange.fillsSince(0),
      exchange.balances(),
      exchange.ordersSince(0, [BTC]),
    ]) {
      expect((await answer).kind).not.toBe('ok');
    }
    fail(null);
    expect(answered(await exchange.openOrders())).toHaveLength(1);
  });

  test('a preview says the same as the order would and books nothing', async () => {
    const { exchange } = desk();
    const intent = {
      client_order_id: 'a',
      product_id: BTC,
      side: 'BUY',
      quantity: quantity('2'),
      limit_price: price('102'),
    };
    const totals = answered(await exchange.preview(intent as never));
    expect([toText(totals.orderTotal), toText(totals.commissionTotal)]).toEqual(['203.43332', '1.21332']);
    expect(await reasonOf(exchange.preview({ ...intent, quantity: quantity('99') } as never))).toBe(
      'INSUFFICIENT_FUND',
    );
    expect(await balances(exchange)).toEqual({ USD: ['10000', '0'] });
  });
});

describe('the paper book', () => {
  test('[I2] gives the existing order for a repeated client order id and changes nothing', async () => {
    const { exchange } = desk();
    const first = answered(await exchange.place(order('a', 'BUY', limitIoc('1', '102'))));
    const before = await balances(exchange);
    expect(answered(await exchange.place(order('a', 'BUY', limitIoc('5', '103'))))).toEqual(first);
    expect(await balances(exchange)).toEqual(before);
    expect(answered(await exchange.ordersSince(0, [BTC]))).toHaveLength(1);
  });

  test('survives a restart', async () => {
    const { exchange, reopen } = desk();
    await exchange.place(order('a', 'BUY', limitIoc('1', '102')));
    await exchange.place(order('b', 'BUY', limitGtc('1', '90')));
    const after = reopen();
    expect(await balances(after)).toEqual(await balances(exchange));
    expect(answered(await after.openOrders())).toEqual(answered(await exchange.openOrders()));
  });

  test('loses nothing when two writers race', async () => {
    const { exchange, reopen } = desk();
    const other = reopen();
    await Promise.all([
      exchange.place(order('a', 'BUY', limitIoc('1', '102'))),
      other.place(order('b', 'BUY', limitIoc('1', '102'))),
      exchange.place(order('c', 'BUY', limitIoc('1', '102'))),
    ]);
    expect((await balances(exchange))['BTC']).toEqual(['3', '0']);
  });

  test('forgets finished orders only when they are old and many, and never their money', async () => {
    const { exchange, at } = desk();
    for (let i = 0; i < 60; i += 1) await exchange.place(order(`a${i}`, 'BUY', limitIoc('0.1', '102')));
    expect(answered(await exchange.ordersSince(0, [BTC]))).toHaveLength(60);
    at(1_000 + 3 * 3_600_000);
    await exchange.place(order('last', 'BUY', limitIoc('0.1', '102')));
    expect(answered(await exchange.ordersSince(0, [BTC]))).toHaveLength(50);
    expect((await balances(exchange))['BTC']).toEqual(['6.1', '0']);
  });

  test('[I7] keeps cash plus coins exact, never negative, and fills within size, whatever is ordered', async () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 12 }),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      kind: fc.constantFrom('ioc', 'gtc', 'post', 'market', 'quote', 'cancel'),
      size: fc.integer({ min: 1, max: 9_000_000_000 }),
      cents: fc.integer({ min: 9_500, max: 10_500 }),
      ask: fc.integer({ min: 9_401, max: 10_600 }),
      shown: fc.integer({ min: 1, max: 9_000_000_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { exchange, quote } = desk();
        for (const { id, side, kind, size, cents, ask, shown } of steps) {
          quote({ ask: money(ask), bid: money(ask - 7), askSize: coins(shown), bidSize: coins(shown) });
          await act(exchange, kind, `o${id}`, side, coins(size), money(cents));
          await expectSound(exchange);
        }
      }),
      { numRuns: 150 },
    );
  });
});

const money = (cents: number) => (cents / 100).toFixed(2);
const coins = (units: number) => (units / 1e8).toFixed(8);

async function act(exchange: Exchange, kind: string, id: string, side: 'BUY' | 'SELL', size: string, limit: string) {
  if (kind === 'cancel') return exchange.cancel([`paper-${id}`]);
  if (kind === 'quote') return exchange.place(order(id, side, { market_market_ioc: { quote_size: limit } }));
  if (kind === 'market') return exchange.place(order(id, side, { market_market_ioc: { base_size: size } }));
  if (kind === 'ioc') return exchange.place(order(id, side, limitIoc(size, limit)));
  return exchange.place(order(id, side, limitGtc(size, limit, kind === 'post')));
}

/** Folds every fill from scratch and compares with the balances, to the last digit. */
async function expectSound(exchange: Exchange) {
  const orders = answered(await exchange.ordersSince(0, [BTC]));
  const fills = answered(await exchange.fillsSince(0));
  expectExactFees(fills);
  expectBalances(fills, answered(await exchange.balances()));
  for (const entry of orders)
    expectWithinTerms(
      entry,
      fills.filter((fill) => fill.orderId === entry.orderId),
    );
  expect(new Set(fills.map((fill) => fill.entryId)).size).toBe(fills.length);
  expect(new Set(orders.map((entry) => entry.clientOrderId)).size).toBe(orders.length);
}

const ONE = 10n ** 12n;

function expectExactFees(fills: readonly ExchangeFill[]) {
  for (const { price: at, quantity: size, commission, liquidity } of fills) {
    expect((at * size) % ONE).toBe(0n);
    const rate = liquidity === 'MAKER' ? FEES.maker : FEES.taker;
    expect(commission).toBe((((at * size) / ONE) * rate + ONE - 1n) / ONE);
  }
}

function expectBalances(fills: readonly ExchangeFill[], found: readonly Balance[]) {
  const sign = (fill: ExchangeFill) => (fill.side === 'BUY' ? 1n : -1n);
  const held = fills.reduce((sum, fill) => sum + sign(fill) * fill.quantity, 0n);
  const spent = fills.reduce(
    (sum, fill) => sum + (sign(fill) * fill.price * fill.quantity) / ONE + fill.commission,
    0n,
  );
  for (const { available, hold, currency } of found) {
    expect(available >= 0n && hold >= 0n).toBe(true);
    expect(available + hold).toBe(currency === 'USD' ? usd('10000') - spent : held);
  }
}

function expectWithinTerms(entry: ExchangeOrder, mine: readonly ExchangeFill[]) {
  expect(mine.reduce((sum, fill) => sum + fill.quantity, 0n)).toBe(entry.filledQuantity);
  expect(entry.baseSize === null || entry.filledQuantity <= entry.baseSize).toBe(true);
  const limit = entry.limitPrice;
  const isWithin = (at: bigint) => limit === null || (entry.side === 'BUY' ? at <= limit : at >= limit);
  expect(mine.every((fill) => isWithin(fill.price))).toBe(true);
}

describe('the dry-run exchange', () => {
  test('[I10] reads through and refuses to write', async () => {
    const { exchange } = desk();
    const dry = dryRunExchange(exchange);
    expect(await reasonOf(dry.place(order('a', 'BUY', limitIoc('1', '102'))))).toBe('DRY_RUN');
    expect(await reasonOf(dry.cancel(['a']))).toBe('DRY_RUN');
    expect(await balances(dry)).toEqual({ USD: ['10000', '0'] });
  });
});
