import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { CandleFileError } from '../../shared/adapters/candles/csv.ts';
import { mergeProductDays, type ProductsOfDay } from '../../shared/adapters/candles/product-days.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { decodeProductList, type ListedProducts } from '../../shared/core/cycle/product-list.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { UserError } from '../user-error.ts';

const LIST_NAME = /(?:^|[\\/])products[\\/]\d{4}-\d{2}-\d{2}\.json\.gz$/;

export interface BroughtProducts {
  readonly lists: number;
  /** Days that the store did not have before. */
  readonly new_lists: number;
  readonly first: string;
  readonly last: string;
  readonly symbols: readonly string[];
  /** Of these, not listed on at least one of the days. */
  readonly absent: readonly string[];
}

/** Puts the archived lists of a folder into a store of candles: of each day what the store has candles of. */
export function bringProducts(archive: string, out: string): BroughtProducts {
  const days = listFiles(archive).map(readList);
  const symbols = symbolsOf(out);
  const taken = days.map((day) => onlyOf(day, symbols)).toSorted((a, b) => a.takenAtMs - b.takenAtMs);
  const added = mergeProductDays(out, taken);
  const absent = symbols.filter((symbol) => taken.some((day) => day.absent.has(symbol)));
  const dayText = (at: ProductsOfDay | undefined) => new Date(at?.takenAtMs ?? 0).toISOString().slice(0, 10);
  return {
    lists: taken.length,
    new_lists: added,
    first: dayText(taken[0]),
    last: dayText(taken.at(-1)),
    symbols,
    absent,
  };
}

function listFiles(dir: string): readonly string[] {
  if (!isThere(dir)) throw new UserError(`${dir}: there is no such folder`);
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    LIST_NAME.test(join('/', name)),
  );
  if (names.length > 0) return names.map((name) => join(dir, name));
  throw new UserError(
    `${dir}: no list of products here (files named products/<day>.json.gz): give a copy of the bucket, or a state folder`,
  );
}

function readList(path: string): ListedProducts {
  try {
    return decodeProductList(gunzipSync(readFileSync(path)).toString('utf8'));
  } catch (error) {
    throw new UserError(`${path}: not a list of products (${(error as Error).message}); take it out of the folder`);
  }
}

function symbolsOf(out: string): readonly ProductId[] {
  try {
    const store = openCandleStore(out);
    return [...new Set(store.intervals.flatMap((interval) => store.symbols(interval)))].sort();
  } catch (error) {
    if (error instanceof CandleFileError) throw new UserError(`--out ${error.message}`);
    throw error;
  }
}

function onlyOf({ takenAtMs, products }: ListedProducts, symbols: readonly ProductId[]): ProductsOfDay {
  const listed = new Map(products.map((product) => [product.id, product] as const));
  const own = symbols.flatMap((symbol) => listed.get(symbol) ?? []);
  return {
    takenAtMs,
    products: new Map(own.map((product) => [product.id, product] as const)),
    absent: new Set(symbols.filter((symbol) => !listed.has(symbol))),
  };
}
