import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from '../../shared/adapters/candles/csv.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import { isProductId, type ProductId } from '../../shared/core/market/product.ts';
import { UserError } from '../user-error.ts';

/** The candle files of a folder, or of a list of files and folders. Throws a UserError for what is none. */
export function candleFilesIn(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => {
    if (!isThere(path)) throw new UserError(`${path}: there is no such file or folder`);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
  return [...new Set(files)];
}

function filesOf(dir: string): readonly string[] {
  const files = readdirSync(dir)
    .toSorted()
    .filter((name) => partsOf(name.replace(/\.parquet$/, '.csv')) !== null)
    .map((name) => join(dir, name));
  if (files.length > 0) return files;
  throw new UserError(
    `${dir}: no candles here; files are named <BASE>-<QUOTE>_<interval>.csv, .csv.gz, .parquet or .bars`,
  );
}

/** "BTC,ETH-USD" -> BTC-USD, ETH-USD: a bare coin stands for its pair in `quote`. */
export function symbolsIn(text: string, quote: string): readonly ProductId[] {
  const symbols = text.split(',').map((part) => part.trim().toUpperCase());
  return [...new Set(symbols)].map((part) => {
    const symbol = part.includes('-') ? part : `${part}-${quote}`;
    if (isProductId(symbol)) return symbol;
    throw new UserError(`--symbols: ${JSON.stringify(part)} is no symbol; use BTC-USD,ETH-USD or BTC,ETH`);
  });
}

export interface BarSpan {
  readonly fromIndex: number;
  /** Included. */
  readonly toIndex: number;
}

/** The bars that lie within two times. */
export function barSpan(fromMs: number, toMs: number, interval: Interval): BarSpan {
  const stepMs = INTERVAL_MS[interval];
  const span = { fromIndex: Math.ceil(fromMs / stepMs), toIndex: Math.floor(toMs / stepMs) - 1 };
  if (span.toIndex >= span.fromIndex) return span;
  throw new UserError(
    `no ${interval} bar lies between ${new Date(fromMs).toISOString()} and ${new Date(toMs).toISOString()}: choose a later --to or an earlier --from`,
  );
}
