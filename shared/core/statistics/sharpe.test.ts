import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflatedSharpe, expectedMaximumSharpe, independentTrials } from './deflated-sharpe.ts';
import { correlationOf, type Moments, momentsOf } from './moments.ts';
import { normalCdf } from './normal.ts';
import { minimumTrackRecord, probabilisticSharpe, sharpeError, sharpeOf } from './sharpe.ts';

const SAMPLE = [0.01, -0.02, 0.015, 0.03, -0.005, 0.002, -0.011, 0.04, -0.03, 0.006, 0.012, -0.001];
/** The example of Bailey and Lopez de Prado 2014: 2.5 a year over five years of 250 days, skewed and fat-tailed. */
const PAPER: Moments = { count: 1_250, mean: 2.5 / Math.sqrt(250), deviation: 1, skewness: -3, kurtosis: 10 };
const PAPER_DEVIATION = Math.sqrt(0.5 / 250);

describe('the moments of a sample', () => {
  it('are those of scipy', () => {
    const moments = momentsOf(SAMPLE);

    expect(moments.mean).toBeCloseTo(0.004, 15);
    expect(moments.deviation).toBeCloseTo(0.019688483020191362, 15);
    expect(moments.skewness).toBeCloseTo(0.1111503352966489, 12);
    expect(moments.kurtosis).toBeCloseTo(2.562520020134536, 12);
    expect(correlationOf([1, 2, 3, 5], [2, 1, 4, 9])).toBeCloseTo(0.932294445082039, 12);
  });

  it('say nothing odd of values that do not vary, or are none', () => {
    expect(momentsOf([])).toEqual({ count: 0, mean: 0, deviation: 0, skewness: 0, kurtosis: 3 });
    expect(momentsOf([2, 2])).toMatchObject({ mean: 2, deviation: 0, skewness: 0, kurtosis: 3 });
    expect(sharpeOf([0.01, 0.01])).toBeNull();
    expect(probabilisticSharpe(momentsOf([0.01, 0.01]))).toBeNull();
    expect(correlationOf([1, 1], [1, 2])).toBe(0);
  });
});

describe('[REQ-BT2] what a Sharpe ratio is worth', () => {
  it('is what scipy makes of the formula', () => {
    expect(sharpeOf(SAMPLE)).toBeCloseTo(0.2031644589325563, 12);
    expect(probabilisticSharpe(momentsOf(SAMPLE))).toBeCloseTo(0.7504818111474242, 10);
  });

  it('is a coin toss against itself, and the less the higher the threshold', () => {
    const moments = momentsOf(SAMPLE);
    const own = sharpeOf(SAMPLE) as number;

    expect(probabilisticSharpe(moments, own)).toBeCloseTo(0.5, 12);
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (a, by) => {
          const [low, high] = [probabilisticSharpe(moments, a), probabilisticSharpe(moments, a + by)] as [
            number,
            number,
          ];
          expect(high).toBeLessThan(low);
        },
      ),
    );
  });

  it('has the classic error of normal returns: (1 + SR^2 / 2) / (n - 1)', () => {
    const normal: Moments = { count: 101, mean: 0.1, deviation: 1, skewness: 0, kurtosis: 3 };

    expect((sharpeError(normal, 0.1) as number) ** 2).toBeCloseTo((1 + 0.1 ** 2 / 2) / 100, 14);
    expect(sharpeError({ ...normal, count: 1 }, 0.1)).toBeNull();
  });

  it('takes as long to show as its own test says', () => {
    const z = 1.6448536269514722;
    const periods = minimumTrackRecord(PAPER, z) as number;

    // With that many days the probability stands exactly at the confidence of z.
    expect(probabilisticSharpe({ ...PAPER, count: periods })).toBeCloseTo(0.95, 12);
    expect(minimumTrackRecord(PAPER, z, 1)).toBeNull();
  });
});

describe('[REQ-BT2] what a Sharpe ratio is worth after many trials', () => {
  it('is the example of the paper: 100 trials leave 90 %, 46 leave 95 %', () => {
    expect(expectedMaximumSharpe(100, PAPER_DEVIATION)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(PAPER, { trials: 100, deviation: PAPER_DEVIATION })).toBeCloseTo(0.9004, 4);
    expect(deflatedSharpe(PAPER, { trials: 46, deviation: PAPER_DEVIATION })).toBeCloseTo(0.9505, 4);
    // Of normal returns it would take 88 trials for the same.
    const normal = { ...PAPER, skewness: 0, kurtosis: 3 };
    expect(deflatedSharpe(normal, { trials: 88, deviation: PAPER_DEVIATION })).toBeCloseTo(0.9505, 4);
  });

  it('is the mean of the best of so many normal draws, found by adding up the exact integral', () => {
    for (const trials of [10, 50, 1_000]) {
      // E[max] of N normals: the integral of 1 - cdf^N above 0 less that of cdf^N below.
      let exact = 0;
      for (let x = 0.000_5; x < 9; x += 0.001) exact += 0.001 * (1 - normalCdf(x) ** trials - normalCdf(-x) ** trials);
      expect(Math.abs(expectedMaximumSharpe(trials, 1) / exact - 1)).toBeLessThan(0.03);
    }
  });

  it('is that of a single test where there was one trial, and less with every further one', () => {
    expect(expectedMaximumSharpe(1, 0.1)).toBe(0);
    expect(deflatedSharpe(PAPER, { trials: 1, deviation: 0.1 })).toBe(probabilisticSharpe(PAPER));
    const worth = [2, 5, 20, 500].map((trials) => deflatedSharpe(PAPER, { trials, deviation: PAPER_DEVIATION }));
    expect(worth).toEqual([...worth].sort((a, b) => (b as number) - (a as number)));
    expect(new Set(worth).size).toBe(4);
  });

  it('is never less to beat than a single test: so it is with little more than one trial', () => {
    for (const trials of [1.001, 1.01, 1.1, 1.2, 1.3, 1.5, 2]) {
      expect(expectedMaximumSharpe(trials, 0.1)).toBeGreaterThanOrEqual(0);
      expect(deflatedSharpe(PAPER, { trials, deviation: 0.1 })).toBeLessThanOrEqual(
        probabilisticSharpe(PAPER) as number,
      );
    }
  });

  it('counts trials that are all alike as one, and strangers as many', () => {
    expect(independentTrials(50, 1)).toBe(1);
    expect(independentTrials(50, 0)).toBe(50);
    expect(independentTrials(50, -0.2)).toBe(50);
    expect(independentTrials(50, 0.5)).toBe(25.5);
  });
});
