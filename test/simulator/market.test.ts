import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { spreadBps } from '../../shared/core/market/quote.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import type { Market } from '../../simulator/market/market.ts';
import { replayMarket } from '../../simulator/market/replay.ts';
import { shiftedMarket } from '../../simulator/market/shifted.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { flat, MINUTE, START, scriptedMarket } from './stage.ts';

const DAY = INTERVAL_MS['1d'];
const make = (seed = 7) => syntheticMarket({ seed, startMs: START });
const idsOf = (market: Market): readonly ProductId[] => market.listings.map(({ productId }) => productId);
const json = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));

/** One question to a market, as data. */
const question = fc.record({
  product: fc.nat({ max: 24 }),
  minute: fc.integer({ min: -5 * 1440, max: 5 * 1440 }),
  interval: fc.constantFrom<Interval>('1m', '5m', '1h', '4h'),
  span: fc.integer({ min: 0, max: 20 }),
});
type Question = typeof question extends fc.Arbitrary<infer Asked> ? Asked : never;

function ask(market: Market, { product, minute, interval, span }: Question): string {
  const productId = idsOf(market)[product] as ProductId;
  const timeMs = START + minute * MINUTE + 17_000;
  const index = Math.floor(timeMs / INTERVAL_MS[interval]);
  return json([
    market.bars(productId, interval, index - span, index, timeMs),
    market.quote(productId, timeMs),
    market.book(productId, timeMs, 5),
    market.lastTrade(productId, timeMs),
  ]);
}

describe('the synthetic market', () => {
  it('answers a question the same whatever was asked before, and the same for the same seed', () => {
    const reference = make();
    void fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 6 }), (questions) => {
        const forward = questions.map((asked) => ask(reference, asked));
        const fresh = make();
        const backward = questions.toReversed().map((asked) => ask(fresh, asked));
        expect(backward.toReversed()).toEqual(forward);
      }),
      { numRuns: 15 },
    );
  });

  it('differs by seed', () => {
    const asked = { product: 0, minute: 0, interval: '1m', span: 5 } as const;

    expect(ask(make(1), asked)).not.toBe(ask(make(2), asked));
  });

  it('makes valid bars on every interval, coarse ones being the sum of the fine', () => {
    const market = make();
    for (const productId of ['BTC-USD', 'ALGO-USD', 'PEPE-USD'] as ProductId[]) {
      const minutes = market.bars(productId, '1m', START / MINUTE, (START + DAY) / MINUTE - 1, START + 2 * DAY);
      for (const bar of minutes) {
        expect(bar.low).toBeGreaterThan(0);
        expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
        expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
        expect(bar.volume).toBeGreaterThan(0);
      }
      const [day] = market.bars(productId, '1d', START / DAY, START / DAY, START + 2 * DAY);
      expect(day).toMatchObject({
        open: minutes[0]?.open,
        close: minutes.at(-1)?.close,
        high: Math.max(...minutes.map(({ high }) => high)),
        low: Math.min(...minutes.map(({ low }) => low)),
      });
    }
  });

  it('joins one day to the next without a jump', () => {
    const market = make();
    for (const productId of idsOf(market)) {
      for (const day of [-3, 0, 1, 5]) {
        const midnight = START / MINUTE + day * 1440;
        const [before] = market.bars(productId, '1m', midnight - 5, midnight - 1, START + 10 * DAY).slice(-1);
        const [after] = market.bars(productId, '1m', midnight, midnight + 5, START + 10 * DAY);
        expect(Math.abs(Math.log((after as Bar).open / (before as Bar).close))).toBeLessThan(0.02);
      }
    }
  });

  it('lists 25 coins that move together, trade enough, have tight spreads and some quiet minutes', () => {
    const market = make();
    const returns = (productId: string) => {
      const bars = market.bars(
        productId as ProductId,
        '1h',
        START / 3_600_000,
        START / 3_600_000 + 95,
        START + 5 * DAY,
      );
      return bars.map(({ open, close }) => Math.log(close / open));
    };

    expect(market.listings).toHaveLength(25);
    expect(correlation(returns('BTC-USD'), returns('ETH-USD'))).toBeGreaterThan(0.4);
    let quiet = 0;
    for (const { productId, spreadBps: usual } of market.listings) {
      const quote = market.quote(productId, START + 90_000);
      const spread = quote === null ? 0 : spreadBps(quote);
      expect(spread).toBeGreaterThan(0);
      expect(spread).toBeLessThan(usual * 2.5 + 1);
      expect(market.day(productId, START + DAY).quoteVolume).toBeGreaterThan(5_000_000);
      quiet += 1440 - market.bars(productId, '1m', START / MINUTE, START / MINUTE + 1439, START + DAY).length;
    }
    expect(quiet).toBeGreaterThan(50);
  });

  it('breaks out of its 20-minute channel regularly', () => {
    const market = make();
    for (const productId of idsOf(market)) {
      const bars = market.bars(productId, '1m', START / MINUTE, START / MINUTE + 499, START + DAY);
      const breakouts = bars.filter(
        (bar, i) => i >= 20 && bar.close > Math.max(...bars.slice(i - 20, i).map(({ high }) => high)),
      );
      expect(breakouts.length).toBeGreaterThan(5);
    }
  });

  it('refuses a coin it does not know', () => {
    expect(() => syntheticMarket({ seed: 1, startMs: START, symbols: ['BTC', 'NOPE'] })).toThrow(
      /no synthetic coin NOPE/,
    );
  });
});

describe('every market', () => {
  it('[I9] tells nothing of a bar before it closes: the future can be anything', () => {
    const shape = fc.tuple(
      fc.integer({ min: 90, max: 110 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    );
    void fc.assert(
      fc.property(shape, fc.array(shape, { minLength: 1, maxLength: 4 }), fc.nat({ max: 59_999 }), (now, later, ms) => {
        const past = flat(100, 5);
        const at = (close: number, up: number, down: number, volume: number) =>
          [100, Math.max(100, close) + up, Math.min(100, close) - down, close, volume] as const;
        // The forming bar opens at 100 in both worlds; what it and all later bars become differs.
        const one = scriptedMarket({ BTC: [...past, at(...now, 50), ...later.map((bar) => at(...bar, 9))] });
        const two = scriptedMarket({ BTC: [...past, at(100, 0, 0, 1)] });
        const productId = 'BTC-USD' as ProductId;
        const timeMs = START + 5 * MINUTE + ms;
        const see = (market: Market) =>
          json([
            market.quote(productId, timeMs),
            market.book(productId, timeMs, 10),
            market.lastTrade(productId, timeMs),
            market.day(productId, timeMs),
            ...INTERVALS.map((interval) => {
              const forming = Math.floor(timeMs / INTERVAL_MS[interval]);
              return market.bars(productId, interval, forming - 2, forming + 9, timeMs);
            }),
          ]);
        expect(see(one)).toBe(see(two));
      }),
      { numRuns: 60 },
    );
  });

  it('moves by whole days without changing anything else', () => {
    const market = make();
    const moved = shiftedMarket(market, 400);
    const productId = 'BTC-USD' as ProductId;
    const [timeMs, laterMs] = [START + 12_345_678, START + 12_345_678 + 400 * DAY];

    expect(moved.quote(productId, laterMs)).toEqual({ ...market.quote(productId, timeMs), timeMs: laterMs });
    expect(moved.lastTrade(productId, laterMs)?.price).toBe(market.lastTrade(productId, timeMs)?.price);
    for (const interval of INTERVALS) {
      const index = Math.floor(timeMs / INTERVAL_MS[interval]);
      const shift = (400 * DAY) / INTERVAL_MS[interval];
      const bars = market.bars(productId, interval, index - 3, index, timeMs);
      expect(moved.bars(productId, interval, index - 3 + shift, index + shift, laterMs)).toEqual(
        bars.map((bar) => ({ ...bar, index: bar.index + shift })),
      );
    }
    expect(() => shiftedMarket(market, 0.5)).toThrow(/whole days/);
  });
});

const SHELF = join(process.env['TRADER_DATA_DIR'] ?? '../shared/data', '1m-2023q2');

describe.skipIf(!existsSync(SHELF))('the replay market (skipped when TRADER_DATA_DIR is absent)', () => {
  const fromMs = Date.UTC(2023, 3, 10);
  const market = existsSync(SHELF)
    ? replayMarket({ dir: SHELF, interval: '1m', fromMs, toMs: fromMs + 3 * DAY, quoteCurrency: 'USD' })
    : make();

  it('lists the USDT files as USD products and serves their bars, history before the start included', () => {
    const btc = 'BTC-USD' as ProductId;
    const index = fromMs / MINUTE;

    expect(idsOf(market)).toContain('BTC-USD');
    expect(market.bars(btc, '1m', index - 300, index - 1, fromMs)).toHaveLength(300);
    expect(market.bars(btc, '1h', index / 60 - 24, index / 60 - 1, fromMs)).toHaveLength(24);
    expect(market.bars(btc, '1m', index + 3 * 1440, index + 3 * 1440 + 10, fromMs + 9 * DAY)).toEqual([]);
  });

  it('quotes round the open of the forming bar', () => {
    for (const productId of idsOf(market)) {
      const timeMs = fromMs + 3_600_000 + 30_000;
      const [bar] = market.bars(productId, '1m', timeMs / MINUTE - 1, timeMs / MINUTE + 1, timeMs).slice(-1);
      const quote = market.quote(productId, timeMs);
      expect(Number(toText(quote?.bid ?? (0n as never)))).toBeLessThan((bar as Bar).open);
      expect(Number(toText(quote?.ask ?? (0n as never)))).toBeGreaterThan((bar as Bar).open);
    }
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], y: readonly number[], mx: number, my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] as number) - my), 0);
  return product(a, b, meanA, meanB) / Math.sqrt(product(a, a, meanA, meanA) * product(b, b, meanB, meanB));
}
