import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Candles } from '../../core/market/candles.ts';
import { INTERVAL_MS, INTERVALS, type Interval } from '../../core/market/interval.ts';
import { COLUMNS, type FieldProblem, type Row, RowCursor } from './csv-rows.ts';

/** A file the reader cannot trust. The message names the file, the line, the value and what is allowed there. */
export class CandleFileError extends Error {
  override readonly name = 'CandleFileError';
}

export interface CandleFile {
  /** As the file spells it: "BTC-USDT". */
  readonly symbol: string;
  readonly interval: Interval;
  readonly candles: Candles;
}

const HEADER = COLUMNS.join(',');
const FILE_NAME = /^([A-Z0-9]{1,16}-[A-Z0-9]{2,8})_([0-9]+[mhd])\.csv(?:\.gz)?$/;
const ANY_FILE_NAME = /^([A-Z0-9]{1,16}-[A-Z0-9]{2,8})_([0-9]+[mhd])\.(?:csv|csv\.gz|bars)$/;
/** A time after this is milliseconds that were taken for seconds. */
const LATEST_S = Date.UTC(2200, 0) / 1_000;
/** What exact money can hold, and market values computed of it. */
const LEAST_PRICE = 1e-12;
const MOST_PRICE = 1e12;
const MOST_VOLUME = 1e18;
/** The shortest possible row, "0,1,1,1,1,0" with its newline. */
const SHORTEST_ROW_BYTES = 12;

/** Reads one `<BASE>-<QUOTE>_<interval>.csv[.gz]` file and checks every row. Throws CandleFileError at the first bad one. */
export function readCandleFile(path: string): CandleFile {
  const { symbol, interval } = nameParts(path);
  const bytes = bytesOf(path);
  const stepSeconds = INTERVAL_MS[interval] / 1000;
  const start = bodyStart(path, bytes);
  const cursor = new RowCursor(bytes, start);
  const columns = COLUMNS.map(() => new Float64Array(Math.ceil((bytes.length - start) / SHORTEST_ROW_BYTES) + 1));
  let length = 0;
  let previous = -1;
  for (let row = cursor.next(); row !== null; row = cursor.next()) {
    const problem = cursor.problem ?? timeProblem(row[0], previous, stepSeconds) ?? priceProblem(row);
    if (problem !== null) throw new CandleFileError(`${path}:${cursor.line}: ${problemText(problem)}`);
    previous = row[0];
    for (let column = 0; column < COLUMNS.length; column += 1) {
      (columns[column] as Float64Array)[length] = row[column] as number;
    }
    length += 1;
  }
  return { symbol, interval, candles: candlesOf(columns, length, stepSeconds) };
}

/** Every file of one interval in a folder, by symbol. Throws when there is none. */
export function readCandleFolder(dir: string, interval: Interval): ReadonlyMap<string, Candles> {
  const found = new Map<string, Candles>();
  for (const name of readdirSync(dir).toSorted()) {
    const match = FILE_NAME.exec(name);
    if (match === null || match[2] !== interval) continue;
    const { symbol, candles } = readCandleFile(join(dir, name));
    if (found.has(symbol)) throw new CandleFileError(`${join(dir, name)}: a second file for ${symbol} at ${interval}`);
    found.set(symbol, candles);
  }
  if (found.size === 0) {
    throw new CandleFileError(`${dir}: no file named <BASE>-<QUOTE>_${interval}.csv or .csv.gz in this folder`);
  }
  return found;
}

/** "BTC-USDT_1h.csv.gz" -> what it holds; null for any other name. Parquet is only imported, never read in its place. */
export function partsOf(name: string): { readonly symbol: string; readonly interval: Interval } | null {
  const match = ANY_FILE_NAME.exec(name);
  const interval = INTERVALS.find((known) => known === match?.[2]);
  return match?.[1] === undefined || interval === undefined ? null : { symbol: match[1], interval };
}

/** Throws on a name that does not say what the file holds. */
export function nameParts(path: string): { readonly symbol: string; readonly interval: Interval } {
  const parts = partsOf(basename(path).replace(/\.parquet$/, '.csv'));
  if (parts !== null) return parts;
  throw new CandleFileError(
    `${path}: the name must be <BASE>-<QUOTE>_<interval>.csv, .csv.gz or .parquet with interval ${INTERVALS.join(', ')}`,
  );
}

export function bytesOf(path: string): Uint8Array {
  const raw = readFileSync(path);
  if (!path.endsWith('.gz')) return raw;
  try {
    return gunzipSync(raw);
  } catch (error) {
    throw new CandleFileError(`${path}: not a complete gzip file (${(error as Error).message})`);
  }
}

export function bodyStart(path: string, bytes: Uint8Array): number {
  const newline = bytes.indexOf(10);
  const end = newline < 0 ? bytes.length : newline;
  const header = Buffer.from(bytes.subarray(0, Math.min(end, 200)))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r$/, '');
  if (header !== HEADER) {
    throw new CandleFileError(`${path}:1: header is ${JSON.stringify(header)}; allowed: exactly "${HEADER}"`);
  }
  return newline < 0 ? bytes.length : newline + 1;
}

export function timeProblem(time: number, previous: number, stepSeconds: number): FieldProblem | null {
  if (!Number.isSafeInteger(time) || time % stepSeconds !== 0) {
    return {
      column: 'time',
      value: time,
      allowed: `unix seconds on the interval's grid, a multiple of ${stepSeconds}`,
    };
  }
  if (time >= LATEST_S) return { column: 'time', value: time, allowed: 'unix seconds before 2200, no milliseconds' };
  if (time <= previous) return { column: 'time', value: time, allowed: `later than the row before, ${previous}` };
  return null;
}

export function priceProblem([, open, high, low, close, volume]: Row): FieldProblem | null {
  if (low < LEAST_PRICE) return { column: 'low', value: low, allowed: 'a price of at least 1e-12' };
  if (high > MOST_PRICE) return { column: 'high', value: high, allowed: 'at most 1e12' };
  if (high < low) return { column: 'high', value: high, allowed: `at least the low, ${low}` };
  const between = `between low ${low} and high ${high}`;
  if (open < low || open > high) return { column: 'open', value: open, allowed: between };
  if (close < low || close > high) return { column: 'close', value: close, allowed: between };
  if (volume < 0 || volume > MOST_VOLUME) return { column: 'volume', value: volume, allowed: '0 to 1e18' };
  return null;
}

export function problemText({ column, value, allowed }: FieldProblem): string {
  return `${column} is ${typeof value === 'string' ? JSON.stringify(value) : value}; allowed: ${allowed}`;
}

function candlesOf(columns: readonly Float64Array[], length: number, stepSeconds: number): Candles {
  const [time, open, high, low, close, volume] = columns.map((column) => column.slice(0, length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { length, index: time.map((seconds) => seconds / stepSeconds), open, high, low, close, volume };
}
