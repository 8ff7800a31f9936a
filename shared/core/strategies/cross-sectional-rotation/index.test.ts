import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import { productId } from '../../market/product.ts';
import type { StrategySymbol } from '../strategy.ts';
import { crossSectionalRotation } from './index.ts';

const params = crossSectionalRotation.params.parse({
  lookback_bars: 30,
  volatility_lookback_bars: 30,
  hold_count: 2,
  exit_rank: 3,
  min_return_pct: 0,
  min_score: 0,
  target_score: 2,
  stop_loss_pct: 5,
  take_profit_pct: 12,
});

/** A symbol that drifts by so much a bar, with the same noise as every other. */
function symbol(name: string, step: number, isHeld = false): StrategySymbol {
  const closes = Array.from({ length: 40 }, (_, i) => 100 + step * i + (i % 2 === 0 ? 0.2 : -0.2));
  return { productId: productId(`${name}-USD`), baseSizePct: 4, candles: candlesTo(T, closes), isHeld };
}

function rotate(symbols: readonly StrategySymbol[], patch: Partial<typeof params> = {}) {
  const strategy = crossSectionalRotation.bind({ ...params, ...patch });
  const holdings = symbols.filter(({ isHeld }) => isHeld).map(({ productId }) => productId);
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '1h', symbols, holdings }, null).proposals;
}

function orders(symbols: readonly StrategySymbol[], patch: Partial<typeof params> = {}): readonly string[] {
  return rotate(symbols, patch).map(({ side, symbol: id, reason }) => `${side} ${id} ${reason}`);
}

describe('entry', () => {
  it('[REQ-S1] takes the strongest few, strongest first', () => {
    const market = [symbol('A', 0.05), symbol('B', 0.2), symbol('C', 0.1), symbol('D', 0.15)];

    expect(orders(market)).toEqual(['BUY B-USD rotation_in', 'BUY D-USD rotation_in']);
    expect(orders(market, { hold_count: 3 })).toHaveLength(3);
  });

  it('leaves what falls alone, even if it is the best there is', () => {
    expect(orders([symbol('A', -0.05), symbol('B', -0.2), symbol('C', -0.1)])).toEqual([]);
  });

  it('fills only the places that nothing held takes up', () => {
    const market = [symbol('A', 0.05), symbol('B', 0.2), symbol('C', 0.1, true), symbol('D', 0.15)];

    expect(orders(market)).toEqual(['BUY B-USD rotation_in']);
    expect(orders([...market, symbol('E', 0.3, true)])).toEqual(['SELL C-USD rotation_out']);
  });

  it('[REQ-S1] holds the score and the return to their least', () => {
    const market = [symbol('A', 0.1)];
    const { score = Number.NaN, return_pct = Number.NaN } = rotate(market)[0]?.trigger ?? {};

    expect(rotate(market, { min_score: score })).toHaveLength(1);
    expect(rotate(market, { min_score: score + 1e-9 })).toEqual([]);
    expect(rotate(market, { min_return_pct: return_pct - 1e-9 })).toHaveLength(1);
    expect(rotate(market, { min_return_pct: return_pct })).toEqual([]);
  });

  it('grows in conviction with the score, up to one', () => {
    const market = [symbol('A', 0.1)];
    const score = rotate(market)[0]?.trigger['score'] as number;

    expect(rotate(market, { target_score: score * 2 })[0]).toMatchObject({ conviction: 0.5, notional_pct: 2 });
    expect(rotate(market, { target_score: score / 2 })[0]).toMatchObject({ conviction: 1, notional_pct: 4 });
  });

  it('ranks a market that stands still between risers and fallers, and does not buy it', () => {
    const still = {
      ...symbol('S', 0),
      candles: candlesTo(
        T,
        Array.from({ length: 40 }, () => 100),
      ),
    };

    expect(orders([still])).toEqual([]);
    expect(orders([{ ...still, isHeld: true }])).toEqual([]);
  });
});

describe('exit', () => {
  const market = (held: number) =>
    [0.3, 0.25, 0.2, 0.15, 0.1].map((step, i) => symbol(String.fromCharCode(65 + i), step, i === held));

  it('[REQ-S1] keeps what slips within the band and sells what slips out of it', () => {
    const sells = (held: number) => orders(market(held)).filter((order) => order.startsWith('SELL'));

    expect(sells(0)).toEqual([]);
    expect(sells(2)).toEqual([]);
    expect(sells(3)).toEqual(['SELL D-USD rotation_out']);
  });

  it('sells the best as well once it falls', () => {
    expect(orders([symbol('A', -0.05, true), symbol('B', -0.2)])).toEqual(['SELL A-USD momentum_lost']);
  });
});

it('never wants more at once than it may hold, and decides the same in whatever order symbols come', () => {
  const arbitrarySymbol = fc.record({ step: fc.integer({ min: -30, max: 30 }), isHeld: fc.boolean() });
  fc.assert(
    fc.property(fc.array(arbitrarySymbol, { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (drawn, hold_count) => {
      const symbols = drawn.map(({ step, isHeld }, i) => symbol(`X${i}`, step / 100, isHeld));
      const patch = { hold_count, exit_rank: hold_count + 2 };
      const given = rotate(symbols, patch);
      const held = symbols.filter(({ isHeld }) => isHeld).length;

      expect(held + given.filter(({ side }) => side === 'BUY').length).toBeLessThanOrEqual(Math.max(held, hold_count));
      expect(rotate(symbols.toReversed(), patch)).toEqual(given);
    }),
  );
});

describe('parameters', () => {
  it('refuse a band that ends before what it holds, and a least score beyond full conviction', () => {
    expect(crossSectionalRotation.params.safeParse({ ...params, hold_count: 4 }).success).toBe(false);
    expect(crossSectionalRotation.params.safeParse({ ...params, min_score: 3 }).success).toBe(false);
  });
});
