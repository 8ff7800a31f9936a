import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../shared/core/statistics/random.ts';
import { worthOf, worthSchema } from './worth.ts';

const REDRAW = { draws: 600, seed: 3, blockLength: undefined, level: 0.95 };
const noise = (stream: number, drift: number): readonly number[] => {
  const random = randomOf(8, stream);
  return Array.from({ length: 700 }, () => (random() + random() - 1) * 0.04 + drift);
};

describe('[REQ-BT2] what a Sharpe ratio is worth', () => {
  it('is a year of days of the textbook ratio, and lies within its interval', () => {
    const returns = noise(1, 0.002);
    const mean = returns.reduce((sum, each) => sum + each, 0) / 700;
    const deviation = Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 699);
    const worth = worthSchema.parse(worthOf(returns, null, REDRAW));

    expect(worth.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365), 5);
    expect(worth.interval?.low).toBeLessThan(worth.sharpe as number);
    expect(worth.interval?.high).toBeGreaterThan(worth.sharpe as number);
    // Of independent days the bootstrap and the formula agree: 1.96 errors on each side.
    const half = ((worth.interval?.high ?? 0) - (worth.interval?.low ?? 0)) / 2;
    expect(Math.abs(half / (1.96 * (worth.standard_error as number)) - 1)).toBeLessThan(0.15);
    expect(worth).toMatchObject({ difference: null, benchmark_sharpe: null, probability_above_benchmark: null });
  });

  it('is no better than the benchmark where it is the benchmark, and better where it is', () => {
    const market = noise(2, 0);
    const same = worthOf(market, market, REDRAW);
    const better = worthOf(
      market.map((each) => each + 0.004),
      market,
      REDRAW,
    );

    expect(same).toMatchObject({
      difference: 0,
      difference_interval: { low: 0, high: 0 },
      probability_above_benchmark: 0,
    });
    expect(better.difference_interval?.low).toBeGreaterThan(0);
    expect(better.probability_above_benchmark).toBe(1);
  });

  it('is the same bytes with the same seed, and scatters with another', () => {
    const json = (seed: number) => JSON.stringify(worthOf(noise(1, 0.001), noise(2, 0), { ...REDRAW, seed }));
    expect(json(3)).toBe(json(3));
    expect(json(3)).not.toBe(json(4));
  });

  it('does not take one good day for an interval above 0: a draw without it made nothing', () => {
    const once = Array.from({ length: 365 }, (_, i) => (i === 100 ? 0.05 : 0));
    const worth = worthOf(once, noise(2, 0).slice(0, 365), { ...REDRAW, blockLength: 1 });

    expect(worth.interval?.low).toBe(0);
    expect(worth.interval?.high).toBeGreaterThan(worth.sharpe as number);
  });

  it('is nothing where nothing was traded', () => {
    expect(worthOf([0, 0, 0], [0.1, -0.1, 0.1], REDRAW)).toMatchObject({
      sharpe: null,
      interval: null,
      difference: null,
      probabilistic_sharpe: null,
    });
  });
});
