import { join } from 'node:path';
import { columnFileName, readColumnFile, writeColumnFile } from '../../shared/adapters/candles/column-file.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { type Bar, barAt, type Candles, candlesFrom } from '../../shared/core/market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { failureText } from '../../shared/ports/answer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import { UserError } from '../user-error.ts';
import type { BarSpan } from './candle-inputs.ts';
import { askedBefore, forgetAsked, noteAsked } from './download-coverage.ts';
import { chunksOf } from './synth-candles.ts';

export interface DownloadParts {
  readonly marketData: Pick<MarketData, 'candles'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly out: string;
  /** Hears of calls that were answered. */
  readonly onCalls: (count: number, symbol: ProductId) => void;
  /** Stops after the calls that are on their way; what came is kept. */
  readonly signal: AbortSignal;
}

export interface DownloadedFile {
  readonly file: string;
  readonly symbol: ProductId;
  readonly interval: Interval;
  /** In the file now. */
  readonly bars: number;
  readonly new_bars: number;
  readonly calls: number;
  readonly data_hash: string;
}

/** The exchange gives at most so many in one answer. */
const BARS_PER_CALL = 300;
/** Side by side; the client's rate limiter spaces them. */
const CALLS_AT_ONCE = 5;
const CALLS_PER_SAVE = 100;
/** The exchange lists a bar a moment after its close. */
const LISTED_AFTER_MS = 60_000;

/** How many calls it takes to have a span: none for what was asked for before. */
export function callsFor(out: string, symbol: ProductId, interval: Interval, span: BarSpan): number {
  return missingSpans(askedBefore(out, symbol, interval), span).reduce((sum, each) => sum + callSpans(each).length, 0);
}

/** What is still missing of a symbol's bars, into its column file. Interrupted anywhere, the next time goes on from there. */
export async function downloadCandles(
  parts: DownloadParts,
  symbol: ProductId,
  interval: Interval,
  wanted: BarSpan,
): Promise<DownloadedFile> {
  const { out, clock } = parts;
  const newest = lastClosedBarIndex(clock.nowMs() - LISTED_AFTER_MS, interval);
  const span = { ...wanted, toIndex: Math.min(wanted.toIndex, newest) };
  const file = join(out, columnFileName(symbol, interval));
  // Or the first bars of a new file would bring back what was noted of the old one.
  if (!isThere(file)) forgetAsked(out, symbol, interval);
  let calls = 0;
  let added = 0;
  for (const missing of missingSpans(askedBefore(out, symbol, interval), span)) {
    for (const batch of batchesOf(callSpans(missing), CALLS_PER_SAVE)) {
      const fetched = await fetchBatch(parts, symbol, interval, batch);
      calls += fetched.done.length;
      added += save(out, symbol, interval, fetched);
      if (fetched.failure !== null) throw new UserError(fetched.failure);
    }
  }
  const bars = isThere(file) ? readColumnFile(file) : null;
  if (bars === null) throw new UserError(`${symbol}: the exchange has no ${interval} bar in this time`);
  return { file, symbol, interval, bars: bars.candles.length, new_bars: added, calls, data_hash: bars.dataHash };
}

/** Next to what was asked before, so that what was asked stays one stretch: the later part first, then the earlier one. */
function missingSpans(asked: BarSpan | null, { fromIndex, toIndex }: BarSpan): readonly Missing[] {
  if (toIndex < fromIndex) return [];
  if (asked === null) return [{ fromIndex, toIndex, isEarlier: false }];
  const later = { fromIndex: asked.toIndex + 1, toIndex, isEarlier: false };
  const earlier = { fromIndex, toIndex: asked.fromIndex - 1, isEarlier: true };
  return [later, earlier].filter((span) => span.toIndex >= span.fromIndex);
}

type Missing = BarSpan & { readonly isEarlier: boolean };

/** In the order in which they grow what is there. */
function callSpans(missing: Missing): readonly BarSpan[] {
  const spans = chunksOf(missing, BARS_PER_CALL);
  return missing.isEarlier ? spans.toReversed() : spans;
}

interface Fetched {
  readonly done: readonly BarSpan[];
  readonly bars: readonly Bar[];
  /** Why it ended before its end; null when it did not. */
  readonly failure: string | null;
}

async function fetchBatch(
  { marketData, onCalls, signal }: DownloadParts,
  symbol: ProductId,
  interval: Interval,
  spans: readonly BarSpan[],
): Promise<Fetched> {
  const done: BarSpan[] = [];
  const bars: Bar[] = [];
  for (const group of batchesOf(spans, CALLS_AT_ONCE)) {
    if (signal.aborted) return { done, bars, failure: 'interrupted; the same command goes on from here' };
    const answers = await Promise.all(
      group.map(({ fromIndex, toIndex }) => marketData.candles(symbol, interval, fromIndex, toIndex)),
    );
    for (const [i, answer] of answers.entries()) {
      if (answer.kind !== 'ok') {
        const why = `${symbol} at ${interval}: ${failureText(answer)}`;
        return { done, bars, failure: `${why}; what came before is kept, the same command goes on from there` };
      }
      done.push(group[i] as BarSpan);
      bars.push(...barsOf(answer.value));
    }
    onCalls(group.length, symbol);
  }
  return { done, bars, failure: null };
}

/** First the bars, then the note that they were asked for: a crash between the two only asks again. */
function save(out: string, symbol: ProductId, interval: Interval, { done, bars }: Fetched): number {
  if (done.length === 0) return 0;
  const file = join(out, columnFileName(symbol, interval));
  const before = isThere(file) ? barsOf(readColumnFile(file).candles) : [];
  const all = new Map([...before, ...bars].map((bar) => [bar.index, bar]));
  const sorted = [...all.values()].sort((a, b) => a.index - b.index);
  if (bars.length > 0) writeColumnFile(file, { symbol, interval, candles: candlesFrom(sorted) });
  noteAsked(out, symbol, interval, done);
  return sorted.length - before.length;
}

function batchesOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function barsOf(candles: Candles): readonly Bar[] {
  return Array.from({ length: candles.length }, (_, i) => barAt(candles, i) as Bar);
}
