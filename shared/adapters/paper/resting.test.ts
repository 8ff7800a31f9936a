import { describe, expect, test } from 'vitest';
import type { OrderTerms } from '../../core/execution/terms.ts';
import { price, quantity, toText } from '../../core/money/fixed.ts';
import type { Exchange } from '../../ports/exchange.ts';
import {
  answered,
  BTC,
  balances,
  bracket,
  type Desk,
  desk,
  limitGtc,
  limitGtd,
  limitIoc,
  order,
  reasonOf,
  stopLimit,
  type Wire,
} from './testing/paper-desk.ts';

const MINUTE = 60_000;

/** A desk at 0:00:01 that holds five coins and a quote of 99 / 101. */
async function holding(over: Parameters<typeof desk>[0] = {}): Promise<Desk> {
  const opened = desk(over);
  answered(await opened.exchange.place(order('coins', 'BUY', limitIoc('5', '102'))));
  return opened;
}

async function placed(exchange: Exchange, side: 'BUY' | 'SELL', wire: Wire, id = 'a'): Promise<string> {
  return answered(await exchange.place(order(id, side, wire))).orderId;
}

async function fillsOf(exchange: Exchange, orderId: string) {
  const fills = answered(await exchange.fillsSince(0)).filter((fill) => fill.orderId === orderId);
  return fills.map((fill) => [toText(fill.price), toText(fill.quantity), fill.liquidity, fill.timeMs / MINUTE]);
}

const range = (open: number, low: number, high: number, close: number) => ({ open, low, high, close });

describe('a limit order with an end', () => {
  const gtd = limitGtd('1', '99', 4 * MINUTE);

  test('expires at its end, frees what it locked, and cannot be cancelled any more', async () => {
    const { exchange, at, bar } = desk();
    const id = await placed(exchange, 'BUY', gtd);
    expect((await balances(exchange))['USD']?.[1]).toBe('99.594000001');
    at(4 * MINUTE - 1);
    expect(answered(await exchange.order(id)).status).toBe('OPEN');
    bar(3, 99);
    at(4 * MINUTE);
    expect(answered(await exchange.order(id))).toMatchObject({ status: 'EXPIRED', filledQuantity: 0n, detail: null });
    expect(await balances(exchange)).toEqual({ USD: ['10000', '0'] });
    expect(answered(await exchange.openOrders())).toEqual([]);
    expect(answered(await exchange.cancel([id]))[0]?.reason).toBe('UNKNOWN_CANCEL_ORDER');
  });

  test('keeps a fill from before its end however late it is looked at, and none from after it', async () => {
    const { exchange, at, bar } = desk();
    const id = await placed(exchange, 'BUY', gtd);
    bar(3, 98, 2);
    bar(4, 98);
    at(600 * MINUTE);
    const seen = answered(await exchange.order(id));
    expect([seen.status, toText(seen.filledQuantity)]).toEqual(['EXPIRED', '0.3']);
    expect(await fillsOf(exchange, id)).toEqual([['99', '0.3', 'MAKER', 4]]);
    expect(await balances(exchange)).toEqual({ USD: ['9970.1812', '0'], BTC: ['0.3', '0'] });
  });

  test('does not meet a minute that closes after its end', async () => {
    const { exchange, at, bar } = desk();
    const id = await placed(exchange, 'BUY', limitGtd('1', '99', 2 * MINUTE - 1_000));
    bar(1, 98);
    at(5 * MINUTE);
    expect(answered(await exchange.order(id))).toMatchObject({ status: 'EXPIRED', filledQuantity: 0n });
  });

  test('is refused when it would cross, and when its end is past or no time, by create and by preview', async () => {
    const { exchange } = desk();
    const terms = (limit: string, endMs: number): OrderTerms => ({
      type: 'limit_limit_gtd',
      base_size: quantity('1'),
      limit_price: price(limit),
      end_time_ms: endMs,
      post_only: true,
    });
    const answers = [
      await exchange.place(order('a', 'BUY', limitGtd('1', '101', 4 * MINUTE))),
      await exchange.preview({ productId: BTC, side: 'BUY', terms: terms('101', 4 * MINUTE) }),
      await exchange.place(order('b', 'BUY', limitGtd('1', '99', 1_000))),
      await exchange.preview({ productId: BTC, side: 'BUY', terms: terms('99', 1_000) }),
    ];
    expect(answers.map((answer) => (answer.kind === 'refused' ? answer.reasons : answer.kind))).toEqual([
      ['INVALID_LIMIT_PRICE_POST_ONLY', 'PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY'],
      ['PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY'],
      ['END_TIME_IS_IN_THE_PAST', 'PREVIEW_END_TIME_IS_IN_THE_PAST'],
      ['PREVIEW_END_TIME_IS_IN_THE_PAST'],
    ]);
    const unreadable = { limit_limit_gtd: { base_size: '1', limit_price: '99', end_time: 'soon', post_only: true } };
    expect(await reasonOf(exchange.place(order('c', 'BUY', unreadable)))).toBe('PREVIEW_INVALID_END_TIME');
    expect(await reasonOf(exchange.preview({ productId: BTC, side: 'BUY', terms: terms('98', 4 * MINUTE) }))).toBe(
      'ok',
    );
  });

  test('is previewed at its limit and the maker fee', async () => {
    const { exchange } = desk();
    const totals = answered(
      await exchange.preview({
        productId: BTC,
        side: 'BUY',
        terms: {
          type: 'limit_limit_gtd',
          base_size: quantity('2'),
          limit_price: price('99'),
          end_time_ms: 4 * MINUTE,
          post_only: true,
        },
      }),
    );
    expect([toText(totals.orderTotal), toText(totals.commissionTotal)]).toEqual(['198.792', '0.792']);
  });
});

describe('a stop-limit', () => {
  test('waits until the price touches the stop and then sells no better than the stop', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', stopLimit('2', '90', '95'));
    expect((await balances(exchange))['BTC']).toEqual(['3', '2']);
    bar(1, range(100, 95.01, 130, 100));
    at(2 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([]);
    bar(2, range(100, 95, 120, 118));
    at(3 * MINUTE);
    // 95 less 10 bps, down on the cent grid.
    expect(await fillsOf(exchange, id)).toEqual([['94.9', '2', 'TAKER', 3]]);
    expect(answered(await exchange.order(id)).status).toBe('FILLED');
  });

  test('stays unfilled and locked where the price gaps through its limit, until the market comes back above it', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', stopLimit('2', '94', '95'));
    // It was above the limit, but before the stop fired.
    bar(1, range(100, 88, 100, 90));
    bar(2, range(90, 90, 94, 93));
    at(3 * MINUTE);
    expect(answered(await exchange.order(id))).toMatchObject({ status: 'OPEN', filledQuantity: 0n });
    expect((await balances(exchange))['BTC']).toEqual(['3', '2']);
    bar(3, range(93, 93, 94.01, 93));
    at(4 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['94', '2', 'MAKER', 4]]);
  });

  test('sells no better than where the minute began, had it begun below the stop', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', stopLimit('2', '90', '95'));
    bar(1, range(92, 91, 100, 99));
    at(2 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['91.9', '2', 'TAKER', 2]]);
  });

  test('takes a price that is exactly its limit', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', stopLimit('2', '94.9', '95'));
    bar(1, range(100, 95, 100, 100));
    at(2 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['94.9', '2', 'TAKER', 2]]);
  });

  test('sells what one minute bears and the rest in the next ones', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', stopLimit('2', '80', '95'));
    bar(1, 94, 10);
    bar(2, range(93, 93, 96, 96), 2);
    at(3 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([
      ['93.9', '1.5', 'TAKER', 2],
      ['92.9', '0.3', 'TAKER', 3],
    ]);
    expect((await balances(exchange))['BTC']).toEqual(['3', '0.2']);
  });

  test.each([
    ['PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE', stopLimit('1', '90', '100')],
    ['PREVIEW_STOP_PRICE_BELOW_LIMIT_PRICE', stopLimit('1', '95', '94')],
    ['INVALID_PRICE_PRECISION', stopLimit('1', '90', '95.001')],
    ['INSUFFICIENT_FUND', stopLimit('6', '90', '95')],
  ])('is refused with %s', async (reason, wire) => {
    const { exchange } = await holding();
    expect(await reasonOf(exchange.place(order('a', 'SELL', wire)))).toBe(reason);
  });

  test('is no order to buy with', async () => {
    const { exchange } = desk();
    const answer = exchange.place(order('a', 'BUY', stopLimit('1', '90', '95')));
    expect(await reasonOf(answer)).toBe('UNSUPPORTED_ORDER_CONFIGURATION');
  });
});

describe('a bracket', () => {
  const wire = bracket('2', '110', '95');

  test('sells at its target when the market trades through it, and the stop is gone with it', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', wire);
    bar(1, range(100, 100, 110, 105));
    at(2 * MINUTE);
    expect(answered(await exchange.order(id)).status).toBe('OPEN');
    bar(2, range(105, 105, 110.01, 108));
    bar(3, 90);
    at(4 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['110', '2', 'MAKER', 3]]);
    expect((await balances(exchange))['BTC']).toEqual(['3', '0']);
  });

  test('sells at its stop, and says its target for its limit all the same', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', wire);
    bar(1, range(100, 93, 100, 93));
    at(2 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['92.9', '2', 'TAKER', 2]]);
    expect(answered(await exchange.order(id))).toMatchObject({ status: 'FILLED', limitPrice: price('110') });
  });

  test('is taken to have been stopped where one minute reached both legs', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', wire);
    bar(1, range(100, 94, 120, 120));
    at(2 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['94.9', '2', 'TAKER', 2]]);
  });

  test('rests at 5 % below its trigger after a gap, and its target is no more', async () => {
    const { exchange, at, bar } = await holding();
    const id = await placed(exchange, 'SELL', wire);
    bar(1, 80);
    bar(2, range(80, 80, 90.25, 80));
    at(3 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([]);
    bar(3, range(80, 80, 130, 85));
    at(4 * MINUTE);
    expect(await fillsOf(exchange, id)).toEqual([['90.25', '2', 'MAKER', 4]]);
  });

  test('is cancelled like any other order', async () => {
    const { exchange } = await holding();
    const id = await placed(exchange, 'SELL', wire);
    expect(answered(await exchange.cancel([id]))).toEqual([{ orderId: id, accepted: true, reason: '' }]);
    expect(answered(await exchange.order(id))).toMatchObject({ status: 'CANCELLED', detail: 'User requested cancel' });
    expect((await balances(exchange))['BTC']).toEqual(['5', '0']);
  });

  test.each([
    ['INVALID_BRACKET_PRICES', 'SELL', bracket('1', '94', '95')],
    ['INVALID_BRACKET_LIMIT_PRICE', 'SELL', bracket('1', '100', '95')],
    ['INVALID_BRACKET_STOP_TRIGGER_PRICE', 'SELL', bracket('1', '110', '100')],
    ['BRACKET_ORDER_NOT_SUPPORTED', 'BUY', bracket('1', '110', '95')],
  ] as const)('is refused with %s (%s)', async (reason, side, terms) => {
    const { exchange } = await holding();
    expect(await reasonOf(exchange.place(order('a', side, terms)))).toBe(reason);
  });

  test('is refused where the product takes none', async () => {
    const { exchange } = await holding({ takesBrackets: (id) => id !== BTC });
    expect(await reasonOf(exchange.place(order('a', 'SELL', wire)))).toBe('BRACKET_ORDER_NOT_SUPPORTED');
  });
});

describe('orders that rest side by side', () => {
  test('share what a minute traded, the older first', async () => {
    const { exchange, at, bar } = await holding();
    const older = await placed(exchange, 'SELL', limitGtc('2', '110'), 'older');
    const newer = await placed(exchange, 'SELL', bracket('2', '105', '90'), 'newer');
    bar(1, range(100, 100, 111, 111), 20);
    at(2 * MINUTE);
    expect(await fillsOf(exchange, older)).toEqual([['110', '2', 'MAKER', 2]]);
    expect(await fillsOf(exchange, newer)).toEqual([['105', '1', 'MAKER', 2]]);
  });

  test('each meet only the minutes that began after them', async () => {
    const { exchange, at, bar } = await holding();
    const older = await placed(exchange, 'SELL', limitGtc('1', '110'), 'older');
    at(3 * MINUTE + 30_000);
    const newer = await placed(exchange, 'SELL', limitGtc('1', '110'), 'newer');
    bar(3, 111);
    at(4 * MINUTE);
    expect(await fillsOf(exchange, older)).toHaveLength(1);
    expect(await fillsOf(exchange, newer)).toHaveLength(0);
  });
});
