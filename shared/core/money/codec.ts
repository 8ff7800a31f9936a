import * as z from 'zod';
import { type Fixed, parseFixed, toText } from './fixed.ts';

/** Decimal text at the edge, exact fixed point inside. One codec serves both directions (z.decode, z.encode). */
function fixedText<Unit extends string>(): z.ZodCodec<z.ZodString, z.ZodCustom<Fixed<Unit>, Fixed<Unit>>> {
  return z.codec(
    z.string(),
    z.custom<Fixed<Unit>>((value) => typeof value === 'bigint'),
    {
      decode: (text, context) => {
        try {
          return parseFixed<Unit>(text);
        } catch (error) {
          context.issues.push({ code: 'custom', input: text, message: (error as RangeError).message });
          return z.NEVER;
        }
      },
      encode: (value) => toText(value),
    },
  );
}

export const usdText = fixedText<'usd'>();
export const quantityText = fixedText<'base'>();
export const priceText = fixedText<'usd-per-base'>();
export const ratioText = fixedText<'ratio'>();
