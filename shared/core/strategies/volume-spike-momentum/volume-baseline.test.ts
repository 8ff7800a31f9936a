import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candlesTo, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import { volumeBaseline } from './volume-baseline.ts';

function traded(volumes: readonly number[]): Candles {
  const candles = candlesTo(
    T,
    volumes.map(() => 100),
  );
  return { ...candles, volume: Float64Array.from(volumes) };
}

const baseline = (volumes: readonly number[], minTradedShare = 0.5) =>
  volumeBaseline(traded(volumes), volumes.length, volumes.length, minTradedShare);

describe('the usual volume', () => {
  it('is the median, of an even count the mean of the middle two', () => {
    expect(baseline([5, 1, 3])).toBe(3);
    expect(baseline([4, 1, 2, 3])).toBe(3);
    expect(baseline([4, 3, 2, 1])).toBe(2.5);
  });

  it('is not moved by an earlier spike', () => {
    expect(baseline([10, 10, 10, 5_000, 10, 10, 10, 10])).toBe(10);
  });

  it('leaves out bars without a trade, and is unknown where most are', () => {
    expect(baseline([0, 10, 0, 10])).toBe(10);
    expect(baseline([0, 0, 0, 10])).toBeUndefined();
    expect(baseline([0, 0], 0)).toBeUndefined();
  });

  it('is raised by a newest quarter that is busier, never lowered by one that is quieter', () => {
    expect(baseline([10, 10, 10, 10, 10, 10, 50, 50])).toBe(50);
    expect(baseline([10, 10, 10, 10, 10, 10, 1, 1])).toBe(10);
  });

  it('looks at exactly the bars before the end, and has no opinion on fewer', () => {
    expect(volumeBaseline(traded([1, 2, 3, 99]), 3, 3, 0.5)).toBe(3);
    expect(volumeBaseline(traded([1, 2, 3, 99]), 3, 4, 0.5)).toBeUndefined();
  });
});

describe('short histories', () => {
  it('a listing that gets steadily busier never trades many times its usual volume', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.double({ min: 0.001, max: 0.04, noNaN: true }),
        (bars, growth) => {
          const volumes = Array.from({ length: bars }, (_, i) => 10 * (1 + growth) ** i);
          const usual = baseline(volumes) as number;
          const next = 10 * (1 + growth) ** bars;
          // The middle of the newest quarter is an eighth of the bars back.
          expect(next / usual).toBeLessThanOrEqual((1 + growth) ** (bars / 8 + 2));
        },
      ),
    );
  });

  it('does not depend on how much history came before the lookback', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 10, maxLength: 10 }),
        (before, window) => {
          const all = [...before, ...window];
          expect(volumeBaseline(traded(all), all.length, 10, 0.5)).toBe(baseline(window));
        },
      ),
    );
  });
});
