import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levels, mirrorOf } from '../../../../test/core/strategy-examples.ts';
import { candlesTo, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import { convictionOf, weakestConvictions } from './conviction.ts';
import { type ClassicParams, MAX_BARS_PER_HOUR } from './params.ts';
import { isAwake, isTrending, reversalConfirmations } from './reversal.ts';
import { marketOf } from './signed-market.ts';
import { PREDECESSOR, type TestParams } from './testing/params.ts';
import { quietThen } from './testing/quiet-then.ts';
import { scoreOf, type TriggerName, triggersOf, weakestTriggers } from './triggers.ts';

const fiveMinutes = (candles: Candles) => marketOf(candles, '5m', MAX_BARS_PER_HOUR);

function fired(candles: Candles, name: TriggerName, patch: TestParams = {}, direction: 1 | -1 = 1) {
  return triggersOf(fiveMinutes(candles), direction, { ...PREDECESSOR, ...patch }).find(
    (trigger) => trigger.name === name,
  );
}

describe('price_move', () => {
  it.each([
    ['15 minutes', [0.004, 0.004, 0.004], 0.6, 0.7],
    ['60 minutes', Array.from({ length: 12 }, () => 0.0022), 0.7, 0.75],
    ['both', [0.01, 0.01, 0.01], 0.8, 0.85],
  ] as const)('[REQ-S1] grades a move of %s', (_, steps, strength, confidence) => {
    expect(fired(quietThen(...steps), 'price_move')).toMatchObject({ strength, confidence });
  });

  it('[REQ-S1] fires at exactly its threshold, upwards and downwards', () => {
    const up = quietThen(0.004, 0.004, 0.004);
    const move = fired(up, 'price_move')?.figures['move_15m'] as number;

    expect(move).toBe(1.2);
    expect(fired(up, 'price_move', { pct_change_15m: 1.200_000_01 })).toBeUndefined();
    expect(fired(mirrorOf(up), 'price_move', {}, -1)).toBeDefined();
    expect(fired(mirrorOf(up), 'price_move')).toBeUndefined();
  });
});

describe('volume_spike', () => {
  /** The last hour trades so many times the usual, in its last bar, and rises 2.4 %. */
  function busy(ratio: number, usual = 10): Candles {
    const candles = quietThen(...Array.from({ length: 12 }, () => 0.002));
    const volume = candles.volume.map((_, i) => {
      if (i < 288) return i % 2 === 0 ? usual : 10;
      return i === 299 ? 120 * ratio - 110 : 10;
    });
    return { ...candles, volume };
  }

  it('[REQ-S1] compares the last hour with the mean hour before it', () => {
    expect(fired(busy(2.2), 'volume_spike')?.figures['volume_ratio']).toBeCloseTo(2.2, 9);
    expect(fired(busy(2.21), 'volume_spike')).toBeDefined();
    expect(fired(busy(2.19), 'volume_spike')).toBeUndefined();
    expect(fired(busy(4), 'volume_spike')).toMatchObject({ strength: 1, confidence: 1 });
  });

  it('[REQ-S1] needs the hour to have risen', () => {
    expect(fired(busy(3), 'volume_spike', { volume_spike_min_change_pct: 2.41 })).toBeUndefined();
    expect(fired(mirrorOf(busy(3)), 'volume_spike')).toBeUndefined();
    expect(fired(mirrorOf(busy(3)), 'volume_spike', {}, -1)).toBeDefined();
  });

  it('knows no usual hour where most bars had no trade', () => {
    const sparse = busy(50);
    const volume = sparse.volume.map((size, i) => (i < 288 && i % 3 > 0 ? 0 : size));

    expect(fired({ ...sparse, volume }, 'volume_spike')).toBeUndefined();
  });
});

describe('breakout', () => {
  it('[REQ-S1] needs a close beyond the range of the bars before', () => {
    const quiet = quietThen();
    const high = Math.max(...quiet.high.subarray(11, 299));
    const ending = (close: number) => ({ ...quiet, close: quiet.close.map((each, i) => (i === 299 ? close : each)) });

    expect(fired(ending(high), 'breakout')).toBeUndefined();
    expect(fired(ending(high * 1.000_001), 'breakout')).toMatchObject({ strength: 0.7, confidence: 0.8 });
    expect(fired(ending(90), 'breakout')).toBeUndefined();
    expect(fired(ending(90), 'breakout', {}, -1)).toBeDefined();
  });
});

describe('momentum', () => {
  it('[REQ-S1] measures the signed return of the day and how steady it was', () => {
    const rise = candlesTo(T, levels(Array.from({ length: 300 }, () => 0.0001)));

    expect(fired(rise, 'momentum')).toMatchObject({ confidence: 1 });
    expect(fired(rise, 'momentum')?.strength).toBeCloseTo(0.288, 9);
    expect(fired(rise, 'momentum', { momentum_min_return_pct: 2.89 })).toBeUndefined();
    expect(fired(mirrorOf(rise), 'momentum')).toBeUndefined();
  });
});

describe('reversal', () => {
  /** A climb, a fall of some bars and a recovery with a dip in it, on the way to a higher low. */
  function turned(fallBars: number, recovery: number): Candles {
    const climb = Array.from({ length: 300 - fallBars - 20 }, () => 0.0004);
    const fall = Array.from({ length: fallBars }, () => -0.004);
    const shape = [4, 4, 4, 4, 4, -2, -2, -2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4];
    const sum = shape.reduce((total, step) => total + step, 0);
    return candlesTo(T, levels([...climb, ...fall, ...shape.map((step) => (step * recovery) / sum)]));
  }
  const settings = { trend_ema_hours: 4, trend_slope_hours: 1, rsi_hours: 2 } satisfies TestParams;
  const market = turned(20, 0.07);

  it('[REQ-S1] needs the close within its distance from the low', () => {
    const recovery = fired(market, 'reversal', settings)?.figures['recovery_pct'] as number;

    expect(recovery).toBeGreaterThan(7);
    expect(fired(market, 'reversal', { ...settings, reversal_min_recovery_pct: recovery })).toBeDefined();
    expect(fired(market, 'reversal', { ...settings, reversal_min_recovery_pct: recovery + 1e-6 })).toBeUndefined();
    expect(fired(market, 'reversal', { ...settings, reversal_max_recovery_pct: recovery })).toBeDefined();
    expect(fired(market, 'reversal', { ...settings, reversal_max_recovery_pct: recovery - 1e-6 })).toBeUndefined();
  });

  it('[REQ-S1] counts the signs of a turn', () => {
    const signs = fired(market, 'reversal', settings)?.confirmations ?? [];

    expect(signs).toEqual(expect.arrayContaining(['close_above_vwap', 'higher_low', 'bounce_confirmed']));
    expect(fired(market, 'reversal', { ...settings, reversal_min_confirmations: signs.length })).toBeDefined();
    expect(fired(market, 'reversal', { ...settings, reversal_min_confirmations: signs.length + 1 })).toBeUndefined();
  });

  it('[REQ-S1] needs a trend that climbs', () => {
    expect(isTrending(fiveMinutes(market), 1, { ...PREDECESSOR, ...settings })).toBe(true);
    expect(fired(market, 'reversal', { ...settings, min_slope_pct_per_hour: 10 })).toBeUndefined();
  });

  it('sees no trend before its mean has settled', () => {
    const short = candlesTo(T, levels(Array.from({ length: 20 }, () => 0.01)));

    expect(isTrending(fiveMinutes(short), 1, { ...PREDECESSOR, ...settings })).toBe(false);
  });

  it('is no reversal where it is a breakout', () => {
    const sharp = turned(2, 0.06);

    expect(fired(sharp, 'breakout', settings)).toBeDefined();
    expect(fired(sharp, 'reversal', settings)).toBeUndefined();
  });

  it('sees each sign by itself', () => {
    const given: ClassicParams = { ...PREDECESSOR, ...settings };
    const signs = (candles: Candles, patch: TestParams = {}) =>
      reversalConfirmations(fiveMinutes(candles), 1, { ...given, ...patch });

    expect(signs(market, { min_bounce_from_low_pct: 50 })).not.toContain('bounce_confirmed');
    expect(signs(quietThen(...Array.from({ length: 30 }, () => -0.002)))).toEqual([]);
    expect(
      signs(quietThen(...Array.from({ length: 12 }, () => -0.002), ...Array.from({ length: 12 }, () => 0.003))),
    ).toContain('rsi_cross_50');
    // Above 50 for longer than an hour is no cross.
    expect(signs(quietThen(...Array.from({ length: 30 }, () => 0.003)))).not.toContain('rsi_cross_50');
    expect(signs(quietThen(0.01, -0.03, -0.03))).not.toContain('close_above_vwap');
  });
});

describe('the two directions', () => {
  it('are each other on the mirror image of a market, trigger by trigger', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -150, max: 150 }), { minLength: 300, maxLength: 300 }), (steps) => {
        const candles = candlesTo(T, levels(steps.map((step) => step / 10_000)));
        // An hour that ends where it began went neither way: which one, the last bit of the mirror would say.
        const isLevel = (close: number, at: number) =>
          at >= 12 && Math.abs(close / (candles.close[at - 12] as number) - 1) < 1e-12;
        fc.pre(!candles.close.some(isLevel));
        const graded = (market: Candles, direction: 1 | -1) =>
          triggersOf(fiveMinutes(market), direction, PREDECESSOR).map(
            (trigger) => `${trigger.name} ${scoreOf(trigger).toFixed(6)}`,
          );
        expect(graded(mirrorOf(candles), -1)).toEqual(graded(candles, 1));
        expect(isAwake(fiveMinutes(mirrorOf(candles)), 14, 1)).toBe(isAwake(fiveMinutes(candles), 14, 1));
      }),
    );
  });
});

describe('the funnel', () => {
  it('lets every trigger that just fires pass the score and the conviction', () => {
    for (const { name, score } of weakestTriggers(PREDECESSOR)) expect([name, score >= 0.2]).toEqual([name, true]);
    for (const [name, conviction] of Object.entries(weakestConvictions(PREDECESSOR))) {
      expect([name, conviction >= 0.3]).toEqual([name, true]);
    }
  });

  it('adds a boost for each confirmation, and never exceeds one', () => {
    const { conviction_weights: weights } = PREDECESSOR;
    const plain = { strength: 0.5, confidence: 0.6, confirmations: [] };

    expect(convictionOf(plain, weights)).toBeCloseTo(0.43, 12);
    expect(convictionOf({ ...plain, confirmations: ['higher_low', 'rsi_cross_50'] }, weights)).toBeCloseTo(0.5, 12);
    expect(convictionOf({ ...plain, strength: 1 }, { ...weights, trigger_strength: 1 })).toBe(1);
  });
});
