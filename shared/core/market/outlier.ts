import type { Candles } from './candles.ts';
import { type Interval, lastClosedBarIndex } from './interval.ts';
import { log } from './log.ts';
import { midPrice } from './quote.ts';
import type { MarketSnapshot, SymbolSnapshot } from './snapshot.ts';
import { usableQuote } from './staleness.ts';

export interface OutlierLimits {
  readonly outlier_sigma: number;
  /** Bar-to-bar returns from which the usual move is estimated. */
  readonly outlier_window_bars: number;
  /** The usual move is never taken for less: a flat series would make every tick an outlier. */
  readonly outlier_min_sigma_bps: number;
}

/** How far the mid is from the last close, in units of the usual move of one bar. */
export interface Jump {
  /** Signed: negative fell. */
  readonly moveBps: number;
  readonly sigmaBps: number;
  readonly sigmas: number;
  readonly isOutlier: boolean;
}

/** For normal returns the median absolute deviation times this is the standard deviation. */
const MAD_TO_SIGMA = 1.4826;
const BPS = 10_000;

/**
 * The mid of the quote against the close of the newest closed 1m bar (the base interval where 1m bars were not fetched)
 * [REQ-O1]. The spread of returns is measured by medians, so that one wild bar does not widen the bound for the next.
 * null: there is no quote or no closed bar to compare.
 */
export function jumpOf(
  symbol: SymbolSnapshot,
  { slotMs, baseInterval }: Pick<MarketSnapshot, 'slotMs' | 'baseInterval'>,
  limits: OutlierLimits,
): Jump | null {
  const interval = intervalOf(symbol, baseInterval);
  const moveBps = moveOf(symbol, { slotMs, baseInterval });
  if (moveBps === null) return null;
  // There is a move, so there are bars.
  const candles = symbol.candles[interval] as Candles;
  const closes = closesUpTo(candles, lastClosedBarIndex(slotMs, interval), limits.outlier_window_bars);
  const sigmaBps = Math.max(limits.outlier_min_sigma_bps, robustSigma(logReturns(closes)) * BPS);
  const sigmas = Math.abs(moveBps) / sigmaBps;
  // A figure that cannot be computed has not shown the tick to be sound.
  return { moveBps, sigmaBps, sigmas, isOutlier: !(sigmas <= limits.outlier_sigma) };
}

function intervalOf({ candles }: SymbolSnapshot, baseInterval: Interval): Interval {
  return (candles['1m']?.length ?? 0) > 0 ? '1m' : baseInterval;
}

/** The logarithm of mid over close, in bps; null without a quote or a closed bar. */
function moveOf(
  symbol: SymbolSnapshot,
  { slotMs, baseInterval }: Pick<MarketSnapshot, 'slotMs' | 'baseInterval'>,
): number | null {
  const quote = usableQuote(symbol);
  const last = comparedClose(symbol, { slotMs, baseInterval });
  return quote === null || last === null ? null : log(midPrice(quote) / last) * BPS;
}

/** The close that a quote is measured against; null where there is none. */
export function comparedClose(
  symbol: SymbolSnapshot,
  { slotMs, baseInterval }: Pick<MarketSnapshot, 'slotMs' | 'baseInterval'>,
): number | null {
  const interval = intervalOf(symbol, baseInterval);
  const candles = symbol.candles[interval];
  const first = candles?.index[0];
  if (candles === undefined || first === undefined) return null;
  const last = candles.close[Math.min(candles.length, lastClosedBarIndex(slotMs, interval) - first + 1) - 1];
  return last === undefined || last <= 0 ? null : last;
}

/** Whether the quote is too far from the last close to be acted on; false where there is nothing to compare. */
export function isOutlier(
  symbol: SymbolSnapshot,
  snapshot: Pick<MarketSnapshot, 'slotMs' | 'baseInterval'>,
  limits: OutlierLimits,
): boolean {
  return !isSurelyCalm(symbol, snapshot, limits) && jumpOf(symbol, snapshot, limits)?.isOutlier === true;
}

/** A move that is no outlier even of the least usual move there is; false where only jumpOf can tell. */
export function isSurelyCalm(
  symbol: SymbolSnapshot,
  snapshot: Pick<MarketSnapshot, 'slotMs' | 'baseInterval'>,
  limits: OutlierLimits,
): boolean {
  const moveBps = moveOf(symbol, snapshot);
  return moveBps !== null && Math.abs(moveBps) / limits.outlier_min_sigma_bps <= limits.outlier_sigma;
}

/** 0 for a series without returns: the configured floor then stands. */
export function robustSigma(returns: Float64Array): number {
  const middle = median(returns);
  const distances = new Float64Array(returns.length);
  for (let i = 0; i < returns.length; i += 1) distances[i] = Math.abs((returns[i] as number) - middle);
  return median(distances) * MAD_TO_SIGMA;
}

/**
 * The closes of the last `bars` returns: one more than that, as far as they are known. What was filled in before the first
 * trade among them is left out, as in every window (indicators/anchor.ts): it depends on what was read before.
 */
function closesUpTo(candles: Candles, t: number, bars: number): Float64Array {
  const first = candles.index[0] as number;
  const end = Math.max(0, Math.min(candles.length, t - first + 1));
  let begin = Math.max(0, end - bars - 1);
  while (begin < end && candles.volume[begin] === 0) begin += 1;
  return candles.close.subarray(begin, end);
}

function logReturns(closes: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, closes.length - 1));
  for (let i = 0; i < returns.length; i += 1) {
    returns[i] = log((closes[i + 1] as number) / (closes[i] as number));
  }
  return returns;
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const half = values.length >> 1;
  const parted = values.slice();
  const upper = partAt(parted, half);
  if (values.length % 2 === 1) return upper;
  let lower = parted[0] as number;
  for (let i = 1; i < half; i += 1) lower = Math.max(lower, parted[i] as number);
  return (lower + upper) / 2;
}

/**
 * Moves the values until none before `place` is larger than the one at it and none behind it smaller, and returns that one:
 * what sorting would put there (Hoare's selection), without sorting the rest.
 */
function partAt(values: Float64Array, place: number): number {
  // Nothing compares with a value that is no number; sorting puts those last.
  if (values.some(Number.isNaN)) return values.sort()[place] as number;
  let first = 0;
  let last = values.length - 1;
  while (first < last) {
    const { left, right } = part(values, first, last);
    if (place <= right) last = right;
    else if (place >= left) first = left;
    else break;
  }
  return values[place] as number;
}

/** Smaller values up to `right`, larger ones from `left`; what may stand between them is the value they were parted at. */
function part(values: Float64Array, first: number, last: number): { readonly left: number; readonly right: number } {
  const pivot = values[(first + last) >> 1] as number;
  let left = first;
  let right = last;
  while (left <= right) {
    while ((values[left] as number) < pivot) left += 1;
    while ((values[right] as number) > pivot) right -= 1;
    if (left > right) break;
    const larger = values[left] as number;
    values[left] = values[right] as number;
    values[right] = larger;
    left += 1;
    right -= 1;
  }
  return { left, right };
}
