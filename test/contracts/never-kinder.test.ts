import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  answered,
  bracket,
  desk,
  limitGtd,
  limitIoc,
  order,
  stopLimit,
  type Wire,
} from '../../shared/adapters/paper/testing/paper-desk.ts';
import type { RestingOrder } from '../../shared/core/backtest/desk.ts';
import { advanceResting } from '../../shared/core/backtest/resting.ts';
import { restingDesk } from '../../shared/core/backtest/testing/resting-desk.ts';
import { price, quantity, toNumber } from '../../shared/core/money/fixed.ts';
import { flat, MINUTE, START } from '../simulator/stage.ts';
import { openMarket, openSimulated } from './exchange-floors.ts';
import { barOf, kindestFill, limitOnceFired, type Minute, type TickFill, type TickOrder } from './tick-exchange.ts';

/** Prices go in quarters round 100; within a minute step by step, between two minutes they may leap. */
const step = 0.25;
const LIFE = 15;
const minute = fc.record({
  leap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: -40, max: 40 }) }),
  steps: fc.array(fc.constantFrom(-1, 1, -1, 0), { maxLength: 24 }),
  volume: fc.constantFrom(0.4, 2, 9, 1_000),
});
const walk = fc
  .array(fc.option(minute, { freq: 8 }), { minLength: 2, maxLength: LIFE })
  .map((shapes): readonly (Minute | null)[] => {
    let at = 0;
    return shapes.map((shape) => {
      if (shape === null) return null;
      at = Math.max(-200, at + shape.leap);
      const ticks = [at, ...shape.steps.map((each) => (at += each))];
      return { ticks: ticks.map((units) => 100 + units * step), volume: shape.volume };
    });
  });

const below = fc.integer({ min: 2, max: 60 }).map((units) => 100 - units * step);
const anyOrder: fc.Arbitrary<TickOrder> = fc.oneof(
  fc
    .record({ stop: below, room: fc.integer({ min: 0, max: 12 }) })
    .map(({ stop, room }): TickOrder => ({ kind: 'stop', stop, limit: stop - room * step })),
  fc
    .record({ stop: below, above: fc.integer({ min: 2, max: 40 }) })
    .map(({ stop, above }): TickOrder => ({ kind: 'bracket', stop, target: 100 + above * step })),
  fc
    .integer({ min: 6, max: 40 })
    .map((units): TickOrder => ({ kind: 'limit', side: 'SELL', limit: 100 + units * step })),
  fc
    .integer({ min: 6, max: 40 })
    .map((units): TickOrder => ({ kind: 'limit', side: 'BUY', limit: 100 - units * step })),
);

/** What a model made of it: `minute` is the one whose end it was booked at. */
interface Dealt extends TickFill {
  readonly size: number;
}

const SIZE = 2;
/** The models round 5 % below a trigger to it. */
const GRID = 0.0101;

function expectNoKinder(given: TickOrder, minutes: readonly (Minute | null)[], dealt: readonly Dealt[]): void {
  const kindest = kindestFill(given, minutes);
  expect(dealt.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(SIZE + 1e-9);
  for (const fill of dealt) {
    if (kindest === null) expect.fail(`filled at ${fill.price}, where no exchange could`);
    expect(fill.minute).toBeGreaterThanOrEqual(kindest.minute);
    const isBuy = given.kind === 'limit' && given.side === 'BUY';
    expect((isBuy ? -1 : 1) * (fill.price - kindest.price)).toBeLessThan(GRID);
    // A stop that fired late, below a limit that is not met any more, rests: at its limit, and no better.
    const isAtLimit = Math.abs(fill.price - limitOnceFired(given)) < GRID;
    if (kindest.liquidity === 'TAKER') expect(fill.liquidity === 'TAKER' || isAtLimit).toBe(true);
  }
}

it('the paper exchange deals no better than the kindest exchange, tick by tick', async () => {
  await fc.assert(
    fc.asyncProperty(anyOrder, walk, async (given, minutes) => {
      const { exchange, at, bar, quote } = desk();
      answered(await exchange.place(order('coins', 'BUY', limitIoc('5', '102'))));
      quote({ bid: '99.99', ask: '100.01' });
      const side = given.kind === 'limit' ? given.side : 'SELL';
      const { orderId } = answered(await exchange.place(order('x', side, wireOf(given, (LIFE + 5) * MINUTE))));
      for (const [i, traded] of minutes.entries()) if (traded !== null) bar(i + 1, barOf(i + 1, traded), traded.volume);
      at((LIFE + 3) * MINUTE);
      const fills = answered(await exchange.fillsSince(0)).filter((fill) => fill.orderId === orderId);
      expectNoKinder(
        given,
        minutes,
        fills.map((fill) => dealtOf(fill, fill.timeMs / MINUTE - 2)),
      );
    }),
    { numRuns: 1_000 },
  );
});

it('the backtest deals no better than the kindest exchange, tick by tick', () => {
  fc.assert(
    fc.property(anyOrder, walk, fc.constantFrom(0, 8), (given, minutes, spreadBps) => {
      const first = minutes.findIndex((traded) => traded !== null);
      if (first < 0) return;
      const side = given.kind === 'limit' ? given.side : 'SELL';
      const bars = minutes.flatMap((traded, i) => (traded === null ? [] : [barOf(START / MINUTE + i, traded)]));
      const { desk: opened, fills } = restingDesk({
        side,
        terms: termsOf(given, START + (LIFE + 5) * MINUTE),
        size: String(SIZE),
        bars,
        spreadBps,
      });
      for (let i = first; i < minutes.length; i += 1) advanceResting(opened, START / MINUTE + i);
      const dealt = fills.map(({ fill, execution }) =>
        dealtOf({ ...fill, liquidity: execution.liquidity }, (fill.timeMs - START) / MINUTE - 1),
      );
      expectNoKinder(given, minutes, dealt);
    }),
    { numRuns: 1_000 },
  );
});

it('the simulator deals no better than the kindest exchange, tick by tick', async () => {
  await fc.assert(
    fc.asyncProperty(anyOrder, walk, async (given, minutes) => {
      const shapes = minutes.map((traded) => {
        if (traded === null) return null;
        const { open, high, low, close } = barOf(0, traded);
        return [open, high, low, close, traded.volume] as const;
      });
      // The order comes in the first minute and meets those after it; what it takes, it takes as the next one begins.
      const last = shapes.findLast((shape) => shape !== null)?.[3] ?? 100;
      const script = { ETH: [...flat(100, 1, 100), ...shapes, ...flat(last, 1, 100)] };
      const market = await openMarket(script, { USD: '10000', ETH: '5' });
      const exchange = openSimulated(market);
      const side = given.kind === 'limit' ? given.side : 'SELL';
      const sendable = order('x', side, wireOf(given, START + (LIFE + 5) * MINUTE), { product_id: 'ETH-USD' });
      const record = { intent: { not_after_ms: Number.MAX_SAFE_INTEGER } } as never;
      const placed = await exchange.place({ ...sendable, record });
      if (placed.kind !== 'ok') expect.fail(JSON.stringify(placed));
      market.clock.advanceTo(START + (minutes.length + 1) * MINUTE);
      const fills = answered(await exchange.fillsSince(0)).filter((fill) => fill.orderId === placed.value.orderId);
      await market.close();
      expectNoKinder(
        given,
        minutes,
        fills.map((fill) => dealtOf(fill, (fill.timeMs - START) / MINUTE - (fill.liquidity === 'TAKER' ? 1 : 2))),
      );
    }),
    { numRuns: 60 },
  );
});

type AnyFill = {
  readonly price: ReturnType<typeof price>;
  readonly quantity: ReturnType<typeof quantity>;
  readonly liquidity: string;
};

function dealtOf(fill: AnyFill, at: number): Dealt {
  const { liquidity } = fill;
  if (liquidity !== 'MAKER' && liquidity !== 'TAKER') throw new Error(liquidity);
  return { price: toNumber(fill.price), size: toNumber(fill.quantity), liquidity, minute: at };
}

function wireOf(given: TickOrder, endMs: number): Wire {
  const size = String(SIZE);
  if (given.kind === 'stop') return stopLimit(size, String(given.limit), String(given.stop));
  if (given.kind === 'bracket') return bracket(size, String(given.target), String(given.stop));
  return limitGtd(size, String(given.limit), endMs);
}

function termsOf(given: TickOrder, endMs: number): RestingOrder['terms'] {
  const base_size = quantity(String(SIZE));
  const at = (value: number) => price(String(value));
  switch (given.kind) {
    case 'stop':
      return { type: 'stop_limit_stop_limit_gtc', base_size, limit_price: at(given.limit), stop_price: at(given.stop) };
    case 'bracket':
      return {
        type: 'trigger_bracket_gtc',
        base_size,
        limit_price: at(given.target),
        stop_trigger_price: at(given.stop),
      };
    default:
      return { type: 'limit_limit_gtd', base_size, limit_price: at(given.limit), end_time_ms: endMs, post_only: true };
  }
}
