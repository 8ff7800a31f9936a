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

function copyOf(candles: Candles, begin: number, end: number): Candles {
  return {
    length: end - begin,
    index: candles.index.slice(begin, end),
    open: candles.open.slice(begin, end),
    high: candles.high.slice(begin, end),
    low: candles.low.slice(begin, end),
    close: candles.close.slice(begin, end),
    volume: candles.volume.slice(begin, end),
  };
}
