import { describe, expect, it } from 'vitest';
import { squeeze } from '../../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import { volatilityBreakout } from './index.ts';

const params = volatilityBreakout.params.parse({
  channel_lookback_bars: 10,
  bollinger_width: 2,
  keltner_width: 1.5,
  squeeze_lookback_bars: 6,
  min_squeeze_bars: 4,
  min_score: 1.5,
  target_score: 10,
  stop_loss_pct: 4,
  take_profit_pct: 8,
});

function propose(candles: Candles, patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = volatilityBreakout.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '15m', symbols, holdings: [] }, null).proposals[0];
}

const series = (closes: readonly number[]) => candlesTo(T, closes);
/** Closes that swing far beyond what their ranges say: the band is wider than the channel. */
const restless = Array.from({ length: 59 }, (_, i) => 100 + 3 * Math.sin(i / 3));

describe('entry', () => {
  it('[REQ-S1] needs a rise of so many true ranges', () => {
    const candles = series(squeeze(60, 2));
    const score = propose(candles)?.trigger['score'] as number;

    expect(propose(candles, { min_score: score })).toMatchObject({ side: 'BUY', reason: 'squeeze_breakout' });
    expect(propose(candles, { min_score: score + 1e-9 })).toBeUndefined();
  });

  it('measures the rise from close to close in the mean range of the bars before', () => {
    // A quiet bar spans its two closes and a tenth on both sides.
    expect(propose(series(squeeze(60, 2)))?.trigger['score']).toBeCloseTo(2 / 0.25, 9);
  });

  it('takes a fall of the same width for no breakout', () => {
    expect(propose(series(squeeze(60, 2)))).toBeDefined();
    expect(propose(series(squeeze(60, -2)))).toBeUndefined();
  });

  it('[REQ-S1] needs a squeeze that lasted', () => {
    const quietSince = (bars: number) =>
      series([...restless.slice(0, 59 - bars), ...squeeze(bars + 1, 6).map((close) => close)]);
    const squeezed = propose(series(squeeze(60, 2)))?.trigger['squeezed_bars'];

    expect(squeezed).toBe(6);
    expect(propose(series([...restless, 110]))).toBeUndefined();
    expect(propose(series([...restless, 110]), { min_squeeze_bars: 6 })).toBeUndefined();
    const partly = propose(quietSince(14), { min_squeeze_bars: 1 })?.trigger['squeezed_bars'] as number;
    expect(partly > 0 && partly < 6).toBe(true);
    expect(propose(quietSince(14), { min_squeeze_bars: partly })).toBeDefined();
    expect(propose(quietSince(14), { min_squeeze_bars: partly + 1 })).toBeUndefined();
  });

  it('needs a close above both upper lines', () => {
    const candles = series(squeeze(60, 0.4));

    expect(propose(candles, { keltner_width: 1 })).toBeDefined();
    expect(propose(candles, { keltner_width: 2 })).toBeUndefined();
  });

  it('grows in conviction with the rise, up to one', () => {
    const candles = series(squeeze(60, 2));
    const score = propose(candles)?.trigger['score'] as number;

    expect(propose(candles, { target_score: score * 2 })).toMatchObject({ conviction: 0.5, notional_pct: 2 });
    expect(propose(candles, { target_score: score / 2 })).toMatchObject({ conviction: 1, notional_pct: 4 });
  });

  it('leaves a market that never traded at any other price alone', () => {
    const flat = series([...Array.from({ length: 59 }, () => 100), 100]);
    const dead = { ...flat, high: flat.close.slice(), low: flat.close.slice(), close: flat.close.slice() };
    dead.close[59] = 105;

    expect(propose(dead)).toBeUndefined();
  });
});

describe('exit', () => {
  it('comes with a close below the middle of the band, and only for a position', () => {
    expect(propose(series(squeeze(60, -0.5)), {}, true)).toMatchObject({ side: 'SELL', reason: 'breakout_failed' });
    expect(propose(series(squeeze(60, 0.5)), {}, true)).toBeUndefined();
    expect(propose(series(Array.from({ length: 60 }, () => 100)), {}, true)).toBeUndefined();
    expect(propose(series(squeeze(60, -0.5)), {}, false)).toBeUndefined();
  });
});

describe('parameters', () => {
  it('refuse a squeeze longer than what is looked at, and a least score beyond full conviction', () => {
    expect(volatilityBreakout.params.safeParse({ ...params, min_squeeze_bars: 7 }).success).toBe(false);
    expect(volatilityBreakout.params.safeParse({ ...params, min_score: 11 }).success).toBe(false);
  });
});
