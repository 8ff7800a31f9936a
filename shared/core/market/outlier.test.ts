import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BTC, candlesTo, snapshotOf, symbolOf, T } from '../../../test/core/world.ts';
import { price } from '../money/fixed.ts';
import { type Bar, barAt, candlesFrom, fillGaps } from './candles.ts';
import { comparedClose, isOutlier, isSurelyCalm, jumpOf, robustSigma } from './outlier.ts';

const LIMITS = { outlier_sigma: 6, outlier_window_bars: 20, outlier_min_sigma_bps: 10 };

function jump(closes: readonly number[], mid: string, limits = LIMITS) {
  const symbol = symbolOf(BTC, { closes, quote: { bid: price(mid), ask: price(mid) } });
  return jumpOf(symbol, snapshotOf([symbol]), limits);
}

/** Up and down by the same factor: every return is as far from the middle as every other. */
const swinging = (bars: number, factor = 1.001) => Array.from({ length: bars }, (_, i) => 100 * factor ** (i % 2));

describe('[REQ-O1] how far a mid has jumped', () => {
  it('is measured in usual moves of a bar, up and down alike', () => {
    // The last of 21 closes is 100; each return is +-10 bps around a middle of 0.
    const sigmaBps = Math.log(1.001) * 10_000 * 1.4826;

    expect(jump(swinging(21), '101')).toEqual({
      moveBps: expect.closeTo(99.503, 3),
      sigmaBps: expect.closeTo(sigmaBps, 9),
      sigmas: expect.closeTo(99.503 / sigmaBps, 3),
      isOutlier: true,
    });
    expect(jump(swinging(21), '99')?.moveBps).toBeCloseTo(-100.503, 3);
    expect(jump(swinging(21), '100.5')?.isOutlier).toBe(false);
  });

  it('takes a flat series for one that moves by the floor, not for one in which every tick is an outlier', () => {
    const flat = Array.from({ length: 30 }, () => 100);

    expect(jump(flat, '100.05')).toMatchObject({ sigmaBps: 10, isOutlier: false });
    expect(jump(flat, '100.61')).toMatchObject({ sigmaBps: 10, isOutlier: true });
  });

  it('is not blinded by one wild bar', () => {
    const wild = swinging(21).map((close, i) => (i === 10 ? close * 1.5 : close));

    expect(jump(wild, '101')?.isOutlier).toBe(true);
  });

  it('looks at the configured window and no further back', () => {
    const wildBefore = [...swinging(40, 1.2), ...swinging(21)];

    expect(jump(wildBefore, '101')?.sigmaBps).toBeCloseTo(jump(swinging(21), '101')?.sigmaBps ?? 0, 9);
    expect(jump(wildBefore, '101', { ...LIMITS, outlier_window_bars: 60 })?.isOutlier).toBe(false);
  });

  it('[I8] does not depend on whether a price from before its first bar is known', () => {
    const bars = Array.from({ length: 12 }, (_, i) => barAt(candlesTo(T, swinging(12)), i) as Bar);
    const earlier = { index: T - 99, open: 100, high: 100, low: 100, close: 100, volume: 1 };
    const found = [bars, [earlier, ...bars]].map((known) => {
      const symbol = symbolOf(BTC, { candles: { '1m': fillGaps(candlesFrom(known), T - 20, T) } });
      return jumpOf(symbol, snapshotOf([symbol]), LIMITS);
    });

    expect(found[1]).toEqual(found[0]);
  });

  it('[I9] does not look at bars that were not closed at the slot', () => {
    const early = symbolOf(BTC);
    const late = symbolOf(BTC, { candles: { '1m': candlesTo(T + 3, [...swinging(57), 7, 7, 7]) } });
    const known = symbolOf(BTC, { candles: { '1m': candlesTo(T, swinging(57)) } });

    expect(jumpOf(late, snapshotOf([late]), LIMITS)).toEqual(jumpOf(known, snapshotOf([known]), LIMITS));
    expect(jumpOf(late, snapshotOf([late]), LIMITS)).not.toEqual(jumpOf(early, snapshotOf([early]), LIMITS));
  });

  it('is what the closes known at the slot say, reckoned the long way round, and judged the same in brief', () => {
    const bar = fc.record({ close: fc.double({ min: 50, max: 150, noNaN: true }), volume: fc.constantFrom(0, 0, 1) });
    const limits = fc.record({
      outlier_sigma: fc.double({ min: 0.1, max: 20, noNaN: true }),
      outlier_window_bars: fc.integer({ min: 1, max: 30 }),
      outlier_min_sigma_bps: fc.double({ min: 0.01, max: 500, noNaN: true }),
    });
    const input = [fc.array(bar, { minLength: 1, maxLength: 40 }), fc.integer({ min: -5, max: 39 }), limits] as const;
    fc.assert(
      fc.property(...input, (bars, later, limit) => {
        // So many of them are of after the slot; below zero, the newest are still missing.
        const ahead = Math.min(later, bars.length - 1);
        const rows = bars.map(({ close, volume }, i) => {
          const index = T + ahead - (bars.length - 1 - i);
          return { index, open: close, high: close, low: close, close, volume };
        });
        const symbol = symbolOf(BTC, {
          candles: { '1m': candlesFrom(rows) },
          quote: { bid: price('100'), ask: price('100') },
        });
        const known = rows.filter(({ index }) => index <= T);
        const window = known.slice(-limit.outlier_window_bars - 1);
        const traded = window.slice(
          Math.max(
            0,
            window.findIndex(({ volume }) => volume > 0),
          ),
        );
        const closes = (window.some(({ volume }) => volume > 0) ? traded : []).map(({ close }) => close);
        const returns = closes.slice(1).map((close, i) => Math.log(close / (closes[i] as number)));
        const sigmaBps = Math.max(limit.outlier_min_sigma_bps, robustSigma(Float64Array.from(returns)) * 10_000);
        const moveBps = Math.log(100 / (known.at(-1)?.close as number)) * 10_000;
        const snapshot = snapshotOf([symbol]);
        const found = jumpOf(symbol, snapshot, limit);

        expect(comparedClose(symbol, snapshot)).toBe(known.at(-1)?.close);
        expect(found?.moveBps).toBeCloseTo(moveBps, 6);
        expect(found?.sigmaBps).toBeCloseTo(sigmaBps, 6);
        expect(found?.sigmas).toBeCloseTo(Math.abs(moveBps) / sigmaBps, 3);
        expect(isOutlier(symbol, snapshot, limit)).toBe(found?.isOutlier);
        if (isSurelyCalm(symbol, snapshot, limit)) expect(found?.isOutlier).toBe(false);
        // Exactly as far as is allowed is not too far.
        const exact = { ...limit, outlier_sigma: found?.sigmas ?? 0 };
        expect([jumpOf(symbol, snapshot, exact)?.isOutlier, isOutlier(symbol, snapshot, exact)]).toEqual([
          false,
          false,
        ]);
        expect(isSurelyCalm(symbol, snapshot, exact)).toBe(found?.sigmaBps === limit.outlier_min_sigma_bps);
      }),
      { numRuns: 500 },
    );
  });

  it('is measured in minutes wherever they were read, also where decisions are made on longer bars', () => {
    const hour = Math.floor(T / 60);
    const both = { '1h': candlesTo(hour, [...swinging(29), 50]), '1m': candlesTo(T, swinging(30)) };
    const symbol = symbolOf(BTC, { candles: both });
    const one = symbolOf(BTC, { candles: { ...both, '1m': candlesTo(T, [70]) } });

    expect(comparedClose(symbol, snapshotOf([symbol], { baseInterval: '1h' }))).toBe(100.1);
    expect(comparedClose(one, snapshotOf([one], { baseInterval: '1h' }))).toBe(70);
  });

  it('uses the base interval where 1m bars were not read', () => {
    const index = Math.floor(T / 60);
    const hourly = symbolOf(BTC, { candles: { '1h': candlesTo(index, swinging(30)) } });
    const snapshot = snapshotOf([hourly], { baseInterval: '1h' });

    expect(jumpOf(hourly, snapshot, LIMITS)?.sigmaBps).toBeCloseTo(Math.log(1.001) * 14_826, 6);
  });

  it.each([
    ['a quote', symbolOf(BTC, { quote: null })],
    ['two sides in order', symbolOf(BTC, { quote: { bid: price('101'), ask: price('100') } })],
    ['bars', symbolOf(BTC, { candles: {} })],
  ])('is not known without %s', (_, symbol) => {
    expect(jumpOf(symbol, snapshotOf([symbol]), LIMITS)).toBeNull();
  });

  it('has a spread that grows with the series and does not mind its direction', () => {
    const returns = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(returns, (values) => {
        const sigma = robustSigma(Float64Array.from(values));

        expect(robustSigma(Float64Array.from(values, (each) => -each))).toBeCloseTo(sigma, 12);
        expect(robustSigma(Float64Array.from(values, (each) => each * 4))).toBeCloseTo(sigma * 4, 12);
      }),
    );
  });

  it('has the spread that sorting the returns would give, to the bit', () => {
    const some = fc.oneof(fc.double(), fc.constantFrom(0, -0, 0.01, -0.01, Number.NaN, Number.POSITIVE_INFINITY));
    const median = (values: readonly number[]) => {
      const sorted = Float64Array.from(values).toSorted();
      const half = sorted.length >> 1;
      return sorted.length % 2 === 1 ? sorted.at(half) : (Number(sorted.at(half - 1)) + Number(sorted.at(half))) / 2;
    };
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 60 }), (values) => {
        const middle = Number(median(values));
        const distance = Number(median(values.map((each) => Math.abs(each - middle))));
        expect(robustSigma(Float64Array.from(values))).toBe(distance * 1.4826);
      }),
      { numRuns: 500 },
    );
  });
});
