import { describe, expect, it } from 'vitest';
import { levels, mirrorOf, pullback } from '../../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import { emaTrendPullback } from './index.ts';
import { isTurningUp, strengthOf, trendOf } from './readings.ts';

const params = emaTrendPullback.params.parse({
  fast_lookback_bars: 20,
  middle_lookback_bars: 50,
  slow_lookback_bars: 100,
  slope_lookback_bars: 20,
  rsi_lookback_bars: 14,
  pullback_lookback_bars: 8,
  max_pullback_rsi: 60,
  adx_lookback_bars: 14,
  min_score: 1,
  target_score: 50,
  stop_loss_pct: 4,
  take_profit_pct: 8,
});

function propose(candles: Candles, patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = emaTrendPullback.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '15m', symbols, holdings: [] }, null).proposals[0];
}

const series = (closes: readonly number[]) => candlesTo(T, closes);
const candles = series(pullback());

/** A long fall, so many rising bars, a pullback and the bar that ends it. */
function turnaround(risingBars: number): Candles {
  const falling = Array<number>(323 - risingBars).fill(-0.002);
  return series(levels([...falling, ...Array<number>(risingBars).fill(0.004), ...Array<number>(6).fill(-0.006), 0.06]));
}

/** A bar of the pullback reaches down to a price, and as far up, so that no direction is added. */
function withWick(low: number, barsAgo = 2): Candles {
  const at = candles.length - 1 - barsAgo;
  const reached = { ...candles, high: candles.high.slice(), low: candles.low.slice() };
  reached.high[at] = (candles.high[at - 1] as number) + 2 * ((candles.low[at - 1] as number) - low);
  reached.low[at] = low;
  return reached;
}

describe('entry', () => {
  it('[REQ-S1] needs an ADX of its least', () => {
    const score = propose(candles)?.trigger['score'] as number;

    expect(propose(candles, { min_score: score })).toMatchObject({ side: 'BUY', reason: 'pullback_over' });
    expect(propose(candles, { min_score: score + 1e-9, target_score: 100 })).toBeUndefined();
  });

  it('comes on the bar that closes above the fast mean again, not before and not after', () => {
    expect(propose(series(pullback().slice(0, -1)))).toBeUndefined();
    expect(propose(series([...pullback(), (pullback().at(-1) as number) * 1.003]))).toBeUndefined();
    expect(propose(series(pullback(0.001)))).toBeUndefined();
  });

  it('needs the pullback to have cooled the RSI', () => {
    expect(propose(candles, { max_pullback_rsi: 60 })).toBeDefined();
    expect(propose(candles, { max_pullback_rsi: 5 })).toBeUndefined();
  });

  it('needs the pullback to stay above the slow mean', () => {
    const { slow, pullback_low } = propose(candles)?.trigger ?? {};
    expect(pullback_low).toBeGreaterThan(slow as number);

    expect(propose(withWick(slow as number))).toBeUndefined();
    expect(propose(withWick((slow as number) + 0.001))).toBeDefined();
    expect(propose(withWick(slow as number, params.pullback_lookback_bars + 1))).toBeDefined();
  });

  it('needs the middle mean above the slow one', () => {
    const early = turnaround(36);
    const { fast, middle, slow, slowRose, pullbackLow } = trendOf(early, params);

    expect(fast > middle && middle < slow && slowRose && pullbackLow > slow).toBe(true);
    expect(propose(early)).toBeUndefined();
    expect(propose(turnaround(46))).toBeDefined();
  });

  it('needs a slow mean that stands higher than before', () => {
    const young = turnaround(40);

    expect(propose(young, { slope_lookback_bars: 10 })).toBeDefined();
    expect(propose(young, { slope_lookback_bars: 50 })).toBeUndefined();
  });

  it('counts the ADX only while the rises lead', () => {
    const plunge = series(levels([...Array<number>(321).fill(0.003), ...Array<number>(8).fill(-0.008), 0.03]));
    const { fast, middle, slow, pullbackLow } = trendOf(plunge, params);

    expect(isTurningUp(plunge, params) && fast > middle && middle > slow && pullbackLow > slow).toBe(true);
    expect(strengthOf(plunge, params.adx_lookback_bars)).toBe(0);
    expect(propose(plunge, { min_score: 0 })).toBeUndefined();
  });

  it('never buys the market upside down, nor one without a trend', () => {
    expect(propose(mirrorOf(candles))).toBeUndefined();
    const flat = series([...Array.from({ length: 323 }, (_, i) => 100 + 0.2 * Math.sin(i)), 99, 98.8, 98.6, 101]);
    expect(propose(flat, { max_pullback_rsi: 99 })).toBeUndefined();
  });

  it('grows in conviction with the ADX, up to one', () => {
    const score = propose(candles)?.trigger['score'] as number;

    expect(propose(candles, { target_score: score * 2 })).toMatchObject({ conviction: 0.5, notional_pct: 2 });
    expect(propose(candles, { target_score: score / 2 })).toMatchObject({ conviction: 1, notional_pct: 4 });
  });
});

describe('exit', () => {
  it('comes when the fast mean falls below the middle one, and only for a position', () => {
    expect(propose(mirrorOf(candles), {}, true)).toMatchObject({ side: 'SELL', reason: 'trend_lost', conviction: 1 });
    expect(propose(candles, {}, true)).toBeUndefined();
    expect(propose(mirrorOf(candles), {}, false)).toBeUndefined();
  });
});

describe('parameters', () => {
  it.each([
    ['a fast mean as slow as the middle one', { fast_lookback_bars: 50 }],
    ['a middle mean as slow as the slow one', { middle_lookback_bars: 100 }],
    ['a least score beyond full conviction', { min_score: 51 }],
  ])('refuse %s', (_, patch) => {
    expect(emaTrendPullback.params.safeParse({ ...params, ...patch }).success).toBe(false);
  });
});
