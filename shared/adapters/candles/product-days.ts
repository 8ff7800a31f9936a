import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../../core/cycle/canonical-json.ts';
import { productSchema } from '../../core/cycle/snapshot-schema.ts';
import { isProductId, type Product, type ProductId } from '../../core/market/product.ts';
import { isThere } from '../is-there.ts';
import { CandleFileError } from './csv.ts';
import { writeAtomically } from './write-atomically.ts';

/** The products as the exchange listed them at one moment: increments, minimums, flags. */
export interface ProductsOfDay {
  /** From when on they are known: nothing before this moment may use them. */
  readonly takenAtMs: number;
  readonly products: ReadonlyMap<ProductId, Product>;
  /** What was looked for and not listed. */
  readonly absent: ReadonlySet<ProductId>;
}

/** Lies beside the candles. */
export const PRODUCTS_FILE = 'products.json';
const DAY_MS = 86_400_000;

const fileSchema = z.strictObject({
  format: z.literal(1),
  days: z.array(
    z.strictObject({
      taken_at: z.iso.datetime(),
      products: z.array(productSchema),
      absent: z.array(z.custom<ProductId>((value) => typeof value === 'string' && isProductId(value))).default([]),
    }),
  ),
});

/** Oldest first; empty where nobody has taken any. Throws CandleFileError on a file that cannot be trusted. */
export function readProductDays(dir: string): readonly ProductsOfDay[] {
  const path = join(dir, PRODUCTS_FILE);
  if (!isThere(path)) return [];
  const { days } = parsed(path);
  const read = days.map(({ taken_at, products, absent }) => ({
    takenAtMs: Date.parse(taken_at),
    products: new Map(products.map((product) => [product.id, product])),
    absent: new Set(absent),
  }));
  return read.toSorted((a, b) => a.takenAtMs - b.takenAtMs);
}

/** The newest products that were known at a time; null when none were. */
export function productsKnownAt(days: readonly ProductsOfDay[], timeMs: number): ProductsOfDay | null {
  return days.findLast(({ takenAtMs }) => takenAtMs <= timeMs) ?? null;
}

/**
 * Adds today's. Asked again on the same UTC day it adds what it did not know yet, as a list of its own: what was taken
 * later must not be known earlier.
 */
export function writeProductDay(dir: string, takenAtMs: number, products: readonly Product[]): void {
  const days = readProductDays(dir);
  const today = days.findLast((day) => dayOf(day.takenAtMs) === dayOf(takenAtMs))?.products ?? new Map();
  if (products.every(({ id }) => today.has(id))) return;
  const all = new Map([...products.map((product) => [product.id, product] as const), ...today]);
  writeDays(dir, [...days, { takenAtMs, products: all, absent: new Set() }]);
}

/** Puts lists that were taken elsewhere beside those that are there. One of the very same moment takes the place of the other. */
export function mergeProductDays(dir: string, taken: readonly ProductsOfDay[]): number {
  const days = new Map(readProductDays(dir).map((day) => [day.takenAtMs, day]));
  const before = days.size;
  for (const day of taken) days.set(day.takenAtMs, day);
  writeDays(dir, [...days.values()]);
  return days.size - before;
}

function writeDays(dir: string, days: readonly ProductsOfDay[]): void {
  const sorted = days.toSorted((a, b) => a.takenAtMs - b.takenAtMs);
  const text = canonicalJson({ format: 1, days: sorted.map(onFile) });
  writeAtomically(join(dir, PRODUCTS_FILE), [Buffer.from(`${text}\n`)]);
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

function onFile({ takenAtMs, products, absent }: ProductsOfDay) {
  const sorted = [...products.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const missing = absent.size === 0 ? {} : { absent: [...absent].toSorted() };
  return { taken_at: new Date(takenAtMs).toISOString(), products: sorted, ...missing };
}

function parsed(path: string): z.output<typeof fileSchema> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CandleFileError(`${path}: not JSON (${(error as Error).message}); delete it, or have it written again`);
  }
  const result = fileSchema.safeParse(json);
  if (result.success) return result.data;
  throw new CandleFileError(`${path}: not a file of products by day\n${z.prettifyError(result.error)}`);
}
