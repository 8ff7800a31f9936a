import { History } from '../indicators/history.ts';
import type { Candles } from '../market/candles.ts';
import { INTERVAL_MS, type Interval } from '../market/interval.ts';
import type { Product } from '../market/product.ts';
import { toNumber } from '../money/fixed.ts';
import { textKey } from './noise.ts';

/** One product with its whole history as columns, made once; the loop only cuts views out of them. */
export interface Series {
  readonly product: Product;
  /** The usual distance between bid and ask. */
  readonly spreadBps: number;
  /** Gapless on the base interval, from the first trade to the last: a bar without a trade is flat and empty. */
  readonly base: Candles;
  /** Per base bar: the index of the newest bar up to it that really traded. */
  readonly lastTraded: Float64Array;
  /** Value traded before each base bar, in quote currency; one entry more than there are bars. */
  readonly valueBefore: Float64Array;
  /** By interval, the base interval among them. */
  readonly histories: ReadonlyMap<Interval, History>;
  /** Its key for noise. */
  readonly key: number;
  /** The step of its price, for what needs no exact money. */
  readonly increment: number;
}

export interface SeriesInput {
  readonly product: Product;
  readonly spreadBps: number;
  /** Ascending, with holes where nothing traded. */
  readonly raw: Candles;
}

/** Throws on an empty history: there is nothing to trade then. */
export function seriesOf(
  { product, spreadBps, raw }: SeriesInput,
  baseInterval: Interval,
  intervals: readonly Interval[],
): Series {
  if (raw.length === 0) throw new RangeError(`${product.id}: no bar at all`);
  const { filled, lastTraded } = gapless(raw);
  const coarse = intervals
    .filter((interval) => interval !== baseInterval)
    .map((interval) => [interval, new History(gapless(coarsened(raw, baseInterval, interval)).filled)] as const);
  const histories = new Map([[baseInterval, new History(filled)], ...coarse]);
  return {
    product,
    spreadBps,
    base: filled,
    lastTraded,
    valueBefore: sums(filled),
    histories,
    key: textKey(product.id),
    increment: toNumber(product.priceIncrement),
  };
}

/** The position of a bar index in gapless columns; -1 before the first and after the last. */
export function positionOf({ index, length }: Candles, barIndex: number): number {
  const position = barIndex - (index[0] as number);
  return position < length ? Math.max(-1, position) : -1;
}

/** A view from one bar index to another, both included; no numbers are copied. */
export function viewOf(history: History, fromIndex: number, toIndex: number): Candles {
  const { index, length } = history.bars;
  const first = index[0] ?? 0;
  const begin = Math.max(0, Math.min(length, fromIndex - first));
  return history.view(begin, Math.max(begin, Math.min(length, toIndex - first + 1)));
}

/** The columns themselves where nothing is missing: years of minutes are not copied. */
function gapless(raw: Candles): { readonly filled: Candles; readonly lastTraded: Float64Array } {
  const first = raw.index[0] ?? 0;
  const length = raw.length === 0 ? 0 : (raw.index[raw.length - 1] as number) - first + 1;
  if (length === raw.length && isTight(raw)) return { filled: raw, lastTraded: raw.index };
  const filled = columns(length);
  const lastTraded = new Float64Array(length);
  for (let at = 0, from = 0; at < length; at += 1) {
    const isTraded = raw.index[from] === first + at;
    if (isTraded) begin(filled, at, first + at, raw, from);
    else stayFlat(filled, at, first + at);
    lastTraded[at] = isTraded ? first + at : (lastTraded[at - 1] as number);
    if (isTraded) from += 1;
  }
  return { filled, lastTraded };
}

/** Columns may be longer than what they hold. */
function isTight({ length, index, open, high, low, close, volume }: Candles): boolean {
  return [index, open, high, low, close, volume].every((column) => column.length === length);
}

/** Nothing traded: the price stands where it was, and the volume is the 0 that the column began with. */
function stayFlat(out: Candles, at: number, index: number): void {
  const close = out.close[at - 1] as number;
  out.index[at] = index;
  out.open[at] = close;
  out.high[at] = close;
  out.low[at] = close;
  out.close[at] = close;
}

/** Longer bars out of the traded ones. The first one is left out unless the data covers it from its start. */
function coarsened(raw: Candles, base: Interval, interval: Interval): Candles {
  const ratio = INTERVAL_MS[interval] / INTERVAL_MS[base];
  if (!Number.isInteger(ratio)) throw new RangeError(`bars of ${interval} are not made of bars of ${base}`);
  const [first, last] = [raw.index[0] as number, raw.index[raw.length - 1] as number];
  const out = columns(Math.floor(last / ratio) - Math.floor(first / ratio) + 1);
  const firstWhole = Math.ceil(first / ratio);
  let count = 0;
  for (let i = 0; i < raw.length; i += 1) {
    const index = Math.floor((raw.index[i] as number) / ratio);
    if (index < firstWhole) continue;
    if (count === 0 || out.index[count - 1] !== index) {
      begin(out, count, index, raw, i);
      count += 1;
    } else {
      join(out, count - 1, raw, i);
    }
  }
  // The last one is whole only when its last base bar is there, or time has gone on behind it.
  const lastEnd = Math.floor((last + 1) / ratio);
  const isCut = count > 0 && (out.index[count - 1] as number) >= lastEnd;
  return shortened(out, isCut ? count - 1 : count);
}

function begin(out: Candles, at: number, index: number, raw: Candles, i: number): void {
  out.index[at] = index;
  out.open[at] = raw.open[i] as number;
  out.high[at] = raw.high[i] as number;
  out.low[at] = raw.low[i] as number;
  out.close[at] = raw.close[i] as number;
  out.volume[at] = raw.volume[i] as number;
}

function join(out: Candles, at: number, raw: Candles, i: number): void {
  out.high[at] = Math.max(out.high[at] as number, raw.high[i] as number);
  out.low[at] = Math.min(out.low[at] as number, raw.low[i] as number);
  out.close[at] = raw.close[i] as number;
  out.volume[at] = (out.volume[at] as number) + (raw.volume[i] as number);
}

function shortened(candles: Candles, length: number): Candles {
  return {
    length,
    index: candles.index.slice(0, length),
    open: candles.open.slice(0, length),
    high: candles.high.slice(0, length),
    low: candles.low.slice(0, length),
    close: candles.close.slice(0, length),
    volume: candles.volume.slice(0, length),
  };
}

function columns(length: number): Candles {
  const column = () => new Float64Array(length);
  return { length, index: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

function sums({ length, close, volume }: Candles): Float64Array {
  const before = new Float64Array(length + 1);
  for (let i = 0; i < length; i += 1) {
    before[i + 1] = (before[i] as number) + (close[i] as number) * (volume[i] as number);
  }
  return before;
}
