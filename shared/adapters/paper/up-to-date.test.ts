import { expect, test } from 'vitest';
import { toText, usd } from '../../core/money/fixed.ts';
import { answered, balances, desk, limitGtc, limitGtd, limitIoc, memoryFacts, order } from './testing/paper-desk.ts';

const MINUTE = 60_000;

test('asks for bars once a minute, and only while something rests', async () => {
  const { exchange, at, candleCalls } = desk();
  at(5 * MINUTE + 20_000);
  await balances(exchange);
  const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('1', '90'))));
  await balances(exchange);
  expect(candleCalls).toEqual([]);
  at(7 * MINUTE + 20_000);
  for (let i = 0; i < 3; i += 1) await balances(exchange);
  at(9 * MINUTE + 20_000);
  await exchange.cancel([orderId]);
  at(12 * MINUTE);
  await balances(exchange);
  expect(candleCalls).toEqual([
    ['BTC-USD', 6, 6],
    // The bar that was read 20 seconds after its close is read again.
    ['BTC-USD', 6, 8],
  ]);
});

test('waits a moment for a bar that is not listed yet, and expires nothing before it', async () => {
  const { exchange, at, bar } = desk();
  const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtd('1', '95', 3 * MINUTE))));
  at(3 * MINUTE + 2_000);
  expect(answered(await exchange.order(orderId)).status).toBe('OPEN');
  bar(2, 94);
  at(3 * MINUTE + 4_000);
  expect(answered(await exchange.order(orderId)).status).toBe('FILLED');
});

test('meets a bar again that it read before it was final, and one that was listed late', async () => {
  for (const first of [96, null]) {
    const { exchange, at, bar } = desk();
    const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('1', '95'))));
    if (first !== null) bar(1, first);
    at(2 * MINUTE + 15_000);
    expect(answered(await exchange.order(orderId)).filledQuantity).toBe(0n);
    bar(1, 94);
    at(3 * MINUTE + 1_000);
    expect(answered(await exchange.order(orderId)).status).toBe('FILLED');
    expect(answered(await exchange.fillsSince(0))[0]?.timeMs).toBe(2 * MINUTE);
  }
});

test('[I6] takes its share of a bar once, however often that bar is read', async () => {
  const { exchange, at, bar } = desk();
  for (const id of ['a', 'b']) answered(await exchange.place(order(id, 'BUY', limitGtc('1', '95'))));
  bar(1, 94, 10);
  const filled: string[][] = [];
  for (const nowMs of [2 * MINUTE, 2 * MINUTE + 30_000, 3 * MINUTE + 30_000, 5 * MINUTE]) {
    at(nowMs);
    filled.push(answered(await exchange.fillsSince(0)).map((fill) => toText(fill.quantity)));
  }
  expect(filled).toEqual(Array(4).fill(['1', '0.5']));
});

test('honours what traded before a cancel was asked for', async () => {
  const { exchange, at, bar } = desk();
  const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('1', '95'))));
  bar(1, 94);
  at(2 * MINUTE);
  expect(answered(await exchange.cancel([orderId]))[0]?.reason).toBe('ORDER_IS_FULLY_FILLED');
});

test('uses coins that a resting order has bought by now', async () => {
  const { exchange, at, bar } = desk();
  await exchange.place(order('a', 'BUY', limitGtc('1', '95')));
  bar(1, 94);
  at(2 * MINUTE);
  answered(await exchange.place(order('b', 'SELL', limitIoc('1', '90'))));
  expect((await balances(exchange))['BTC']).toEqual(['0', '0']);
});

test('catches up after days without a look, in steps, and answers nothing before it has', async () => {
  const { exchange, at, bar, candleCalls } = desk();
  const { orderId } = answered(await exchange.place(order('a', 'BUY', limitGtc('1', '95'))));
  bar(2_900, 94);
  at(3_000 * MINUTE);
  expect(await exchange.order(orderId)).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('up') });
  expect(candleCalls).toHaveLength(5);
  const seen = answered(await exchange.order(orderId));
  expect([seen.status, toText(seen.filledQuantity)]).toEqual(['FILLED', '1']);
  expect(candleCalls.every(([, from, to]) => to - from < 300)).toBe(true);
});

test('knows the rest of the book while a product is gone, and meets its bars should it come back', async () => {
  const { exchange, at, bar, fail } = desk();
  const { orderId: stays } = answered(await exchange.place(order('a', 'BUY', limitGtc('1', '95'))));
  const { orderId: ends } = answered(await exchange.place(order('b', 'BUY', limitGtd('1', '90', 2 * MINUTE))));
  const { orderId: goes } = answered(await exchange.place(order('c', 'BUY', limitGtc('1', '90'))));
  bar(400, 94);
  fail({ kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: 'no such product' });
  for (const minute of [2, 3, 390, 402]) {
    at(minute * MINUTE);
    expect((await balances(exchange))['USD']).toBeDefined();
  }
  answered(await exchange.cancel([goes]));
  expect(answered(await exchange.order(stays)).status).toBe('OPEN');
  expect(answered(await exchange.order(ends)).status).toBe('EXPIRED');
  expect(answered(await exchange.order(goes)).status).toBe('CANCELLED');
  fail(null);
  at(404 * MINUTE);
  expect(answered(await exchange.order(stays)).status).toBe('FILLED');
  expect(answered(await exchange.fillsSince(0))[0]?.timeMs).toBe(401 * MINUTE);
});

test('remembers an old order whose end has just become known', async () => {
  const { exchange, at } = desk();
  const { orderId } = answered(await exchange.place(order('old', 'BUY', limitGtd('1', '90', 300 * MINUTE))));
  for (let i = 0; i < 60; i += 1) await exchange.place(order(`a${i}`, 'BUY', limitIoc('0.1', '102')));
  at(400 * MINUTE);
  await balances(exchange);
  expect(answered(await exchange.order(orderId)).status).toBe('EXPIRED');
});

test('reads a book from before resting orders met bars', async () => {
  const facts = memoryFacts();
  const resting = {
    order_id: 'paper-old',
    client_order_id: 'old',
    product_id: 'BTC-USD',
    base: 'BTC',
    side: 'BUY',
    base_size: '1',
    limit_price: '95',
    status: 'OPEN',
    detail: null,
    created_ms: 30_000,
    seen_quote_ms: 29_000,
    locked_cash: '95.38',
    locked_base: '0',
    maker_rate: '0.004',
    fills: [],
  };
  await facts.save('paper-book', { cash: '1000', holdings: {}, orders: [resting] }, 0);
  const { exchange, at, bar } = desk({ facts, startingCashUsd: usd('1') });
  bar(0, 90);
  bar(1, 94);
  at(2 * MINUTE);
  expect(await balances(exchange)).toEqual({ USD: ['904.62', '0'], BTC: ['1', '0'] });
});

test('[I6] a book with a field that this code does not know is refused, and stays as it is', async () => {
  const facts = memoryFacts();
  const { exchange } = desk({ facts });
  answered(await exchange.place(order('a', 'BUY', limitGtc('1', '90'))));
  const mine = await facts.load('paper-book');
  const book = mine?.value as { orders: readonly object[] };
  const newer = { ...book, orders: book.orders.map((each) => ({ ...each, of_a_newer_version: null })) };
  await facts.save('paper-book', newer, mine?.version ?? 0);
  await expect(exchange.place(order('b', 'BUY', limitGtc('1', '90')))).rejects.toThrow('of_a_newer_version');
  await expect(exchange.balances()).rejects.toThrow('of_a_newer_version');
  expect((await facts.load('paper-book'))?.value).toEqual(newer);
  await facts.save('paper-book', book, (mine?.version ?? 0) + 1);
  expect(answered(await exchange.place(order('b', 'BUY', limitGtc('1', '90')))).orderId).not.toBe('');
});
