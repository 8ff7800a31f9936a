import { join } from 'node:path';
import {
  columnFileName,
  hashOfBars,
  readColumnFile,
  writeColumnFile,
} from '../../shared/adapters/candles/column-file.ts';
import { type CandleFile, CandleFileError, readCandleFile } from '../../shared/adapters/candles/csv.ts';
import { PARQUET_SUFFIX, readParquetFile } from '../../shared/adapters/candles/parquet.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import type { Interval } from '../../shared/core/market/interval.ts';
import type { Progress } from '../render/progress.ts';
import { UserError } from '../user-error.ts';
import { forgetAsked } from './download-coverage.ts';

export interface ImportOptions {
  readonly out: string;
  /** The quote currency of the symbols, whatever the files say. */
  readonly quote: string | undefined;
  /** Other bars of the same symbol and interval may be written over. */
  readonly replaces: boolean;
}

export interface ImportedFile {
  readonly file: string;
  readonly to: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly bars: number;
  readonly data_hash: string;
  /** 'unchanged': the very same bars were there. */
  readonly outcome: 'written' | 'unchanged' | 'replaced';
}

/** File after file into the folder of columns; stops at the first faulty one, what was written before it stays. */
export async function importCandles(
  files: readonly string[],
  options: ImportOptions,
  progress: Progress,
): Promise<readonly ImportedFile[]> {
  const done = new Map<string, string>();
  const imported: ImportedFile[] = [];
  for (const [i, file] of files.entries()) {
    progress.at(i, file);
    const read = renamed(await readAny(file), options.quote);
    const to = join(options.out, columnFileName(read.symbol, read.interval));
    const other = done.get(to);
    if (other !== undefined) throw new UserError(`${file} and ${other} are both ${read.symbol} at ${read.interval}`);
    done.set(to, file);
    imported.push({ file, to, ...storeCandles(to, read, options) });
  }
  return imported;
}

async function readAny(file: string): Promise<CandleFile> {
  if (file.endsWith(PARQUET_SUFFIX)) return readParquetFile(file);
  return file.endsWith('.bars') ? readColumnFile(file) : readCandleFile(file);
}

function renamed(read: CandleFile, quote: string | undefined): CandleFile {
  const base = read.symbol.slice(0, read.symbol.indexOf('-'));
  return quote === undefined ? read : { ...read, symbol: `${base}-${quote}` };
}

/** Throws a UserError where other bars stand that may not be written over. */
export function storeCandles(to: string, read: CandleFile, { out, replaces }: Pick<ImportOptions, 'out' | 'replaces'>) {
  const { symbol, interval, candles } = read;
  const about = { symbol, interval, bars: candles.length };
  const before = hashStored(to);
  const data_hash = hashOfBars(symbol, interval, candles);
  if (before === data_hash) return { ...about, data_hash, outcome: 'unchanged' as const };
  if (before !== null && !replaces) {
    throw new UserError(`${to} holds other bars: choose another --out, or write over it with --replace`);
  }
  forgetAsked(out, symbol, interval);
  writeColumnFile(to, read);
  return { ...about, data_hash, outcome: before === null ? ('written' as const) : ('replaced' as const) };
}

/** null: nothing is there. A damaged file is something else than any bars. */
function hashStored(path: string): string | null {
  if (!isThere(path)) return null;
  try {
    return readColumnFile(path).dataHash;
  } catch (error) {
    if (error instanceof CandleFileError) return 'damaged';
    throw error;
  }
}
