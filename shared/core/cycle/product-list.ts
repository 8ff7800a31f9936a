import * as z from 'zod';
import type { Product } from '../market/product.ts';
import { canonicalJson } from './canonical-json.ts';
import { productSchema } from './snapshot-schema.ts';

/** What the exchange listed at one moment, as it is archived once a day. */
export interface ListedProducts {
  readonly takenAtMs: number;
  readonly products: readonly Product[];
}

const listSchema = z.strictObject({
  format: z.literal(1),
  taken_at: z.iso.datetime(),
  products: z.array(productSchema),
});

export function encodeProductList({ takenAtMs, products }: ListedProducts): string {
  const sorted = products.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return canonicalJson({ format: 1, taken_at: new Date(takenAtMs).toISOString(), products: sorted });
}

/** Throws on anything that was not written so. */
export function decodeProductList(text: string): ListedProducts {
  const { taken_at, products } = listSchema.parse(JSON.parse(text));
  return { takenAtMs: Date.parse(taken_at), products };
}
