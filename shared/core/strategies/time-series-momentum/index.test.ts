import { describe, expect, it } from 'vitest';
import { BTC, candlesTo, configOf, SLOT_MS, T } from '../../../../test/core/world.ts';
import { timeSeriesMomentum } from './index.ts';

const params = timeSeriesMomentum.params.parse(configOf().signals.strategy['time-series-momentum']?.params);

function propose(closes: readonly number[], patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = timeSeriesMomentum.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles: candlesTo(T, closes), isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '1m', symbols, holdings: [] }, null).proposals[0];
}

/** 60 bars that drift by a step each, with noise around it. */
function drifting(step: number, noise = 0.2): readonly number[] {
  return Array.from({ length: 60 }, (_, i) => 100 + step * i + (i % 2 === 0 ? noise : -noise));
}

describe('entry', () => {
  it('[REQ-S1] needs a signed return above its least', () => {
    const closes = drifting(0.1);
    const moved = propose(closes)?.trigger['return_pct'] as number;

    expect(moved).toBeGreaterThan(1);
    expect(propose(closes, { min_return_pct: moved - 1e-9 })).toMatchObject({ side: 'BUY', reason: 'momentum' });
    expect(propose(closes, { min_return_pct: moved })).toBeUndefined();
    expect(propose(drifting(-0.1), { min_return_pct: 0 })).toBeUndefined();
  });

  it('[REQ-S1] needs a move that its own noise does not explain', () => {
    const closes = drifting(0.1);
    const score = propose(closes)?.trigger['score'] as number;

    expect(propose(closes, { min_score: score })).toBeDefined();
    expect(propose(closes, { min_score: score + 1e-9 })).toBeUndefined();
    expect(propose(drifting(0.1, 3))).toBeUndefined();
  });

  it('needs the close above its trend', () => {
    const risen = drifting(0.2);
    const slipped = [...risen.slice(0, -1), 107];

    expect(propose(risen)).toBeDefined();
    expect(propose(slipped, { min_score: 0 })).toBeUndefined();
  });

  it('grows in conviction with the score, up to one', () => {
    const closes = drifting(0.1);
    const score = propose(closes)?.trigger['score'] as number;

    expect(propose(closes, { target_score: score * 2 })).toMatchObject({ conviction: 0.5, notional_pct: 2 });
    expect(propose(closes, { target_score: score / 2, min_score: 0 })).toMatchObject({
      conviction: 1,
      notional_pct: 4,
    });
  });

  it('earns nothing where there is no noise to measure against', () => {
    const flatAfterJump = [...Array.from({ length: 40 }, () => 100), ...Array.from({ length: 20 }, () => 110)];

    expect(propose(flatAfterJump, { volatility_lookback_bars: 10, trend_lookback_bars: 30 })).toBeUndefined();
  });

  it('needs something to score: a score of zero is no trigger even when none is asked for', () => {
    const flatAfterJump = [...Array.from({ length: 40 }, () => 100), ...Array.from({ length: 20 }, () => 110)];

    expect(
      propose(flatAfterJump, { volatility_lookback_bars: 10, trend_lookback_bars: 30, min_score: 0 }),
    ).toBeUndefined();
  });
});

describe('exit', () => {
  it('comes when the sign of the return turns, and only for a position', () => {
    expect(propose(drifting(-0.05), {}, true)).toMatchObject({ side: 'SELL', reason: 'reversal', conviction: 1 });
    expect(propose(drifting(0.05), {}, true)).toBeUndefined();
    expect(
      propose(
        Array.from({ length: 60 }, () => 100),
        {},
        true,
      ),
    ).toBeUndefined();
    expect(propose(drifting(-0.05), {}, false)).toBeUndefined();
  });
});

describe('parameters', () => {
  it('refuse a least score beyond the one that earns full conviction', () => {
    expect(timeSeriesMomentum.params.safeParse({ ...params, min_score: 3, target_score: 2 }).success).toBe(false);
  });
});
