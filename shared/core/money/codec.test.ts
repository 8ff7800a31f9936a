import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { usdText } from './codec.ts';
import type { Usd } from './fixed.ts';

describe('money at the edge', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (units) => {
        expect(z.decode(usdText, z.encode(usdText, units as Usd))).toBe(units);
      }),
    );
  });

  it('names what is wrong with a text', () => {
    expect(usdText.safeParse('1e3').error?.issues[0]?.message).toBe('not a plain decimal number: "1e3"');
    expect(usdText.safeParse('0.0000000000001').error?.issues[0]?.message).toMatch(/finer than 1e-12/);
  });

  it('takes no number: a float has lost its digits already', () => {
    expect(usdText.safeParse(12.5).success).toBe(false);
  });
});
