import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Candles } from '../../core/market/candles.ts';
import { INTERVAL_MS } from '../../core/market/interval.ts';
import { type CandleFile, CandleFileError, nameParts, priceProblem, problemText, timeProblem } from './csv.ts';
import { COLUMNS, type FieldProblem, type Row } from './csv-rows.ts';

export const PARQUET_SUFFIX = '.parquet';

/** Columns time, open, high, low, close and volume, whatever else there is; every row is checked as that of a CSV file is. */
export async function readParquetFile(path: string): Promise<CandleFile> {
  const { symbol, interval } = nameParts(path);
  const stepSeconds = INTERVAL_MS[interval] / 1_000;
  let previous = -1;
  const rows = await parquetRows(path);
  for (const [at, { row, problem }] of rows.entries()) {
    const found = problem ?? timeProblem(row[0], previous, stepSeconds) ?? priceProblem(row);
    if (found !== null) throw new CandleFileError(`${path}: row ${at + 1}: ${problemText(found)}`);
    previous = row[0];
  }
  return { symbol, interval, candles: candlesOf(rows, stepSeconds) };
}

export interface ParquetRow {
  readonly row: Row;
  /** What is no number at all. */
  readonly problem: FieldProblem | null;
}

/** Throws CandleFileError on a file that is no Parquet, or lacks a column. */
export async function parquetRows(path: string): Promise<readonly ParquetRow[]> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const missing = COLUMNS.filter((column) => !names.includes(column));
    if (missing.length > 0) {
      throw new CandleFileError(`${path}: no column ${missing.join(', ')}; there are: ${names.join(', ')}`);
    }
    const rows: ParquetRow[] = [];
    await parquetRead({
      file,
      metadata,
      compressors,
      columns: [...COLUMNS],
      rowFormat: 'object',
      onComplete: (read) => {
        for (const each of read) rows.push(rowOf(each));
      },
    });
    return rows;
  } catch (error) {
    if (error instanceof CandleFileError) throw error;
    throw new CandleFileError(`${path}: it cannot be read as Parquet (${(error as Error).message})`);
  }
}

type Read = Readonly<Record<string, unknown>>;

function rowOf(read: Read): ParquetRow {
  const values = COLUMNS.map((column) => (column === 'time' ? secondsOf(read[column]) : numberOf(read[column])));
  const at = values.findIndex((value) => !Number.isFinite(value));
  const row = values as unknown as Row;
  if (at < 0) return { row, problem: null };
  const column = COLUMNS[at] as string;
  const allowed = column === 'time' ? 'unix seconds, or a Parquet timestamp' : 'a finite number';
  return { row, problem: { column, value: String(read[column]), allowed } };
}

/** NaN when it is no time. */
function secondsOf(value: unknown): number {
  return value instanceof Date ? value.getTime() / 1_000 : numberOf(value);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}

function candlesOf(rows: readonly ParquetRow[], stepSeconds: number): Candles {
  const column = (at: number) => Float64Array.from(rows, ({ row }) => row[at] as number);
  return {
    length: rows.length,
    index: column(0).map((seconds) => seconds / stepSeconds),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}
