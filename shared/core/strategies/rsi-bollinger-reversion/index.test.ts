import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dip, levels } from '../../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import { rsiBollingerReversion } from './index.ts';

const params = rsiBollingerReversion.params.parse({
  rsi_lookback_bars: 2,
  max_entry_rsi: 10,
  band_lookback_bars: 20,
  band_width: 2,
  full_depth: 3,
  trend_lookback_bars: 200,
  stop_loss_pct: 5,
  take_profit_pct: 8,
});

function propose(closes: readonly number[], patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = rsiBollingerReversion.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles: candlesTo(T, closes), isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '1h', symbols, holdings: [] }, null).proposals[0];
}

/** The last close replaced. */
function endingAt(closes: readonly number[], close: number): readonly number[] {
  return [...closes.slice(0, -1), close];
}

describe('entry', () => {
  it('[REQ-S1] needs a close below the lower band', () => {
    const closes = dip();
    const depth = propose(closes)?.trigger['depth'] as number;

    expect(propose(closes)).toMatchObject({ side: 'BUY', reason: 'oversold', stop_loss_pct: 5, take_profit_pct: 8 });
    expect(propose(closes, { band_width: depth - 1e-9, full_depth: 4 })).toBeDefined();
    expect(propose(closes, { band_width: depth + 1e-9, full_depth: 4 })).toBeUndefined();
  });

  it('[REQ-S1] needs an exhausted strength index', () => {
    const closes = dip();
    const found = propose(closes)?.trigger['rsi'] as number;

    expect(found).toBeGreaterThan(0);
    expect(propose(closes, { max_entry_rsi: found })).toBeDefined();
    expect(propose(closes, { max_entry_rsi: found - 1e-9 })).toBeUndefined();
  });

  it('[REQ-S1] buys no dip below the long mean: that is a fall', () => {
    const closes = dip();
    const trend = propose(closes)?.trigger['trend'] as number;

    // The close is part of the mean, so the mean moves a two-hundredth of the way.
    expect(propose(endingAt(closes, trend * 1.01))).toBeDefined();
    expect(propose(endingAt(closes, trend * 0.99))).toBeUndefined();
  });

  it('grows in conviction and size with the depth, up to one', () => {
    const closes = dip();
    const depth = propose(closes)?.trigger['depth'] as number;
    const half = propose(closes, { band_width: depth - 0.5, full_depth: depth + 0.5 });

    expect(half?.conviction).toBeCloseTo(0.75, 9);
    expect(half?.notional_pct).toBeCloseTo(3, 9);
    expect(propose(closes, { full_depth: depth })).toMatchObject({ conviction: 1, notional_pct: 4 });
  });

  it('sees no dip in a market that stands still', () => {
    expect(propose(Array.from({ length: 250 }, () => 100))).toBeUndefined();
  });

  it('never buys above the mean of its band, whatever the market', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 220, maxLength: 220 }), (steps) => {
        const { close, mean, trend } = propose(levels(steps.map((step) => step / 10_000)))?.trigger ?? {
          close: 1,
          mean: 2,
          trend: 0,
        };
        expect((close as number) < (mean as number) && (close as number) > (trend as number)).toBe(true);
      }),
    );
  });
});

describe('exit', () => {
  it('comes at the mean, at a gain or not, and only for a position', () => {
    const flat = Array.from({ length: 250 }, () => 100);

    expect(propose(flat, {}, true)).toMatchObject({ side: 'SELL', reason: 'mean_reached', conviction: 1 });
    expect(propose(endingAt(flat, 99.9), {}, true)).toBeUndefined();
    expect(propose(endingAt(flat, 100.1), {}, true)).toBeDefined();
    expect(propose(flat)).toBeUndefined();
  });
});

describe('parameters', () => {
  it.each([
    ['a band as long as the trend', { band_lookback_bars: 200 }],
    ['full conviction at the band', { full_depth: 2 }],
    ['a band that no close can leave', { band_lookback_bars: 5, band_width: 2, full_depth: 3 }],
  ])('refuses %s', (_, patch) => {
    expect(rsiBollingerReversion.params.safeParse({ ...params, ...patch }).success).toBe(false);
  });
});
