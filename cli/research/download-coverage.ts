import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { columnFileName } from '../../shared/adapters/candles/column-file.ts';
import { writeAtomically } from '../../shared/adapters/candles/write-atomically.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import type { Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { UserError } from '../user-error.ts';
import type { BarSpan } from './candle-inputs.ts';

const COVERAGE_FILE = 'downloads.json';

const coverageSchema = z.strictObject({
  format: z.literal(1),
  /** "BTC-USD 1h" -> the bars that were asked for; those that are not in the file never traded. */
  asked: z.record(z.string(), z.strictObject({ from_index: z.int(), to_index: z.int() })),
});
type Coverage = Readonly<z.output<typeof coverageSchema>>;

/** Nothing, when the bars are not there any more. */
export function askedBefore(out: string, symbol: ProductId, interval: Interval): BarSpan | null {
  return isThere(join(out, columnFileName(symbol, interval))) ? noted(readCoverage(out), symbol, interval) : null;
}

/** Beside what was asked before: spans that touch it. */
export function noteAsked(out: string, symbol: ProductId, interval: Interval, done: readonly BarSpan[]): void {
  const coverage = readCoverage(out);
  const before = noted(coverage, symbol, interval);
  const spans = before === null ? done : [before, ...done];
  const entry = {
    from_index: Math.min(...spans.map(({ fromIndex }) => fromIndex)),
    to_index: Math.max(...spans.map(({ toIndex }) => toIndex)),
  };
  write(out, { ...coverage, asked: { ...coverage.asked, [keyOf(symbol, interval)]: entry } });
}

/** Of bars that are gone, or come from elsewhere, nothing was asked. */
export function forgetAsked(out: string, symbol: string, interval: Interval): void {
  const coverage = readCoverage(out);
  const { [keyOf(symbol, interval)]: gone, ...asked } = coverage.asked;
  if (gone !== undefined) write(out, { ...coverage, asked });
}

function noted({ asked }: Coverage, symbol: string, interval: Interval): BarSpan | null {
  const entry = asked[keyOf(symbol, interval)];
  return entry === undefined ? null : { fromIndex: entry.from_index, toIndex: entry.to_index };
}

function readCoverage(out: string): Coverage {
  const path = join(out, COVERAGE_FILE);
  if (!isThere(path)) return { format: 1, asked: {} };
  try {
    return coverageSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new UserError(`${path} cannot be read: delete it, and everything is asked for again`);
  }
}

function write(out: string, coverage: Coverage): void {
  writeAtomically(join(out, COVERAGE_FILE), [Buffer.from(`${JSON.stringify(coverage, null, 2)}\n`)]);
}

function keyOf(symbol: string, interval: Interval): string {
  return `${symbol} ${interval}`;
}
