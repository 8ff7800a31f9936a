import fc from 'fast-check';
import { expect, it } from 'vitest';
import { log } from './log.ts';

const bytes = new DataView(new ArrayBuffer(8));

function bitsOf(value: number): bigint {
  bytes.setFloat64(0, value);
  return bytes.getBigInt64(0);
}

function unitsApart(a: number, b: number): bigint {
  const apart = bitsOf(a) - bitsOf(b);
  return apart < 0n ? -apart : apart;
}

it('is the natural logarithm, to two units of the last place', () => {
  const anywhere = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });
  const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearOne), (x) => {
      expect(unitsApart(log(x), Math.log(x))).toBeLessThanOrEqual(2n);
    }),
    { numRuns: 20_000 },
  );
});

it.each([
  [2, 0x3fe62e42fefa39efn],
  [0.5, 0xbfe62e42fefa39efn],
  [10, 0x40026bb1bbb55516n],
  [1.001, 0x3f5060354f8c3cc4n],
  [0.999, 0xbf5064670d979b73n],
  [1.05, 0x3fa8fb063ef2c7f1n],
  [64_321.5, 0x402624af3507d1f6n],
  [1e-8, 0xc0326bb1bbb55516n],
  [Number.MIN_VALUE, 0xc0874385446d71c3n],
  [Number.MAX_VALUE, 0x40862e42fefa39efn],
])('[I8] of %d has these bits, whatever processor computes them', (x, bits) => {
  expect(BigInt.asUintN(64, bitsOf(log(x)))).toBe(bits);
});

it('of nothing, of what is less than nothing and of what has no end is what it has to be', () => {
  expect([1, 0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(log)).toEqual([
    0,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
});

it('never falls where its argument rises, also from one power of two to the next', () => {
  const neighbours = [0.5, Math.SQRT1_2, 1, Math.SQRT2, 2, 4, 1024].flatMap((x) => [
    x * (1 - 2 ** -53),
    x,
    x * (1 + 2 ** -52),
  ]);
  const values = neighbours.map(log);

  expect(values).toEqual(values.toSorted((a, b) => a - b));
});
