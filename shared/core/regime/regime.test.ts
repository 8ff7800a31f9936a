import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BTC, calmMarket, candlesTo, configOf, ETH, SLOT_MS, snapshotOf, symbolOf } from '../../../test/core/world.ts';
import { type Candles, fillGaps } from '../market/candles.ts';
import { INTERVAL_MS, lastClosedBarIndex } from '../market/interval.ts';
import { toNumber } from '../money/fixed.ts';
import { detectRegime, type RegimeFigures, regimeWarmup } from './detector.ts';
import { regimeOf } from './regime.ts';

const TODAY = lastClosedBarIndex(SLOT_MS, '1d');
const { regime: settings } = configOf().policy;
const WARMUP = regimeWarmup(settings);

/** A series from its daily moves in percent, with a little noise so that it has a volatility. */
function series(...moves: readonly (readonly [days: number, pct: number, noise?: number])[]): readonly number[] {
  const closes = [100];
  for (const [days, pct, noise = 0.5] of moves) {
    for (let i = 0; i < days; i += 1) {
      closes.push((closes.at(-1) as number) * (1 + (pct + (i % 2 === 0 ? noise : -noise)) / 100));
    }
  }
  return closes;
}

function at(closes: readonly number[], over: Partial<typeof settings> = {}) {
  return detectRegime(candlesTo(TODAY, closes), TODAY, { ...settings, ...over })?.name;
}

/** The regime after each of the last `days` days. */
function path(closes: readonly number[], days: number, over: Partial<typeof settings> = {}) {
  const daily = candlesTo(TODAY, closes);
  return Array.from(
    { length: days },
    (_, i) => detectRegime(daily, TODAY - days + 1 + i, { ...settings, ...over })?.name,
  );
}

const FLAT = [200, 0] as const;

describe('[REQ-U3] the detector', () => {
  it.each([
    ['nothing moves', series(FLAT, [80, 0]), 'chop'],
    ['it climbs day by day', series(FLAT, [60, 0], [20, 1]), 'bull'],
    ['it climbs in wild swings', series(FLAT, [60, 0], [20, 1, 12]), 'chop'],
    ['it slides day by day', series(FLAT, [60, 0], [20, -1]), 'bear'],
    ['it falls off a cliff', series(FLAT, [78, 0], [2, -16]), 'crash'],
    ['it falls as far but slowly', series(FLAT, [40, 0], [40, -0.8]), 'bear'],
    ['it leaps up', series(FLAT, [76, 0], [4, 16]), 'chop'],
    ['the cliff is a month back and nothing has risen since', series(FLAT, [40, 0], [2, -16], [38, 0]), 'bear'],
  ] as const)('says when %s', (_, closes, expected) => {
    expect(at(closes)).toBe(expected);
  });

  it('measures trend, volatility and drop as its settings say', () => {
    const short = { ...settings, trend_lookback_days: 4, volatility_lookback_days: 3, crash_lookback_days: 3 };
    const closes = [...Array.from({ length: 150 }, () => 100), 100, 110, 125, 120, 90];
    const found = detectRegime(candlesTo(TODAY, closes), TODAY, short)?.figures;
    const returns = [Math.log(125 / 110), Math.log(120 / 125), Math.log(90 / 120)];
    const mean = returns.reduce((a, b) => a + b) / 3;
    const variance = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 2;

    expect(found?.trend_pct).toBeCloseTo((90 / ((110 + 125 + 120 + 90) / 4) - 1) * 100, 9);
    expect(found?.volatility_pct).toBeCloseTo(Math.sqrt(variance * 365) * 100, 9);
    expect(found?.drop_pct).toBeCloseTo((1 - 90 / 125) * 100, 9);
    expect(detectRegime(candlesTo(TODAY, closes), TODAY, { ...short, crash_lookback_days: 2 })?.figures.drop_pct).toBe(
      25,
    );
  });

  it('takes a figure at its threshold for reached, and one a hair short of it for not', () => {
    const names = (
      closes: readonly number[],
      over: (figures: RegimeFigures, hair: number) => Partial<typeof settings>,
    ) => {
      const daily = candlesTo(TODAY, closes);
      const figures = detectRegime(daily, TODAY, settings)?.figures as RegimeFigures;
      return [0, 1e-9].map(
        (hair) => detectRegime(daily, TODAY, { ...settings, confirm_days: 1, ...over(figures, hair) })?.name,
      );
    };
    const climb = series(FLAT, [60, 0], [19, 1], [1, 3]);
    const slide = series(FLAT, [60, 0], [19, -1], [1, -3]);
    const cliff = series(FLAT, [78, 0], [2, -16]);

    expect(names(climb, ({ trend_pct }, hair) => ({ trend_enter_pct: trend_pct + hair }))).toEqual(['bull', 'chop']);
    expect(names(climb, ({ volatility_pct }, hair) => ({ bull_max_volatility_pct: volatility_pct - hair }))).toEqual([
      'bull',
      'chop',
    ]);
    expect(names(slide, ({ trend_pct }, hair) => ({ trend_enter_pct: hair - trend_pct }))).toEqual(['bear', 'chop']);
    expect(names(cliff, ({ drop_pct }, hair) => ({ crash_drop_pct: drop_pct + hair }))).toEqual(['crash', 'bear']);
    expect(
      names(cliff, ({ volatility_pct }, hair) => ({
        crash_volatility_pct: volatility_pct + hair,
        crash_exit_volatility_pct: volatility_pct + hair,
      })),
    ).toEqual(['crash', 'bear']);
    // It stands since yesterday, and today is calmer.
    const after = series(FLAT, [77, 0], [2, -16], [1, -16]);
    expect(
      names(after, ({ volatility_pct }, hair) => ({
        crash_drop_pct: 25,
        crash_exit_volatility_pct: volatility_pct + hair,
      })),
    ).toEqual(['crash', 'bear']);
  });

  it('needs the longest of its lookbacks and a hundred days', () => {
    const days = { trend_lookback_days: 10, volatility_lookback_days: 10, crash_lookback_days: 10 };

    expect(regimeWarmup({ ...settings, ...days })).toBe(111);
    expect(regimeWarmup({ ...settings, ...days, trend_lookback_days: 30 })).toBe(130);
    expect(regimeWarmup({ ...settings, ...days, volatility_lookback_days: 30 })).toBe(131);
    expect(regimeWarmup({ ...settings, ...days, crash_lookback_days: 30 })).toBe(130);
  });

  it('believes the worse at once and the better only after confirm_days closes', () => {
    const turning = series(FLAT, [60, 0], [10, -2], [8, 3]);
    const firstGood = (confirm_days: number) => path(turning, 9, { confirm_days }).findIndex((name) => name !== 'bear');

    expect(firstGood(1)).toBeGreaterThan(0);
    expect(firstGood(3)).toBe(firstGood(1) + 2);
    expect(path(series(FLAT, [78, 0], [1, -10]), 2)).toEqual(['chop', 'bear']);
  });

  it('believes a close only as far as all of the last confirm_days went: one strong close makes no bull of a bear', () => {
    const low = [...Array.from({ length: 230 }, () => 100), ...Array.from({ length: 20 }, () => 80)];
    // Two closes 3 % above the mean of 20 days, and then more than 5 %.
    const turning = [...low, 82.5, 83, 86, 86, 86];

    expect(path(turning, 6)).toEqual(['bear', 'bear', 'bear', 'chop', 'chop', 'bull']);
    expect(path(turning, 6, { confirm_days: 1 })).toEqual(['bear', 'chop', 'chop', 'bull', 'bull', 'bull']);
    expect(path([...low, 82.5, 83, 86, 80, 83, 86], 6)).toEqual(['bear', 'bear', 'chop', 'chop', 'chop', 'chop']);
  });

  it('keeps what stands while the trend is between entering and leaving', () => {
    const between = [
      [20, 1],
      [12, 0],
    ] as const;

    expect(at(series(FLAT, [48, 0], ...between), { trend_exit_pct: 0, trend_enter_pct: 8 })).toBe('bull');
    expect(at(series(FLAT, [48, 0], ...between), { trend_exit_pct: 7.9, trend_enter_pct: 8 })).toBe('chop');
  });

  it('leaves a crash when the volatility is down to the exit, not when the fall is over', () => {
    const names = path(series(FLAT, [56, 0], [2, -16], [20, 0]), 20);

    expect(names.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'crash'));
    expect(names.at(-1)).not.toBe('crash');
  });

  it('has no opinion without its warm-up or without the day itself', () => {
    const closes = series(FLAT, [98, 0]);
    const daily = candlesTo(TODAY, closes);

    expect(detectRegime(candlesTo(TODAY, closes.slice(-WARMUP)), TODAY, settings)).toBeUndefined();
    expect(detectRegime(candlesTo(TODAY, closes.slice(-WARMUP - 1)), TODAY, settings)).toBeDefined();
    expect(detectRegime(daily, TODAY + 1, settings)).toBeUndefined();
  });

  it('[I9] is not changed by later days, whatever they bring', () => {
    const moves = fc.array(fc.double({ min: -30, max: 40, noNaN: true }), { minLength: 320, maxLength: 340 });
    fc.assert(
      fc.property(moves, fc.nat(100), fc.double({ min: 0.01, max: 100, noNaN: true }), (pcts, back, factor) => {
        const closes = series(...pcts.map((pct) => [1, pct, 0] as const));
        const day = TODAY - back;
        const daily = candlesTo(TODAY, closes);
        const corrupted = {
          ...daily,
          close: daily.close.map((close, i) => ((daily.index[i] as number) > day ? close * factor : close)),
        };

        expect(detectRegime(corrupted, day, settings)).toEqual(detectRegime(daily, day, settings));
      }),
      { numRuns: 50 },
    );
  });

  it('[I8] is the same from 300 fetched bars as from years of them', () => {
    const closes = series([300, 0.3, 2], [300, -0.4, 3], [100, -3, 5], [200, 1, 2]);
    const all = candlesTo(TODAY, closes);

    for (let back = 0; back < 250; back += 1) {
      const day = TODAY - back;
      const fetched = fillGaps(all, day - 299, day);
      expect(detectRegime(fetched, day, settings)).toEqual(detectRegime(all, day, settings));
    }
  });
});

describe('[REQ-U3] the regime of a cycle', () => {
  const bull = series(FLAT, [60, 0], [20, 1]);
  const crash = series(FLAT, [78, 0], [2, -16]);
  const detecting = (override: 'none' | 'bull' | 'chop' | 'bear' | 'crash' = 'none') =>
    configOf({ policy: { regime: { override } } }).policy;
  const now = (daily: Candles | undefined, override?: Parameters<typeof detecting>[0], slotMs = SLOT_MS) => {
    const btc = daily === undefined ? symbolOf(BTC) : symbolOf(BTC, { candles: { '1d': daily } });
    const others = calmMarket().filter(({ productId }) => productId !== BTC);
    return regimeOf(detecting(override), snapshotOf([btc, ...others], { slotMs }));
  };

  it('is what the newest daily close of the reference shows, with its multiplier', () => {
    const { name, source, multiplier } = now(candlesTo(TODAY, bull));

    expect([name, source, toNumber(multiplier)]).toEqual(['bull', 'bars', 1.2]);
    expect(now(candlesTo(TODAY, crash))).toMatchObject({ name: 'crash', source: 'bars', multiplier: 0n });
  });

  it.each(['bull', 'chop', 'bear', 'crash'] as const)(
    'is %s on the word of the operator, whatever the bars show',
    (word) => {
      expect(now(candlesTo(TODAY, crash), word)).toMatchObject({ name: word, source: 'override' });
      expect(now(undefined, word)).toMatchObject({ name: word, source: 'override', figures: null });
    },
  );

  it('is never bull when the newest close is missing: chop, or what was worse before', () => {
    const tomorrow = SLOT_MS + INTERVAL_MS['1d'];

    expect(now(candlesTo(TODAY, bull), 'none', tomorrow)).toMatchObject({ name: 'chop', source: 'last_known' });
    expect(now(candlesTo(TODAY, crash), 'none', tomorrow)).toMatchObject({ name: 'crash', source: 'last_known' });
    expect(now(undefined)).toMatchObject({ name: 'chop', source: 'no_bars', figures: null });
  });

  it('takes a day of the smallest trade for a day', () => {
    const daily = candlesTo(TODAY, bull);
    const thin = { ...daily, volume: daily.volume.map(() => 1e-8) };

    expect(now(thin)).toMatchObject({ name: 'bull', source: 'bars' });
  });

  it('takes days without a single trade of the reference for days that are missing', () => {
    const filled = fillGaps(candlesTo(TODAY - 2, bull), TODAY - 290, TODAY);

    expect(now(filled)).toMatchObject({ name: 'chop', source: 'last_known' });
  });

  it('reads no other coin than the reference', () => {
    const eth = symbolOf(ETH, { candles: { '1d': candlesTo(TODAY, crash) } });
    const snapshot = snapshotOf([symbolOf(BTC, { candles: { '1d': candlesTo(TODAY, bull) } }), eth]);

    expect(regimeOf(detecting(), snapshot).name).toBe('bull');
  });
});
