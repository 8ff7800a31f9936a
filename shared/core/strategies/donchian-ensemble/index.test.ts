import { describe, expect, it } from 'vitest';
import { BTC, breakdown, breakout, calm, candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import type { Interval } from '../../market/interval.ts';
import { donchianEnsemble } from './index.ts';

const params = donchianEnsemble.params.parse({
  lookbacks_bars: [10, 20, 30, 40],
  min_score: 0.5,
  exit_score: 0,
  volatility_lookback_bars: 30,
  target_daily_volatility_pct: 100,
  atr_lookback_bars: 10,
  stop_atr: 2,
  min_stop_loss_pct: 1,
  max_stop_loss_pct: 10,
  take_profit_pct: 12,
});
type Params = typeof params;

function propose(candles: Candles, patch: Partial<Params> = {}, isHeld = false, interval: Interval = '1h') {
  const strategy = donchianEnsemble.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval, symbols, holdings: [] }, null).proposals[0];
}

const series = (closes: readonly number[]) => candlesTo(T, closes);
/** New highs after a fall that only the longest channel remembers. */
const divided = series([...calm(60), ...calm(32).map((close) => close - 10), 93]);

describe('entry', () => {
  it('[REQ-S1] needs the mean vote', () => {
    expect(propose(divided)?.trigger['score']).toBe(0.5);
    expect(propose(divided, { min_score: 0.5 })).toMatchObject({ side: 'BUY', reason: 'ensemble_breakout' });
    expect(propose(divided, { min_score: 0.5 + 1e-9 })).toBeUndefined();
  });

  it('[REQ-S1] comes only on the bar of a new high', () => {
    const closes = breakout(100);

    expect(propose(series(closes))).toBeDefined();
    expect(propose(series([...closes, 103.1]))).toBeUndefined();
    expect(propose(series(calm(100)))).toBeUndefined();
  });

  it('is as convinced as the vote, and as large', () => {
    expect(propose(divided)).toMatchObject({ conviction: 0.5, notional_pct: 2 });
    expect(propose(series(breakout(100)))).toMatchObject({ conviction: 1, notional_pct: 4, take_profit_pct: 12 });
  });

  it('shrinks with the volatility of a day, whatever the interval', () => {
    const candles = series(breakout(100));
    const daily = propose(candles)?.trigger['volatility_pct'] as number;

    expect(propose(candles, { target_daily_volatility_pct: daily / 2 })).toMatchObject({ notional_pct: 2 });
    expect(propose(candles, { target_daily_volatility_pct: daily * 2 })).toMatchObject({ notional_pct: 4 });
    expect(propose(candles, {}, false, '1d')?.trigger['volatility_pct']).toBeCloseTo(daily / Math.sqrt(24), 9);
  });

  it('has no size for a market that did not move by its closes', () => {
    const still = series(Array.from({ length: 100 }, () => 100));
    const lower = { ...still, high: still.high.map(() => 99) };

    expect(propose(lower)).toBeUndefined();
  });
});

describe('the stop', () => {
  it('stands so many true ranges off, within its bounds', () => {
    const candles = series(breakout(100));
    const free = propose(candles, { min_stop_loss_pct: 0.001, max_stop_loss_pct: 50 })?.stop_loss_pct as number;
    const twice = propose(candles, { stop_atr: 4, min_stop_loss_pct: 0.001, max_stop_loss_pct: 50 })?.stop_loss_pct;

    expect(twice).toBeCloseTo(2 * free, 9);
    expect(propose(candles, { min_stop_loss_pct: free + 1 })?.stop_loss_pct).toBe(free + 1);
    expect(propose(candles, { min_stop_loss_pct: 0.1, max_stop_loss_pct: free / 2 })?.stop_loss_pct).toBe(free / 2);
  });
});

describe('exit', () => {
  it('comes when the mean vote is no longer above its limit, and only for a position', () => {
    const falling = series(breakdown(100));

    expect(propose(falling, {}, true)).toMatchObject({ side: 'SELL', reason: 'ensemble_turned', conviction: 1 });
    expect(propose(falling, {}, false)).toBeUndefined();
    expect(propose(series(breakout(100)), {}, true)).toBeUndefined();
    expect(propose(series(calm(100)), {}, true)?.trigger['score']).toBe(0);
    expect(propose(series(calm(100)), { exit_score: -0.001 }, true)).toBeUndefined();
  });
});

describe('parameters', () => {
  it.each([
    ['lookbacks out of order', { lookbacks_bars: [20, 10] }],
    ['the same lookback twice', { lookbacks_bars: [20, 20] }],
    ['an exit that undoes the entry', { exit_score: 0.5 }],
    ['crossed bounds of the stop', { min_stop_loss_pct: 11 }],
  ])('refuse %s', (_, patch) => {
    expect(donchianEnsemble.params.safeParse({ ...params, ...patch }).success).toBe(false);
  });

  it('ask for two of the longest lookback', () => {
    expect(donchianEnsemble.bind(params).warmupBars).toBe(80);
    expect(donchianEnsemble.bind({ ...params, lookbacks_bars: [10, 140] }).warmupBars).toBe(280);
  });
});
