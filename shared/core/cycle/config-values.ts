import * as z from 'zod';
import { productId } from '../market/product.ts';
import { usdText } from '../money/codec.ts';

/** The kinds of values that the config files are made of. Percent is percent (15 = 15 %), bps are basis points. */
export const pct = z.number().positive().max(100);

export const bps = z.number().positive().max(10_000);

export const perTier = <Value extends z.ZodType>(value: Value) => z.strictObject({ T1: value, T2: value, T3: value });

export const multiplier = z.number().min(0).max(2);

export const dollars = usdText
  .refine((value) => value > 0n, 'must be more than 0')
  .describe('dollars in quotes, more than 0, such as "10.00"');

/** A loss: percent of equity, less than 0. */
export const lossPct = z.number().negative().min(-100);

export const minutes = z.number().min(0).max(10_080);

export const seconds = z.number().min(0).max(604_800);

export const range = z
  .strictObject({ min: pct, max: pct })
  .refine(({ min, max }) => min <= max, 'min must not exceed max');

export const productIdText = z
  .string()
  .transform((text, context) => {
    try {
      return productId(text);
    } catch {
      context.issues.push({ code: 'custom', input: text, message: 'is not a product id' });
      return z.NEVER;
    }
  })
  .describe('a product id such as "BTC-USD"');
