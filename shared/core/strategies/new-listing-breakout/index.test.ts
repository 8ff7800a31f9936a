import { describe, expect, it } from 'vitest';
import { EXAMPLE_T, listing } from '../../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, SLOT_MS } from '../../../../test/core/world.ts';
import { anchoredWindow, windowStart } from '../../indicators/anchor.ts';
import type { Candles } from '../../market/candles.ts';
import { newListingBreakout } from './index.ts';

const params = newListingBreakout.params.parse({
  range_bars: 24,
  max_age_bars: 192,
  min_traded_share_pct: 90,
  max_extension: 1,
  max_range_pct: 100,
  exit_lookback_bars: 24,
  size_factor: 0.4,
  stop_loss_pct: 10,
  take_profit_pct: 25,
});

function propose(candles: Candles, patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = newListingBreakout.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '15m', symbols, holdings: [] }, null).proposals[0];
}

const series = (closes: readonly number[]) => candlesTo(EXAMPLE_T, closes);
/** Of the sixty bars between 100 and 102: their highs and lows are a tenth further out. */
const HIGH = 102.1;
const HEIGHT = HIGH - 99.9;

describe('entry', () => {
  it('[REQ-S1] needs a close above the range of the first bars', () => {
    expect(propose(series(listing(HIGH)))).toBeUndefined();
    expect(propose(series(listing(HIGH + 0.001)))).toMatchObject({ side: 'BUY', reason: 'listing_breakout' });
  });

  it('[REQ-S1] does not chase what has left the range far behind', () => {
    expect(propose(series(listing(HIGH + HEIGHT * 0.999)))).toBeDefined();
    expect(propose(series(listing(HIGH + HEIGHT * 1.001)))).toBeUndefined();
  });

  it('is small, and smaller the later it comes', () => {
    const half = propose(series(listing(HIGH + HEIGHT / 2)));

    expect(half?.conviction).toBeCloseTo(0.75, 9);
    expect(half?.notional_pct).toBeCloseTo(4 * 0.4 * 0.75, 9);
    expect(half).toMatchObject({ stop_loss_pct: 10, take_profit_pct: 25 });
  });

  it('reads nothing from a range that is too wide', () => {
    const found = propose(series(listing()))?.trigger['range_pct'] as number;

    expect(propose(series(listing()), { max_range_pct: found })).toBeDefined();
    expect(propose(series(listing()), { max_range_pct: found - 1e-9 })).toBeUndefined();
  });
});

it('[REQ-S1] reads nothing from first bars that never moved: they are no range to leave', () => {
  const flat = series([...Array.from({ length: 60 }, () => 100), 101]);
  const still = { ...flat, high: flat.close.slice(), low: flat.close.slice() };

  expect(propose(flat, { max_extension: 50 })).toBeDefined();
  expect(propose(still, { max_extension: 50 })).toBeUndefined();
});

describe('history', () => {
  const young = listing();

  it('counts a listing as new up to its greatest age', () => {
    expect(propose(series(young))?.trigger['age_bars']).toBe(60);
    expect(propose(series(young), { max_age_bars: 60 })).toBeDefined();
    expect(propose(series(young), { max_age_bars: 59 })).toBeUndefined();
  });

  it('is not deceived by an older market whose window has just begun anew', () => {
    const start = windowStart(EXAMPLE_T, 24);
    const bars = EXAMPLE_T - start + 1;
    const older = [...Array.from({ length: 200 }, (_, i) => 100 + (i % 3)), ...young].slice(-bars - 1);
    const window = anchoredWindow(series(older), EXAMPLE_T, 24) as Candles;

    expect(window.length).toBe(bars);
    expect(window.length).toBeLessThan(params.max_age_bars);
    expect(propose(window)).toBeUndefined();
  });

  it('is not deceived by an older market that did not trade for a while just where its window begins', () => {
    const start = windowStart(EXAMPLE_T, 24);
    const bars = EXAMPLE_T - start + 1;
    const older = [...Array.from({ length: 300 }, (_, i) => 100 + (i % 3)), ...young];
    const paused = (missing: number) => {
      const candles = series(older);
      const untraded = (index: number) => index >= start && index < start + missing;
      const volume = candles.volume.map((traded, i) => (untraded(candles.index[i] as number) ? 0 : traded));
      return anchoredWindow({ ...candles, volume }, EXAMPLE_T, 24) as Candles;
    };

    for (const missing of [1, 2, 12, 23]) expect([missing, propose(paused(missing))]).toEqual([missing, undefined]);
    // So long a silence is taken for the time before the listing.
    expect(paused(24).length).toBe(bars - 24);
    expect(propose(paused(24))).toBeDefined();
  });

  it('leaves alone what was listed and then hardly traded', () => {
    const candles = series(young);
    const sparse = { ...candles, volume: candles.volume.map((volume, i) => (i % 8 === 1 ? 0 : volume)) };

    expect(propose(sparse)).toBeUndefined();
    expect(propose(sparse, { min_traded_share_pct: 80 })).toBeDefined();
  });

  it('says nothing while the range is still being drawn', () => {
    expect(propose(series(young.slice(-24)))).toBeUndefined();
  });
});

describe('exit', () => {
  it('comes below the recent low, whatever the age, and only for a position', () => {
    const falling = Array.from({ length: 330 }, (_, i) => 500 - i);
    const window = anchoredWindow(series(falling), EXAMPLE_T, 24) as Candles;

    expect(propose(window, {}, true)).toMatchObject({ side: 'SELL', reason: 'breakdown', conviction: 1 });
    expect(propose(series(listing(99.91)), {}, true)).toBeUndefined();
    expect(propose(series(listing(99.89)), {}, true)).toBeDefined();
    expect(propose(window)).toBeUndefined();
  });
});

describe('parameters', () => {
  it('refuses to call a listing old before its range is drawn', () => {
    expect(newListingBreakout.params.safeParse({ ...params, max_age_bars: 24 }).success).toBe(false);
    expect(newListingBreakout.params.safeParse({ ...params, max_age_bars: 25 }).success).toBe(true);
  });

  it('refuses a range after which no window has room for a listing', () => {
    const isTaken = (range_bars: number, exit_lookback_bars: number) =>
      newListingBreakout.params.safeParse({ ...params, range_bars, exit_lookback_bars, max_age_bars: 300 }).success;
    const isEverYoung = (range_bars: number, exit_lookback_bars: number) =>
      Array.from({ length: 300 }, (_, i) => EXAMPLE_T - i).some((t) => {
        const born = windowStart(t, Math.max(range_bars, exit_lookback_bars)) + range_bars;
        const closes = Array.from({ length: t - born + 1 }, (_, i) => (born + i === t ? 102.5 : 100 + (i % 3)));
        const window = anchoredWindow(candlesTo(t, closes), t, Math.max(range_bars, exit_lookback_bars));
        return (
          window !== undefined && propose(window, { range_bars, exit_lookback_bars, max_age_bars: 300 }) !== undefined
        );
      });

    for (const [range, exit] of [
      [149, 24],
      [149, 150],
      [150, 24],
      [149, 151],
      [101, 199],
      [100, 199],
    ] as const) {
      expect([range, exit, isTaken(range, exit)]).toEqual([range, exit, isEverYoung(range, exit)]);
    }
    expect([isTaken(149, 150), isTaken(150, 24)]).toEqual([true, false]);
  });
});
