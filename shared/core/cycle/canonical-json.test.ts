import { expect, it } from 'vitest';
import { usd } from '../money/fixed.ts';
import { canonicalJson } from './canonical-json.ts';

it('[I8] writes equal data as equal bytes, whatever order its keys came in', () => {
  const one = { b: [usd('1.50'), null], a: { y: true, x: Float64Array.of(1, 0.1) } };
  const other = { a: { x: Float64Array.of(1, 0.1), y: true }, b: [usd('1.5'), null] };

  expect(canonicalJson(one)).toBe('{"a":{"x":[1,0.1],"y":true},"b":["1.5",null]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d, which JSON would turn into null', (value) => {
  expect(() => canonicalJson({ value })).toThrow(/cannot carry/);
  expect(() => canonicalJson(Float64Array.of(value))).toThrow(/cannot carry/);
});
