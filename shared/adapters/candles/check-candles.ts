import type { Candles } from '../../core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../core/market/interval.ts';
import { COLUMN_FILE_SUFFIX, readColumnFile } from './column-file.ts';
import { bodyStart, bytesOf, CandleFileError, nameParts, priceProblem, problemText, timeProblem } from './csv.ts';
import { type Row, RowCursor } from './csv-rows.ts';
import { parquetRows } from './parquet.ts';

export interface CandleFault {
  readonly file: string;
  /** In a CSV file, the header being line 1; of a column or Parquet file the bar, the first being 1. null: the file as a whole. */
  readonly line: number | null;
  readonly problem: string;
}

/** What one file holds, and everything that is wrong with it. */
export interface CandleCheck {
  readonly file: string;
  readonly symbol: string;
  readonly interval: Interval;
  /** Bars without a fault. */
  readonly bars: number;
  /** When the first and the last bar open; null of an empty file. */
  readonly first: string | null;
  readonly last: string | null;
  /** Stretches without a bar: outages, and times without a trade. */
  readonly gaps: number;
  readonly missing_bars: number;
  readonly longest_gap: Gap | null;
  readonly zero_volume_bars: number;
  readonly faults: readonly CandleFault[];
  /** Not listed: faults beyond the first 100 of a file. */
  readonly more_faults: number;
}

interface Gap {
  readonly from: string;
  readonly bars: number;
}

const MOST_FAULTS = 100;

/** Reads a file to its end, whatever is wrong with it. A gap longer than `maxGapBars` counts as a fault. */
export function checkCandleFile(path: string, maxGapBars = Number.POSITIVE_INFINITY): CandleCheck {
  const { symbol, interval } = nameParts(path);
  const tally = new Tally(path, interval, maxGapBars);
  try {
    if (path.endsWith(COLUMN_FILE_SUFFIX)) readBars(path, { symbol, interval }, tally);
    else readLines(path, tally);
  } catch (error) {
    if (!(error instanceof CandleFileError)) throw error;
    tally.fault(null, error.message.replace(`${path}: `, ''));
  }
  return { file: path, symbol, interval, ...tally.figures() };
}

/** The same of a Parquet file; faults are at rows, the first being 1. */
export async function checkParquetFile(path: string, maxGapBars = Number.POSITIVE_INFINITY): Promise<CandleCheck> {
  const { symbol, interval } = nameParts(path);
  const tally = new Tally(path, interval, maxGapBars);
  try {
    for (const [at, { row, problem }] of (await parquetRows(path)).entries()) {
      if (problem === null) tally.add(row, at + 1);
      else tally.fault(at + 1, problemText(problem));
    }
  } catch (error) {
    if (!(error instanceof CandleFileError)) throw error;
    tally.fault(null, error.message.replace(`${path}: `, ''));
  }
  return { file: path, symbol, interval, ...tally.figures() };
}

function readLines(path: string, tally: Tally): void {
  const bytes = bytesOf(path);
  const cursor = new RowCursor(bytes, bodyStart(path, bytes));
  for (let row = cursor.next(); row !== null; row = cursor.next()) {
    if (cursor.problem === null) tally.add(row, cursor.line);
    else tally.fault(cursor.line, problemText(cursor.problem));
  }
}

function readBars(path: string, name: { readonly symbol: string; readonly interval: Interval }, tally: Tally): void {
  const { candles, symbol, interval } = readColumnFile(path);
  if (symbol !== name.symbol || interval !== name.interval) {
    tally.fault(null, `it holds ${symbol} at ${interval}, not what its name says`);
  }
  for (let i = 0; i < candles.length; i += 1) tally.add(rowAt(candles, i, interval), i + 1);
}

function rowAt({ index, open, high, low, close, volume }: Candles, i: number, interval: Interval): Row {
  const time = (index[i] as number) * (INTERVAL_MS[interval] / 1_000);
  return [
    time,
    ...([open, high, low, close, volume].map((column) => column[i]) as [number, number, number, number, number]),
  ];
}

/** Counts row by row. */
class Tally {
  readonly #path: string;
  readonly #stepS: number;
  readonly #maxGapBars: number;
  readonly #faults: CandleFault[] = [];
  #moreFaults = 0;
  #bars = 0;
  #firstS: number | null = null;
  #lastS = -1;
  #gaps = 0;
  #missing = 0;
  #longest: Gap | null = null;
  #zeroVolume = 0;

  constructor(path: string, interval: Interval, maxGapBars: number) {
    this.#path = path;
    this.#stepS = INTERVAL_MS[interval] / 1_000;
    this.#maxGapBars = maxGapBars;
  }

  add(row: Row, line: number): void {
    const [time] = row;
    const problem = timeProblem(time, this.#lastS, this.#stepS) ?? priceProblem(row);
    if (problem !== null) {
      const isRepeated = problem.column === 'time' && time === this.#lastS;
      this.fault(line, `${isRepeated ? 'a second bar of the same time: ' : ''}${problemText(problem)}`);
      return;
    }
    if (this.#firstS === null) this.#firstS = time;
    else this.#gap((time - this.#lastS) / this.#stepS - 1, line);
    this.#lastS = time;
    this.#bars += 1;
    if (row[5] === 0) this.#zeroVolume += 1;
  }

  fault(line: number | null, problem: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ file: this.#path, line, problem });
    else this.#moreFaults += 1;
  }

  figures() {
    return {
      bars: this.#bars,
      first: this.#firstS === null ? null : timeText(this.#firstS),
      last: this.#firstS === null ? null : timeText(this.#lastS),
      gaps: this.#gaps,
      missing_bars: this.#missing,
      longest_gap: this.#longest,
      zero_volume_bars: this.#zeroVolume,
      faults: this.#faults,
      more_faults: this.#moreFaults,
    };
  }

  #gap(bars: number, line: number): void {
    if (bars === 0) return;
    this.#gaps += 1;
    this.#missing += bars;
    const from = timeText(this.#lastS + this.#stepS);
    if (bars > (this.#longest?.bars ?? 0)) this.#longest = { from, bars };
    if (bars > this.#maxGapBars)
      this.fault(line, `${bars} bars are missing from ${from} on; allowed: ${this.#maxGapBars}`);
  }
}

function timeText(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
