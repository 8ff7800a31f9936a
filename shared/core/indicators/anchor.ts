import type { Candles } from '../market/candles.ts';

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
  const memory = new Float64Array(length * 6);
  const column = (place: number, source: Float64Array) => {
    const copy = memory.subarray(place * length, (place + 1) * length);
    copy.set(source.subarray(begin, end));
    return copy;
  };
  return {
    length,
    index: column(0, candles.index),
    open: column(1, candles.open),
    high: column(2, candles.high),
    low: column(3, candles.low),
    close: column(4, candles.close),
    volume: column(5, candles.volume),
  };
}
