import fc from 'fast-check';
import { expect, test } from 'vitest';
import { price, usd } from '../../core/money/fixed.ts';
import type { Balance, Exchange, ExchangeFill, ExchangeOrder } from '../../ports/exchange.ts';
import {
  answered,
  BTC,
  bracket,
  type Desk,
  desk,
  FEES,
  limitGtc,
  limitGtd,
  limitIoc,
  order,
  stopLimit,
  type Wire,
} from './testing/paper-desk.ts';

const minuteShape = fc.record({
  open: fc.integer({ min: 9_400, max: 10_600 }),
  close: fc.integer({ min: 9_400, max: 10_600 }),
  below: fc.integer({ min: 0, max: 600 }),
  above: fc.integer({ min: 0, max: 600 }),
  volume: fc.integer({ min: 0, max: 60 }),
});
type Minute = typeof minuteShape extends fc.Arbitrary<infer Shape> ? Shape : never;

const step = fc.record({
  id: fc.integer({ min: 0, max: 12 }),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  kind: fc.constantFrom('ioc', 'gtc', 'post', 'gtd', 'stop', 'bracket', 'market', 'quote', 'cancel'),
  size: fc.integer({ min: 1, max: 9_000_000_000 }),
  cents: fc.integer({ min: 9_500, max: 10_500 }),
  ask: fc.integer({ min: 9_401, max: 10_600 }),
  shown: fc.integer({ min: 1, max: 9_000_000_000 }),
  minute: fc.option(minuteShape),
});

test('[I7] keeps cash plus coins exact, never negative, and fills within size, whatever is ordered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { exchange, quote, at, bar } = desk();
      let nowMs = 1_000;
      for (const [position, { id, side, kind, size, cents, ask, shown, minute }] of steps.entries()) {
        if (minute !== null) {
          trade(bar, position, minute);
          nowMs = (position + 1) * MINUTE + 1_000;
          at(nowMs);
        }
        quote({ ask: money(ask), bid: money(ask - 7), askSize: coins(shown), bidSize: coins(shown) });
        await act(exchange, kind, `${kind}-${id}`, side, coins(size), cents, nowMs);
        await expectSound(exchange);
      }
    }),
    { numRuns: 150 },
  );
});

test('fills the same whether somebody looks every minute or once at the end', async () => {
  const orders = fc.array(
    fc.record({
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      kind: fc.constantFrom('gtc', 'gtd', 'stop', 'bracket'),
      size: fc.integer({ min: 1_000_000, max: 300_000_000 }),
      cents: fc.integer({ min: 9_700, max: 10_300 }),
    }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(orders, fc.array(minuteShape, { maxLength: 12 }), async (placed, minutes) => {
      const run = async (looksOften: boolean) => {
        const { exchange, at, bar } = desk();
        answered(await exchange.place(order('coins', 'BUY', limitIoc('20', '120'))));
        for (const [i, { side, kind, size, cents }] of placed.entries()) {
          await act(exchange, kind, `${kind}-${i}`, side, coins(size), cents, 1_000);
        }
        for (const [i, minute] of minutes.entries()) {
          trade(bar, i + 1, minute);
          at((i + 2) * MINUTE);
          if (looksOften) answered(await exchange.openOrders());
        }
        return {
          orders: answered(await exchange.ordersSince(0, [BTC])),
          fills: answered(await exchange.fillsSince(0)),
        };
      };
      expect(await run(true)).toEqual(await run(false));
    }),
    { numRuns: 100 },
  );
});

const MINUTE = 60_000;

const money = (cents: number) => (cents / 100).toFixed(2);
const coins = (units: number) => (units / 1e8).toFixed(8);

function trade(bar: Desk['bar'], minute: number, { open, close, below, above, volume }: Minute): void {
  const low = (Math.min(open, close) - below) / 100;
  const high = (Math.max(open, close) + above) / 100;
  bar(minute, { open: open / 100, high, low, close: close / 100 }, volume);
}

async function act(
  exchange: Exchange,
  kind: string,
  id: string,
  side: 'BUY' | 'SELL',
  size: string,
  cents: number,
  nowMs: number,
) {
  const limit = money(cents);
  const place = (wire: Wire) => exchange.place(order(id, side, wire));
  switch (kind) {
    case 'cancel':
      return exchange.cancel(['paper-gtc-1', 'paper-bracket-1']);
    case 'quote':
      return place({ market_market_ioc: { quote_size: limit } });
    case 'market':
      return place({ market_market_ioc: { base_size: size } });
    case 'ioc':
      return place(limitIoc(size, limit));
    case 'gtd':
      return place(limitGtd(size, limit, nowMs + 150_000));
    case 'stop':
      return place(stopLimit(size, money(cents - 50), limit));
    case 'bracket':
      return place(bracket(size, money(cents + 300), limit));
    default:
      return place(limitGtc(size, limit, kind === 'post'));
  }
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
  // A bracket's limit is its target; its stop was three dollars below and may sell 5 % below that.
  const floor = entry.clientOrderId.startsWith('bracket') ? (((limit ?? 0n) - BRACKET_WIDTH) * 95n) / 100n : limit;
  const isWithin = (at: bigint) => floor === null || (entry.side === 'BUY' ? at <= floor : at >= floor);
  expect(mine.every((fill) => isWithin(fill.price))).toBe(true);
}

const BRACKET_WIDTH = price('3');
