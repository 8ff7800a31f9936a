import { describe, expect, test } from 'vitest';
import { NO_CANDLES } from '../../core/market/candles.ts';
import { price, quantity, toText, usd } from '../../core/money/fixed.ts';
import { ok } from '../../ports/answer.ts';
import { dryRunExchange } from './dry-run-exchange.ts';
import {
  answered,
  BTC,
  balances,
  type Desk,
  desk,
  limitGtc,
  limitIoc,
  order,
  product,
  reasonOf,
  type Wire,
} from './testing/paper-desk.ts';

const MINUTE = 60_000;

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
    quote({ bid: '100.9', askSize: '1' });
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

  test('finds the levels behind the touch as far apart as half the spread, where that is more than the slippage', async () => {
    const { exchange, quote } = desk();
    quote({ askSize: '1' });
    answered(await exchange.place(order('a', 'BUY', limitIoc('5', '102.2'))));
    const fills = answered(await exchange.fillsSince(0));
    expect(fills.map((fill) => toText(fill.price))).toEqual(['101.11', '102.11']);
  });

  test('[I6] is never FILLED with nothing filled: money for less than one increment buys none', async () => {
    const { exchange, list } = desk();
    list(ok({ ...product(BTC), baseIncrement: quantity('1') }));
    const { orderId } = answered(await exchange.place(order('a', 'BUY', { market_market_ioc: { quote_size: '50' } })));
    expect(answered(await exchange.order(orderId))).toMatchObject({ status: 'CANCELLED', filledQuantity: 0n });
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
  test('locks the fee it was admitted with: no second order is let in on the difference', async () => {
    const { exchange } = desk();
    answered(await exchange.place(order('a', 'BUY', limitGtc('49', '100'))));
    expect(await reasonOf(exchange.place(order('b', 'BUY', limitGtc('50.45', '100'))))).toBe('INSUFFICIENT_FUND');
    expect(await reasonOf(exchange.place(order('c', 'BUY', limitGtc('50.4', '100'))))).toBe('ok');
  });

  test('locks its funds, fills only when a later minute trades through it, and pays the maker fee', async () => {
    const { exchange, quote, bar, at } = desk();
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('2', '100'))));
    expect(await balances(exchange)).toEqual({ USD: ['9798.799999999', '201.200000001'] });

    // A quote says what is offered, not what traded; the minute of the order itself may have traded before it.
    quote({ bid: '98', ask: '99.99' });
    bar(0, 90);
    bar(1, 100);
    at(2 * MINUTE);
    expect(answered(await exchange.order(orderId))).toMatchObject({ status: 'OPEN', filledQuantity: 0n });
    bar(2, 99.99, 4);
    at(3 * MINUTE);
    expect(toText(answered(await exchange.order(orderId)).filledQuantity)).toBe('0.6');
    expect(toText(answered(await exchange.order(orderId)).filledQuantity)).toBe('0.6');
    bar(3, 99.99);
    at(4 * MINUTE);
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
    expect((await balances(exchange))['USD']?.[1]).toBe('203.513800001');
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
    ['INVALID_SIZE_PRECISION', 'BUY', { market_market_ioc: { quote_size: '10.001' } }],
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

  test('no size for being large where the exchange states no largest one', async () => {
    const { exchange, list } = desk();
    list(ok({ ...product(BTC), baseMaxSize: quantity('0'), quoteMaxSize: usd('0') }));

    expect(answered(await exchange.place(order('a', 'BUY', limitIoc('1', '102')))).orderId).not.toBe('');
  });

  test('an unlisted product, a closed one, and one without a two-sided book', async () => {
    const place = (market: Desk) => reasonOf(market.exchange.place(order('a', 'BUY', limitIoc('1', '102'))));
    const unlisted = desk();
    unlisted.list({ kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: '' });
    expect(await place(unlisted)).toBe('INVALID_PRODUCT_ID');
    const closed = desk();
    closed.list(ok(product(BTC, { cancelOnly: true })));
    expect(await place(closed)).toBe('ORDER_ENTRY_DISABLED');
    const empty = desk({ marketData: marketWithoutQuotes() });
    expect(await place(empty)).toBe('INVALID_NO_LIQUIDITY');
  });

  test('gives a failure, never an empty success, when the market does not answer', async () => {
    const { exchange, fail, at } = desk();
    answered(await exchange.place(order('a', 'BUY', limitGtc('1', '90'))));
    at(2 * MINUTE);
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
    const { exchange, quote } = desk();
    const of = (size: string) => ({
      productId: BTC,
      side: 'BUY' as const,
      terms: { type: 'sor_limit_ioc' as const, base_size: quantity(size), limit_price: price('102') },
    });
    const totals = answered(await exchange.preview(of('2')));
    expect([toText(totals.orderTotal), toText(totals.commissionTotal)]).toEqual(['203.43332', '1.21332']);
    expect(await reasonOf(exchange.preview(of('99')))).toBe('PREVIEW_INSUFFICIENT_FUND');
    quote({ bid: '100.9', askSize: '1' });
    // Ten levels, of which nine are within the limit: the rest of the order is never bought.
    const [part, all] = [await exchange.preview(of('8')), await exchange.preview(of('20'))].map((answer) =>
      Number(toText(answered(answer).orderTotal)),
    );
    expect((all ?? 0) / (part ?? 1)).toBeCloseTo(9 / 8, 2);
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
});

function marketWithoutQuotes() {
  return {
    quotes: async () => ok([]),
    product: async () => ok(product(BTC)),
    candles: async () => ok(NO_CANDLES),
  };
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
