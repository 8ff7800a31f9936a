import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import * as z from 'zod';
import type { Candles } from '../../core/market/candles.ts';
import { INTERVALS, type Interval } from '../../core/market/interval.ts';
import { type CandleFile, CandleFileError } from './csv.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * One symbol and interval as columns: "247TBARS", the header's length (32 bits), the header (JSON, padded with blanks so
 * that the columns begin at a multiple of 8), then open, high, low, close and volume as little-endian 64-bit floats. The
 * index column is not written: the header's runs give it, so gaps cost nothing.
 */
export const COLUMN_FILE_SUFFIX = '.bars';

const MAGIC = Buffer.from('247TBARS');
const PREFIX_BYTES = MAGIC.length + 4;
const VALUE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
const MOST_HEADER_BYTES = 16 * 1024 * 1024;

const headerSchema = z.strictObject({
  version: z.literal(1),
  symbol: z.string().regex(/^[A-Z0-9]{1,16}-[A-Z0-9]{2,8}$/),
  interval: z.enum(INTERVALS as [Interval]),
  /** null in an empty file. */
  first_index: z.int().nullable(),
  count: z.int().min(0),
  /** Unbroken stretches of bars: [first index, how many]. */
  runs: z.array(z.tuple([z.int().min(0), z.int().min(1)])),
  /** SHA-256 of the bars: the same however they are stored. */
  data_hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ColumnHeader = Readonly<z.output<typeof headerSchema>>;

/** "BTC-USD_1h.bars". */
export function columnFileName(symbol: string, interval: Interval): string {
  return `${symbol}_${interval}${COLUMN_FILE_SUFFIX}`;
}

/** Whole or not at all. The candles must ascend without repeats. */
export function writeColumnFile(path: string, { symbol, interval, candles }: CandleFile): ColumnHeader {
  const header: ColumnHeader = {
    version: 1,
    symbol,
    interval,
    first_index: candles.index[0] ?? null,
    count: candles.length,
    runs: runsOf(candles),
    data_hash: hashOfBars(symbol, interval, candles),
  };
  const text = JSON.stringify(header);
  const blanks = (8 - ((PREFIX_BYTES + Buffer.byteLength(text)) % 8)) % 8;
  const json = Buffer.from(text + ' '.repeat(blanks));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(json.length);
  writeAtomically(path, [MAGIC, size, json, ...VALUE_COLUMNS.map((name) => bytesOf(candles[name]))]);
  return header;
}

/** Reads a file in one go and proves it against its own hash. Throws CandleFileError on anything that was not written so. */
export function readColumnFile(path: string): CandleFile & { readonly dataHash: string } {
  const bytes = wholeFile(path);
  const { header, columnsAt } = headerIn(path, bytes);
  const { symbol, interval, count, data_hash } = header;
  if (bytes.length !== columnsAt + VALUE_COLUMNS.length * 8 * count) {
    throw damaged(path, `${bytes.length} bytes long where ${count} bars are promised`);
  }
  const column = (at: number) => new Float64Array(bytes.buffer, columnsAt + at * 8 * count, count);
  const candles: Candles = {
    length: count,
    index: indexOf(header),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
  if (hashOfBars(symbol, interval, candles) !== data_hash) throw damaged(path, 'its bars do not match its data hash');
  return { symbol, interval, candles, dataHash: data_hash };
}

/** Symbol, interval and every bit of every bar: equal series have equal hashes, from a CSV file as from columns. */
export function hashOfBars(symbol: string, interval: Interval, candles: Candles): string {
  const hash = createHash('sha256').update(JSON.stringify([symbol, interval, runsOf(candles)]));
  for (const name of VALUE_COLUMNS) hash.update(bytesOf(candles[name]));
  return hash.digest('hex');
}

/** Where a series begins, ends and how often it breaks, as [first index, how many]. */
export function runsOf({ index, length }: Candles): [number, number][] {
  const runs: [number, number][] = [];
  let begin = 0;
  for (let i = 1; i <= length; i += 1) {
    if (i < length && index[i] === (index[i - 1] as number) + 1) continue;
    runs.push([index[begin] as number, i - begin]);
    begin = i;
  }
  return runs;
}

/** In memory of its own, so that the columns can be looked at where they are. */
function wholeFile(path: string): Uint8Array<ArrayBuffer> {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    for (let read = 0; read < bytes.length; ) {
      const more = readSync(file, bytes, read, bytes.length - read, null);
      if (more === 0) throw damaged(path, 'it was cut off while being read');
      read += more;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function headerIn(path: string, bytes: Uint8Array<ArrayBuffer>): { header: ColumnHeader; columnsAt: number } {
  if (bytes.length < PREFIX_BYTES || !MAGIC.equals(bytes.subarray(0, MAGIC.length))) {
    throw damaged(path, 'it does not begin as such a file does');
  }
  const size = new DataView(bytes.buffer).getUint32(MAGIC.length, true);
  const columnsAt = PREFIX_BYTES + size;
  if (size > MOST_HEADER_BYTES || columnsAt > bytes.length || columnsAt % 8 !== 0) {
    throw damaged(path, 'its header does not fit');
  }
  const header = parsedHeader(path, Buffer.from(bytes.subarray(PREFIX_BYTES, columnsAt)).toString('utf8'));
  const bars = header.runs.reduce((sum, [, count]) => sum + count, 0);
  if (bars !== header.count) throw damaged(path, `its runs hold ${bars} bars, its header says ${header.count}`);
  return { header, columnsAt };
}

function parsedHeader(path: string, text: string): ColumnHeader {
  try {
    return headerSchema.parse(JSON.parse(text));
  } catch {
    throw damaged(path, 'its header cannot be read by this version');
  }
}

function indexOf({ count, runs }: ColumnHeader): Float64Array {
  const index = new Float64Array(count);
  let at = 0;
  for (const [first, length] of runs) {
    for (let i = 0; i < length; i += 1) index[at + i] = first + i;
    at += length;
  }
  return index;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function damaged(path: string, why: string): CandleFileError {
  return new CandleFileError(`${path}: not a whole column file: ${why}; write it again with trader data import`);
}
