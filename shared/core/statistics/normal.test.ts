import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalCdf, normalQuantile } from './normal.ts';

// scipy 1.17.1: norm.cdf and norm.ppf.
it.each([
  [-9, 1.1285884059538324e-19],
  [-5, 2.866515718791933e-7],
  [-1.96, 0.024997895148220435],
  [-0.3, 0.3820885778110474],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1, 0.8413447460685429],
  [2.575829, 0.9949999956107591],
  [6, 0.9999999990134123],
])('knows how much of a normal distribution lies below %f', (x, expected) => {
  expect(Math.abs(normalCdf(x) - expected)).toBeLessThan(2e-15);
  expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(x < -7 ? 1e-8 : 1e-10);
});

it.each([
  [1e-12, -7.034483825301131],
  [1e-6, -4.753424308822899],
  [0.001, -3.090232306167813],
  [0.025, -1.9599639845400545],
  [0.1, -1.2815515655446004],
  [0.5, 0],
  [0.8, 0.8416212335729143],
  [0.975, 1.959963984540054],
  [0.99999, 4.264890793923841],
])('knows below which value %f of it lies', (p, expected) => {
  expect(normalQuantile(p)).toBeCloseTo(expected, 12);
});

it('turns one into the other and back, both ways, and rises', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -6, max: 6, noNaN: true }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (x, by) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 5);
        expect(normalCdf(-x)).toBeCloseTo(1 - normalCdf(x), 14);
        expect(normalCdf(x + by)).toBeGreaterThan(normalCdf(x));
      },
    ),
  );
});

it('says what lies at and beyond the ends', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(1.1)).toBeNaN();
  expect(normalCdf(-40)).toBe(0);
  expect(normalCdf(40)).toBe(1);
});
