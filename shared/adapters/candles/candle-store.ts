import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Candles, firstAtOrAfter } from '../../core/market/candles.ts';
import { INTERVAL_MS, INTERVALS, type Interval } from '../../core/market/interval.ts';
import { type ProductId, productId } from '../../core/market/product.ts';
import { isThere } from '../is-there.ts';
import { COLUMN_FILE_SUFFIX, hashOfBars, readColumnFile } from './column-file.ts';
import { type CandleFile, CandleFileError, nameParts, partsOf, readCandleFile } from './csv.ts';
import { PRODUCTS_FILE, type ProductsOfDay, productsKnownAt, readProductDays } from './product-days.ts';

/** A folder of candles, whether imported (column files) or plain CSV files. Every file is read once, when first asked for. */
export interface CandleStore {
  readonly dir: string;
  /** The intervals of which there is any file, shortest first. */
  readonly intervals: readonly Interval[];
  /** Ascending. Empty when there is no file of this interval. */
  symbols(interval: Interval): readonly ProductId[];
  /**
   * The bars that begin at or after `fromMs` and before `toMs` (default: all), gaps left as they are. The columns are
   * views of what was read and must not be changed. Throws CandleFileError when there is no such file or it is faulty.
   */
  load(symbol: ProductId, interval: Interval, fromMs?: number, toMs?: number): Candles;
  /**
   * SHA-256 of these series and of the products file: the same bars have the same hash as CSV and as columns, on any
   * machine. Reads what was not read yet.
   */
  dataHash(symbols: readonly ProductId[], interval: Interval): string;
  /** The products as they were listed at a time: the newest snapshot that was taken by then; null when there is none. */
  productsAt(timeMs: number): ProductsOfDay | null;
}

export interface CandleStoreOptions {
  /** The symbols' quote currency whatever the files say: with 'USD', BTC-USDT is given as BTC-USD. */
  readonly quoteCurrency?: string;
}

interface Series extends CandleFile {
  readonly dataHash: string;
}

/** Opens a folder; no candle is read yet. Throws CandleFileError when there is nothing in it or two files are one series. */
export function openCandleStore(dir: string, { quoteCurrency }: CandleStoreOptions = {}): CandleStore {
  const files = filesIn(dir, quoteCurrency);
  const read = new Map<string, Series>();
  const seriesOf = (symbol: ProductId, interval: Interval): Series => {
    const key = keyOf(symbol, interval);
    const series = read.get(key) ?? readSeries(existing(files, dir, symbol, interval));
    read.set(key, series);
    return series;
  };
  let days: readonly ProductsOfDay[] | null = null;
  return {
    dir,
    intervals: INTERVALS.filter((interval) => files.some((file) => file.interval === interval)),
    symbols: (interval) => files.filter((file) => file.interval === interval).map(({ symbol }) => symbol),
    load: (symbol, interval, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY) => {
      const stepMs = INTERVAL_MS[interval];
      return between(seriesOf(symbol, interval).candles, Math.ceil(fromMs / stepMs), Math.ceil(toMs / stepMs));
    },
    dataHash: (symbols, interval) => {
      const lines = symbols.toSorted().map((symbol) => `${symbol} ${interval} ${seriesOf(symbol, interval).dataHash}`);
      return sha256([...lines, ...productsLine(dir)].join('\n'));
    },
    productsAt: (timeMs) => {
      days ??= readProductDays(dir);
      return productsKnownAt(days, timeMs);
    },
  };
}

interface StoredFile {
  readonly path: string;
  readonly symbol: ProductId;
  readonly interval: Interval;
}

function filesIn(dir: string, quoteCurrency: string | undefined): readonly StoredFile[] {
  if (!isThere(dir) || !statSync(dir).isDirectory()) throw new CandleFileError(`${dir}: there is no such folder`);
  const found = new Map<string, StoredFile>();
  for (const name of readdirSync(dir).toSorted()) {
    const parts = partsOf(name);
    if (parts === null) continue;
    const { interval } = parts;
    const symbol = symbolFor(parts.symbol, quoteCurrency);
    const path = join(dir, name);
    const other = found.get(keyOf(symbol, interval));
    if (other !== undefined) {
      throw new CandleFileError(`${path}: a second file for ${symbol} at ${interval}, besides ${other.path}; keep one`);
    }
    found.set(keyOf(symbol, interval), { path, symbol, interval });
  }
  if (found.size === 0) {
    throw new CandleFileError(
      `${dir}: no candles here; files are named <BASE>-<QUOTE>_<interval> and end in .csv, .csv.gz or ${COLUMN_FILE_SUFFIX}`,
    );
  }
  return [...found.values()].toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

function symbolFor(text: string, quoteCurrency: string | undefined): ProductId {
  return productId(quoteCurrency === undefined ? text : `${text.slice(0, text.indexOf('-'))}-${quoteCurrency}`);
}

function keyOf(symbol: string, interval: Interval): string {
  return `${symbol} ${interval}`;
}

function existing(files: readonly StoredFile[], dir: string, symbol: ProductId, interval: Interval): StoredFile {
  const file = files.find((each) => each.symbol === symbol && each.interval === interval);
  if (file !== undefined) return file;
  const others = files.filter((each) => each.interval === interval).map((each) => each.symbol);
  throw new CandleFileError(
    `${dir}: no ${interval} bars of ${symbol}; there are ${others.join(', ') || 'none at all'}`,
  );
}

function readSeries({ path }: StoredFile): Series {
  if (path.endsWith(COLUMN_FILE_SUFFIX)) return readNamed(path);
  const file = readCandleFile(path);
  return { ...file, dataHash: hashOfBars(file.symbol, file.interval, file.candles) };
}

/** Under another name it would be traded as something else. */
function readNamed(path: string): Series {
  const series = readColumnFile(path);
  const named = nameParts(path);
  if (series.symbol === named.symbol && series.interval === named.interval) return series;
  throw new CandleFileError(`${path}: it holds ${series.symbol} at ${series.interval}, not what its name says`);
}

function productsLine(dir: string): readonly string[] {
  const path = join(dir, PRODUCTS_FILE);
  return isThere(path) ? [`products ${sha256(readFileSync(path))}`] : [];
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Bars with `fromIndex <= index < toIndex`, without a copy. */
function between(candles: Candles, fromIndex: number, toIndex: number): Candles {
  const from = firstAtOrAfter(candles, fromIndex);
  const to = Math.max(from, firstAtOrAfter(candles, toIndex));
  if (from === 0 && to === candles.length) return candles;
  const cut = (column: Float64Array) => column.subarray(from, to);
  return {
    length: to - from,
    index: cut(candles.index),
    open: cut(candles.open),
    high: cut(candles.high),
    low: cut(candles.low),
    close: cut(candles.close),
    volume: cut(candles.volume),
  };
}
