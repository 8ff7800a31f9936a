import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SendableOrder } from '../../shared/core/execution/sendable-order.ts';
import { type OrderTerms, orderConfigurationOf } from '../../shared/core/execution/terms.ts';
import { productId } from '../../shared/core/market/product.ts';
import { price, quantity, toText } from '../../shared/core/money/fixed.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import { flat, MINUTE, START } from '../simulator/stage.ts';
import { openMarket, openPaper, openSimulated } from './exchange-floors.ts';

const BTC = productId('BTC-USD');

const minute = fc.option(
  fc.record({
    open: fc.integer({ min: 990, max: 1_010 }),
    close: fc.integer({ min: 990, max: 1_010 }),
    below: fc.integer({ min: 0, max: 8 }),
    above: fc.integer({ min: 0, max: 8 }),
    volume: fc.constantFrom(0.01, 0.1, 1, 10),
  }),
  { freq: 6 },
);

const resting = fc.record({
  steps: fc.integer({ min: -12, max: 12 }),
  size: fc.integer({ min: 100_000, max: 20_000_000 }),
  endMinute: fc.integer({ min: 1, max: 12 }),
});

it('the paper exchange and the simulator give a resting limit the same fills and the same end on any market', async () => {
  const script = fc.array(minute, { minLength: 4, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(script, resting, resting, async (minutes, buy, sell) => {
      const shapes = minutes.map((bar) => {
        if (bar === null) return null;
        const [low, high] = [Math.min(bar.open, bar.close) - bar.below, Math.max(bar.open, bar.close) + bar.above];
        return [bar.open * 50, high * 50, low * 50, bar.close * 50, bar.volume] as const;
      });
      const outcomes = [];
      for (const open of [openSimulated, openPaper]) {
        const market = await openMarket({ BTC: [...flat(50_000, 1), ...shapes, ...flat(50_000, 30)] });
        const exchange = open(market);
        await exchange.place(sendable('coins', 'BUY', ioc('51000')));
        const ids = [
          await placed(exchange, sendable('buy', 'BUY', gtd(-1, buy))),
          await placed(exchange, sendable('sell', 'SELL', gtd(1, sell))),
        ];
        market.clock.advanceTo(START + 20 * MINUTE);
        outcomes.push(await Promise.all(ids.map((id) => outcomeOf(exchange, id))));
        await market.close();
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
    }),
    { numRuns: 40 },
  );
});

const taking = fc.record({
  base: fc.constantFrom('BTC', 'NOB'),
  cents: fc.integer({ min: 2, max: 8_000 }),
  room: fc.constantFrom(10, 40, 150, 900),
  minute: fc.integer({ min: 0, max: 20 }),
  volume: fc.constantFrom(0.5, 20, 1_000),
});

it('a buyer who takes gets no more on paper than of the simulator, and pays no less for it, however wide the spread', async () => {
  await fc.assert(
    fc.asyncProperty(taking, async (wish) => {
      const simulated = await bought(openSimulated, wish);
      const paper = await bought(openPaper, wish);
      expect(paper.filledQuantity <= simulated.filledQuantity).toBe(true);
      // The first part of an order is dealt at better prices: only equal parts are compared.
      if (paper.filledQuantity < simulated.filledQuantity) return;
      expect(paper.filledValue >= simulated.filledValue).toBe(true);
    }),
    { numRuns: 100 },
  );
});

const NOTHING = { filledQuantity: 0n, filledValue: 0n };

async function bought(
  open: typeof openPaper,
  { base, cents, room, minute, volume }: typeof taking extends fc.Arbitrary<infer Wish> ? Wish : never,
) {
  const market = await openMarket({ [base]: flat(100, 40, volume) });
  market.clock.advanceTo(START + minute * MINUTE);
  const exchange = open(market);
  const terms: OrderTerms = {
    type: 'sor_limit_ioc',
    base_size: quantity(String(cents / 100)),
    limit_price: price(String(100 + room / 100)),
  };
  const read = await exchange.order(await placed(exchange, sendable('x', 'BUY', terms, productId(`${base}-USD`))));
  await market.close();
  return read.kind === 'ok' ? read.value : NOTHING;
}

const ioc = (limit: string): OrderTerms => ({
  type: 'sor_limit_ioc',
  base_size: quantity('0.1'),
  limit_price: price(limit),
});

function gtd(away: number, { steps, size, endMinute }: { steps: number; size: number; endMinute: number }): OrderTerms {
  return {
    type: 'limit_limit_gtd',
    base_size: quantity((Math.min(size, 9_000_000) / 1e8).toFixed(8)),
    limit_price: price(String(50_000 + away * 250 + steps * 25)),
    end_time_ms: START + endMinute * MINUTE + 30_000,
    post_only: true,
  };
}

function sendable(clientOrderId: string, side: 'BUY' | 'SELL', terms: OrderTerms, product_id = BTC): SendableOrder {
  const order_configuration = orderConfigurationOf(terms);
  const body = JSON.stringify({ client_order_id: clientOrderId, product_id, side, order_configuration });
  return { clientOrderId, body, record: { intent: { not_after_ms: Number.MAX_SAFE_INTEGER } } } as never;
}

/** The exchange's id, or the words of its refusal. */
async function placed(exchange: Exchange, order: SendableOrder): Promise<string> {
  const answer = await exchange.place(order);
  if (answer.kind === 'ok') return answer.value.orderId;
  return answer.kind === 'refused' ? answer.reasons.join() : answer.kind;
}

async function outcomeOf(exchange: Exchange, id: string) {
  const [order, fills] = [await exchange.order(id), await exchange.fillsSince(0)];
  if (order.kind !== 'ok' || fills.kind !== 'ok') return id;
  const mine = fills.value.filter(({ orderId }) => orderId === id).sort((a, b) => a.timeMs - b.timeMs);
  return {
    status: order.value.status,
    fills: mine.map((fill) => [toText(fill.price), toText(fill.quantity), fill.liquidity, fill.timeMs - START]),
  };
}
