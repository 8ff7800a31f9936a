import { describe, expect, it } from 'vitest';
import type { SendableOrder } from '../../shared/core/execution/sendable-order.ts';
import { type OrderTerms, orderConfigurationOf } from '../../shared/core/execution/terms.ts';
import { productId } from '../../shared/core/market/product.ts';
import { price, quantity, toText, usd } from '../../shared/core/money/fixed.ts';
import type { Answer } from '../../shared/ports/answer.ts';
import type { Exchange, ExchangeOrder } from '../../shared/ports/exchange.ts';
import { flat, MINUTE, START, type scriptedMarket, spike } from '../simulator/stage.ts';

type Script = Parameters<typeof scriptedMarket>[0];
type Minutes = Script[string];

/** One exchange over a scripted market, with 10,000 dollars; NOB-USD takes no brackets. */
export interface Floor {
  readonly exchange: Exchange;
  /** So many minutes after the start of the script. */
  at(minutes: number): void;
}

const BTC = productId('BTC-USD');
const NOB = productId('NOB-USD');

const size = { base_size: quantity('0.01') };
const ioc = (limit: string): OrderTerms => ({ type: 'sor_limit_ioc', ...size, limit_price: price(limit) });
const gtd = (limit: string, endMinute: number): OrderTerms => ({
  type: 'limit_limit_gtd',
  ...size,
  limit_price: price(limit),
  end_time_ms: START + endMinute * MINUTE,
  post_only: true,
});
const stopLimit = (limit: string, stop: string): OrderTerms => ({
  type: 'stop_limit_stop_limit_gtc',
  ...size,
  limit_price: price(limit),
  stop_price: price(stop),
});
const bracket = (target: string, stop: string): OrderTerms => ({
  type: 'trigger_bracket_gtc',
  ...size,
  limit_price: price(target),
  stop_trigger_price: price(stop),
});

/**
 * What every exchange behind the port does with the orders that the bot sends: the same status, the same words, the same
 * locks. BTC trades at 50000 but for the minutes of each test, which begin with the third.
 */
export function exchangeContract(name: string, open: (script: Script) => Promise<Floor>): void {
  const floor = (...minutes: Minutes) => open(scriptOf(minutes, 50_000));
  const fallen = (...minutes: Minutes) => open(scriptOf(minutes, 47_500));

  describe(`exchange: ${name}`, () => {
    it('fills what takes, and cancels the rest of it', async () => {
      const { exchange } = await floor();
      expect(await afterwards(exchange, 'BUY', ioc('51000'))).toMatchObject({ status: 'FILLED', detail: null });
      const missed = await afterwards(exchange, 'BUY', ioc('49000'), 'b');
      expect(missed).toMatchObject({ status: 'CANCELLED', filledQuantity: 0n, detail: 'remainder cancelled' });
    });

    it('[REQ-X2] refuses a post-only order that would cross, in the words of create and of preview', async () => {
      const { exchange } = await floor();
      const crossing = gtd('50100', 9);
      expect(await wordsOf(post(exchange, 'BUY', crossing))).toEqual([
        'INVALID_LIMIT_PRICE_POST_ONLY',
        'PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY',
      ]);
      const asked = exchange.preview({ productId: BTC, side: 'BUY', terms: crossing });
      expect(await wordsOf(asked)).toEqual(['PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY']);
      expect(value(await exchange.openOrders())).toEqual([]);
    });

    it('locks the funds of what rests, and frees them when it is cancelled', async () => {
      const { exchange } = await floor();
      const { orderId } = value(await post(exchange, 'BUY', gtd('49000', 9)));
      expect(value(await exchange.order(orderId))).toMatchObject({ status: 'OPEN', limitPrice: price('49000') });
      expect(Number(await held(exchange, 'USD'))).toBeGreaterThanOrEqual(490);
      const twice = [await exchange.cancel([orderId]), await exchange.cancel([orderId])].map(
        (answer) => value(answer)[0],
      );
      expect(twice).toEqual([
        { orderId, accepted: true, reason: '' },
        { orderId, accepted: false, reason: 'DUPLICATE_CANCEL_REQUEST' },
      ]);
      const ended = value(await exchange.order(orderId));
      expect(ended).toMatchObject({ status: 'CANCELLED', detail: 'User requested cancel' });
      expect(await held(exchange, 'USD')).toBe('0');
      expect(value(await exchange.openOrders())).toEqual([]);
    });

    it('fills what rests as maker at its own price, and only when a minute trades through it', async () => {
      const { exchange, at } = await floor(spike(50_000, 49_000, 50_000), spike(50_000, 48_999, 50_000));
      const { orderId } = value(await post(exchange, 'BUY', gtd('49000', 9)));
      at(3);
      expect(value(await exchange.order(orderId)).status).toBe('OPEN');
      at(4);
      expect(value(await exchange.order(orderId)).status).toBe('FILLED');
      expect(await fillsOf(exchange, orderId)).toEqual([['49000', '0.01', 'MAKER', 4]]);
    });

    it('[REQ-X2] expires at the end time, with what traded before it and without what traded after', async () => {
      const through = spike(50_000, 48_000, 50_000, 0.02);
      const { exchange, at } = await floor(through, through);
      const { orderId } = value(await post(exchange, 'BUY', gtd('49000', 3.5)));
      at(60);
      const ended = value(await exchange.order(orderId));
      expect([ended.status, toText(ended.filledQuantity), ended.detail]).toEqual(['EXPIRED', '0.003', null]);
      expect(await held(exchange, 'USD')).toBe('0');
      expect(value(await exchange.cancel([orderId]))[0]?.reason).toBe('UNKNOWN_CANCEL_ORDER');
    });

    it('refuses an end time that is past', async () => {
      const { exchange } = await floor();
      expect((await wordsOf(post(exchange, 'BUY', gtd('49000', -1))))[0]).toBe('END_TIME_IS_IN_THE_PAST');
    });

    it('[I5] sells coins once: a resting sale locks them until it is cancelled', async () => {
      const { exchange } = await floor();
      await afterwards(exchange, 'BUY', ioc('51000'));
      const { orderId } = value(await post(exchange, 'SELL', bracket('55000', '45000'), 'stop'));
      expect(await held(exchange, 'BTC')).toBe('0.01');
      expect(await wordsOf(post(exchange, 'SELL', ioc('49000'), 'exit'))).toEqual([
        'INSUFFICIENT_FUND',
        'PREVIEW_INSUFFICIENT_FUND',
      ]);
      await exchange.cancel([orderId]);
      expect(await afterwards(exchange, 'SELL', ioc('49000'), 'again')).toMatchObject({ status: 'FILLED' });
    });

    it('takes the profit of a bracket at its target', async () => {
      const { exchange, at } = await floor(spike(50_000, 50_000, 52_001));
      await afterwards(exchange, 'BUY', ioc('51000'));
      const { orderId } = value(await post(exchange, 'SELL', bracket('52000', '48000'), 'bracket'));
      at(3);
      expect(value(await exchange.order(orderId)).status).toBe('FILLED');
      expect(await fillsOf(exchange, orderId)).toEqual([['52000', '0.01', 'MAKER', 3]]);
    });

    it.each([
      ['a fall', [50_000, 50_000, 47_400, 47_500, 1_000] as const],
      ['a minute that reached both legs', [50_000, 53_000, 47_400, 47_500, 1_000] as const],
    ])('stops a bracket out in %s, and still says its target for its limit', async (_, bar) => {
      const { exchange, at } = await fallen(bar);
      await afterwards(exchange, 'BUY', ioc('51000'));
      const { orderId } = value(await post(exchange, 'SELL', bracket('52000', '48000'), 'bracket'));
      at(3);
      expect(value(await exchange.order(orderId))).toMatchObject({ status: 'FILLED', limitPrice: price('52000') });
      const [fill] = await fillsOf(exchange, orderId);
      expect(fill?.[2]).toBe('TAKER');
      expect(Number(fill?.[0])).toBeLessThanOrEqual(47_500);
      expect(Number(fill?.[0])).toBeGreaterThan(45_600);
    });

    it('leaves a stop-limit unfilled and locked where the price gapped through its limit', async () => {
      const { exchange, at } = await fallen([47_600, 47_700, 47_400, 47_500, 1_000]);
      await afterwards(exchange, 'BUY', ioc('51000'));
      const { orderId } = value(await post(exchange, 'SELL', stopLimit('48900', '49000'), 'stop'));
      at(20);
      expect(value(await exchange.order(orderId))).toMatchObject({ status: 'OPEN', filledQuantity: 0n });
      expect(await held(exchange, 'BTC')).toBe('0.01');
      expect(value(await exchange.openOrders()).map((order) => order.orderId)).toEqual([orderId]);
    });

    it('sells by a stop-limit whose limit is below the fall', async () => {
      const { exchange, at } = await fallen([50_000, 50_000, 47_400, 47_500, 1_000]);
      await afterwards(exchange, 'BUY', ioc('51000'));
      const { orderId } = value(await post(exchange, 'SELL', stopLimit('47000', '49000'), 'stop'));
      at(2);
      expect(value(await exchange.order(orderId)).status).toBe('OPEN');
      at(3);
      expect(value(await exchange.order(orderId)).status).toBe('FILLED');
    });

    it.each([
      ['a stop above the last trade', stopLimit('49000', '51000'), 'PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE'],
      ['a stop below its limit', stopLimit('49000', '48000'), 'PREVIEW_STOP_PRICE_BELOW_LIMIT_PRICE'],
      ['a target below its stop', bracket('48000', '49000'), 'INVALID_BRACKET_PRICES'],
      ['a target below the last trade', bracket('49500', '49000'), 'INVALID_BRACKET_LIMIT_PRICE'],
      ['a trigger above the last trade', bracket('52000', '51000'), 'INVALID_BRACKET_STOP_TRIGGER_PRICE'],
      ['a price off the grid', stopLimit('48000', '49000.001'), 'INVALID_PRICE_PRECISION'],
    ])('refuses %s', async (_, terms, word) => {
      const { exchange } = await floor();
      await afterwards(exchange, 'BUY', ioc('51000'));
      const words = await wordsOf(post(exchange, 'SELL', terms, 'x'));
      expect(words[0]).toBe(word);
      const asked = await wordsOf(exchange.preview({ productId: BTC, side: 'SELL', terms }));
      expect(asked).toEqual(words.slice(-1));
    });

    it('refuses a bracket where the product takes none', async () => {
      const { exchange } = await floor();
      const body = bodyOf('n', 'SELL', bracket('1200', '800'), NOB);
      expect(await wordsOf(exchange.place(sendable('n', body)))).toEqual([
        'BRACKET_ORDER_NOT_SUPPORTED',
        'PREVIEW_BRACKET_ORDER_NOT_SUPPORTED',
      ]);
    });

    it.each([
      ['BUY', gtd('49000', 9), 490, 496],
      ['BUY', ioc('51000'), 500, 510],
      ['SELL', bracket('55000', '45000'), 543, 550],
      ['SELL', ioc('49000'), 490, 500],
    ] as const)('[REQ-X2] previews a %s in dollars, fees included: %o', async (side, terms, least, most) => {
      const { exchange } = await floor();
      await afterwards(exchange, 'BUY', ioc('51000'));
      const { orderTotal, commissionTotal } = value(await exchange.preview({ productId: BTC, side, terms }));
      expect(Number(toText(orderTotal))).toBeGreaterThan(least);
      expect(Number(toText(orderTotal))).toBeLessThan(most);
      expect(commissionTotal).toBeLessThan(usd('7'));
    });

    it('lists orders by product and by time, and those of every product when none is named', async () => {
      const { exchange, at } = await floor();
      const { orderId } = value(await post(exchange, 'BUY', gtd('49000', 9)));
      at(1);
      const nob = value(await exchange.place(sendable('n', bodyOf('n', 'BUY', gtd('990', 9), NOB))));
      const ids = async (...asked: Parameters<Exchange['ordersSince']>) =>
        value(await exchange.ordersSince(...asked))
          .map((order) => order.orderId)
          .sort();
      expect(await ids(START, [])).toEqual([orderId, nob.orderId].sort());
      expect(await ids(START, [BTC])).toEqual([orderId]);
      expect(await ids(START + MINUTE, [])).toEqual([nob.orderId]);
    });

    it('[I2] gives the order that exists for a repeated client order id', async () => {
      const { exchange } = await floor();
      const first = value(await post(exchange, 'BUY', gtd('49000', 9)));
      expect(value(await post(exchange, 'BUY', gtd('49000', 9)))).toEqual(first);
      expect(value(await exchange.openOrders())).toHaveLength(1);
    });
  });
}

function scriptOf(minutes: Minutes, after: number): Script {
  return { BTC: [...flat(50_000, 2), ...minutes, ...flat(after, 120)], NOB: flat(1_000, 120) };
}

function value<Value>(answer: Answer<Value>): Value {
  if (answer.kind !== 'ok') throw new Error(`expected an answer, got ${JSON.stringify(answer)}`);
  return answer.value;
}

async function wordsOf(answer: Promise<Answer<unknown>>): Promise<readonly string[]> {
  const settled = await answer;
  return settled.kind === 'refused' ? settled.reasons : [settled.kind];
}

function bodyOf(id: string, side: 'BUY' | 'SELL', terms: OrderTerms, product_id = BTC): string {
  const order_configuration = orderConfigurationOf(terms);
  return JSON.stringify({ client_order_id: id, product_id, side, order_configuration });
}

/** Only the worker's claim mints one; a test of the far side of the port takes the liberty. */
function sendable(clientOrderId: string, body: string): SendableOrder {
  const record = { intent: { not_after_ms: Number.MAX_SAFE_INTEGER } };
  return { clientOrderId, body, record } as unknown as SendableOrder;
}

function post(exchange: Exchange, side: 'BUY' | 'SELL', terms: OrderTerms, id = 'a') {
  return exchange.place(sendable(id, bodyOf(id, side, terms)));
}

async function afterwards(
  exchange: Exchange,
  side: 'BUY' | 'SELL',
  terms: OrderTerms,
  id = 'coins',
): Promise<ExchangeOrder> {
  const { orderId } = value(await post(exchange, side, terms, id));
  return value(await exchange.order(orderId));
}

async function held(exchange: Exchange, currency: string): Promise<string | undefined> {
  const found = value(await exchange.balances()).find((balance) => balance.currency === currency);
  return found === undefined ? undefined : toText(found.hold);
}

async function fillsOf(exchange: Exchange, orderId: string) {
  const fills = value(await exchange.fillsSince(0)).filter((fill) => fill.orderId === orderId);
  expect(value(await exchange.fillsSince(0, [orderId, 'another'])), 'of one order only').toEqual(fills);
  return fills.map((fill) => [
    toText(fill.price),
    toText(fill.quantity),
    fill.liquidity,
    (fill.timeMs - START) / MINUTE,
  ]);
}
