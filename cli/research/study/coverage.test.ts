import { describe, expect, it } from 'vitest';
import { type Random, randomOf } from '../../../shared/core/statistics/random.ts';
import { edgeOf } from './edge.ts';
import { type Redraw, worthOf } from './worth.ts';

const SERIES = 200;
const redraw = (seed: number): Redraw => ({ draws: 250, seed, blockLength: undefined, level: 0.95 });

/** Standard normal (Box and Muller 1958). */
function normalFrom(random: Random): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How many of a hundred intervals of 95 % hold the figure that the process really has. */
function coverage(holds: (normal: () => number, seed: number) => boolean): number {
  const normal = normalFrom(randomOf(77, 5));
  const held = Array.from({ length: SERIES }, (_, i) => holds(normal, i + 1)).filter(Boolean);
  return (100 * held.length) / SERIES;
}

/** Days of a true Sharpe ratio, each leaning on the one before by `rho`. */
function daysOf(normal: () => number, days: number, sharpe: number, rho: number): readonly number[] {
  let last = normal();
  return Array.from({ length: days }, () => {
    last = rho * last + Math.sqrt(1 - rho * rho) * normal();
    return 0.01 * (sharpe / Math.sqrt(365) + last);
  });
}

describe('[REQ-BT2] intervals of 95 % on series of which the truth is known', { timeout: 120_000 }, () => {
  const sharpeHeld = (days: number, rho: number) =>
    coverage((normal, seed) => {
      const { interval } = worthOf(daysOf(normal, days, 1, rho), null, redraw(seed));
      return interval !== null && interval.low <= 1 && interval.high >= 1;
    });
  const edgeHeld = (trips: number) =>
    coverage((normal, seed) => {
      const made = Array.from({ length: trips }, () => ({
        strategy: 'x',
        bought_usd: 1_000,
        pnl_usd: 1 + 10 * normal(),
        fees_usd: 1,
        slippage_usd: 0.5,
      }));
      const { interval } = edgeOf(made, redraw(seed)).net;
      return interval !== null && interval.low <= 10 && interval.high >= 10;
    });

  // A percentile interval of a bootstrap is known to be a little narrow: docs/research.md says how much.
  it('hold the Sharpe ratio nearly as often as they say', () => {
    for (const held of [sharpeHeld(365, 0), sharpeHeld(730, 0), sharpeHeld(730, 0.2)]) {
      expect(held).toBeGreaterThanOrEqual(90);
      expect(held).toBeLessThanOrEqual(97);
    }
  });

  it('and the net edge, of thirty round trips as of three hundred', () => {
    for (const held of [edgeHeld(30), edgeHeld(300)]) {
      expect(held).toBeGreaterThanOrEqual(90);
      expect(held).toBeLessThanOrEqual(97);
    }
  });
});
