import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlationOf, momentsOf } from '../../../shared/core/statistics/moments.ts';
import { randomOf } from '../../../shared/core/statistics/random.ts';
import { deflationOf, haircutsOf, meanCorrelation } from './trials.ts';

const noise = (stream: number, drift = 0, length = 500): readonly number[] => {
  const random = randomOf(5, stream);
  return Array.from({ length }, () => (random() + random() - 1) * 0.02 + drift);
};

describe('[REQ-BT2] what so many trials leave of the best', () => {
  it('knows their mean correlation as all pairs give it', () => {
    const series = fc.array(
      fc.integer({ min: 0, max: 1_000 }).map((stream) => noise(stream, 0, 6)),
      {
        minLength: 2,
        maxLength: 7,
      },
    );
    fc.assert(
      fc.property(series, (trials) => {
        const pairs = trials.flatMap((a, i) => trials.slice(i + 1).map((b) => correlationOf(a, b)));
        const mean = pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
        expect(meanCorrelation(trials)).toBeCloseTo(mean, 9);
      }),
    );
    expect(meanCorrelation([noise(1)])).toBe(0);
    expect(meanCorrelation([noise(1), noise(1), [0, 0]])).toBeCloseTo(1, 12);
  });

  it('takes the best of noise for luck, and a real drift for more', () => {
    const luck = Array.from({ length: 60 }, (_, i) => noise(i));
    const sharpes = luck.map((each) => momentsOf(each)).map(({ mean, deviation }) => mean / deviation);
    const best = sharpes.indexOf(Math.max(...sharpes));
    const skilled = [...luck, noise(99, 0.002)];

    expect(deflationOf(luck, best).deflated_sharpe).toBeLessThan(0.9);
    expect(haircutsOf(luck)[best]?.p).toBeLessThan(0.05);
    expect(haircutsOf(luck)[best]?.p_holm).toBeGreaterThan(0.2);
    expect(deflationOf(skilled, 60).deflated_sharpe).toBeGreaterThan(0.99);
    expect(haircutsOf(skilled)[60]?.haircut_sharpe).toBeGreaterThan(1);
  });

  it('counts copies as one trial, and knows what that makes of the best', () => {
    const copies = Array.from({ length: 20 }, () => noise(3, 0.001));
    const one = deflationOf(copies, 0);

    expect(one).toMatchObject({ trials: 20, independent_trials: 1, mean_correlation: 1 });
    expect(one.expected_maximum_sharpe).toBeCloseTo(0, 5);
  });

  it('never makes more of the best by counting trials that resemble each other as fewer', () => {
    const alike = [noise(3, 0.001), noise(3, 0.001).map((each, i) => each + (noise(4)[i] as number) / 20)];
    const { independent_trials, ...deflation } = deflationOf(alike, 0);

    expect(independent_trials).toBeLessThan(1.1);
    expect(deflation.deflated_sharpe_independent).toBeLessThanOrEqual(1 - (haircutsOf(alike)[0]?.p as number) + 1e-6);
  });

  it('has a figure also for what no luck would show', () => {
    for (const drift of [0.01, 0.1, 1]) {
      const [one] = haircutsOf([noise(7, drift), noise(8)]);
      expect(one?.p_holm).toBe(0);
      expect(Number.isFinite(one?.haircut_sharpe)).toBe(true);
      expect(one?.haircut_sharpe).toBeGreaterThan(2);
    }
  });

  it('takes off something where nothing but the best has traded', () => {
    const flat = Array.from({ length: 500 }, () => 0);
    const among = deflationOf([noise(7, 0.001), ...Array.from({ length: 9 }, () => flat)], 0);

    expect(among.sharpe_deviation).toBeGreaterThan(0);
    expect(among.deflated_sharpe).toBeLessThan(deflationOf([noise(7, 0.001)], 0).deflated_sharpe as number);
  });

  it('counts a trial without a trade as a test', () => {
    const [alone] = haircutsOf([noise(7, 0.001)]);
    const [, among] = haircutsOf([[0, 0, 0], noise(7, 0.001), [0, 0, 0]]);

    expect(among?.p).toBe(alone?.p);
    expect(among?.p_bonferroni).toBeCloseTo(3 * (alone?.p as number), 5);
    expect(haircutsOf([[0, 0, 0]])[0]).toMatchObject({ p: null, haircut_sharpe: null });
  });
});
