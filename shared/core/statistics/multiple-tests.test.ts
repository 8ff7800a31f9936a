import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adjustedForTests, haircutSharpe } from './multiple-tests.ts';

const byValue = (a: number, b: number) => a - b;
const PS = [0.01, 0.04, 0.03, 0.005, 0.2, 0.5];

it('[REQ-BT2] makes every p what many tests leave of it: Bonferroni, Holm by hand, Benjamini-Yekutieli as scipy', () => {
  const adjusted = adjustedForTests(PS);
  const close = (found: readonly number[], expected: readonly number[]) =>
    found.forEach((each, i) => {
      expect(each).toBeCloseTo(expected[i] as number, 12);
    });

  close(adjusted.bonferroni, [0.06, 0.24, 0.18, 0.03, 1, 1]);
  close(adjusted.holm, [0.05, 0.12, 0.12, 0.03, 0.4, 0.5]);
  close(adjusted.benjaminiYekutieli, [0.0735, 0.147, 0.147, 0.0735, 0.588, 1]);
});

it('never makes a test look better, keeps their order, and leaves a single one alone', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (ps) => {
      const { bonferroni, holm, benjaminiYekutieli } = adjustedForTests(ps);
      ps.forEach((p, i) => {
        expect(holm[i]).toBeGreaterThanOrEqual(p);
        expect(benjaminiYekutieli[i]).toBeGreaterThanOrEqual(p - 1e-15);
        expect(holm[i]).toBeLessThanOrEqual(bonferroni[i] as number);
      });
      const order = ps.map((_, i) => i).toSorted((a, b) => (ps[a] as number) - (ps[b] as number));
      for (const list of [holm, benjaminiYekutieli])
        expect(order.map((i) => list[i])).toEqual([...list].toSorted(byValue));
      if (ps.length === 1) expect([holm, bonferroni, benjaminiYekutieli]).toEqual([ps, ps, ps]);
    }),
  );
  expect(adjustedForTests([])).toEqual({ bonferroni: [], holm: [], benjaminiYekutieli: [] });
});

it('cuts a Sharpe ratio down to what one test would need for that p', () => {
  // One-sided 5 % stands at 1.645 standard errors.
  expect(haircutSharpe(0.05, 0.5)).toBeCloseTo(0.5 * 1.6448536269514722, 12);
  expect(haircutSharpe(0.7, 0.5)).toBe(0);
});
