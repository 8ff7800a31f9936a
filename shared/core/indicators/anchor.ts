import type { Candles } from '../market/candles.ts';
import { ColumnView } from '../market/column-view.ts';
import { HistoryView } from './history.ts';

/** What the exchange hands out in one request, and so the longest window an indicator may see. */
export const MAX_WINDOW_BARS = 300;

/**
 * The absolute index of the first bar that an indicator value at bar `t` may depend on. The start stays put for
 * `300 - warmup` bars and then jumps, so a live window and a backtest that restarts its stream at every jump are the
 * same numbers, bit for bit [I8]. Throws when the warm-up leaves no room.
 */
export function windowStart(t: number, warmup: number): number {
  if (!Number.isInteger(warmup) || warmup < 0 || warmup >= MAX_WINDOW_BARS) {
    throw new RangeError(`a warm-up must be 0 to ${MAX_WINDOW_BARS - 1} bars, not ${warmup}`);
  }
  const stride = MAX_WINDOW_BARS - warmup;
  return Math.floor(t / stride) * stride - warmup;
}

/**
 * The bars a strategy with this warm-up sees at bar `t`, as its own copy: nothing after `t`, nothing before the anchor.
 * Filled-in bars before the first real trade are left out, so the window never depends on what else was fetched.
 * undefined: the series does not reach `t`, or holds no more than `warmup` bars of it.
 */
export function anchoredWindow(candles: Candles, t: number, warmup: number): Candles | undefined {
  const span = spanOf(candles, t, warmup);
  return span === undefined ? undefined : copyOf(candles, span.begin, span.end);
}

/** The same window for a reader who needs few of its columns: each is copied when it is first asked for. */
export function lazyWindow(candles: Candles, t: number, warmup: number): Candles | undefined {
  const span = spanOf(candles, t, warmup);
  if (span === undefined) return undefined;
  // The windows of a history are its own copies already, and they grow.
  if (candles instanceof HistoryView) return candles.window(span.begin, span.end, warmup);
  return new LazyWindow(candles, span.begin, span.end);
}

/** Whether there is a window, without making it. */
export function hasWindow(candles: Candles, t: number, warmup: number): boolean {
  return spanOf(candles, t, warmup) !== undefined;
}

function spanOf(candles: Candles, t: number, warmup: number): { begin: number; end: number } | undefined {
  const first = candles.index[0];
  if (first === undefined || t < first || t >= first + candles.length) return undefined;
  const end = t - first + 1;
  let begin = Math.max(0, windowStart(t, warmup) - first);
  while (begin < end && candles.volume[begin] === 0) begin += 1;
  return end - begin > warmup ? { begin, end } : undefined;
}

/** All columns in one piece of memory: six allocations a window were a fifth of a decision's time. */
function copyOf(candles: Candles, begin: number, end: number): Candles {
  const length = end - begin;
  const memory = new ArrayBuffer(6 * length * Float64Array.BYTES_PER_ELEMENT);
  return {
    length,
    index: columnIn(memory, 0, candles.index, begin, end),
    open: columnIn(memory, 1, candles.open, begin, end),
    high: columnIn(memory, 2, candles.high, begin, end),
    low: columnIn(memory, 3, candles.low, begin, end),
    close: columnIn(memory, 4, candles.close, begin, end),
    volume: columnIn(memory, 5, candles.volume, begin, end),
  };
}

function columnIn(memory: ArrayBuffer, place: number, source: Float64Array, begin: number, end: number): Float64Array {
  const length = end - begin;
  const copy = new Float64Array(memory, place * length * Float64Array.BYTES_PER_ELEMENT, length);
  copy.set(length === source.length ? source : source.subarray(begin, end));
  return copy;
}

/** What it was made from is out of its reader's reach, and what the reader was given once it is given again. */
class LazyWindow extends ColumnView {
  protected override cut(column: Float64Array, begin: number, end: number): Float64Array {
    return column.slice(begin, end);
  }
}
