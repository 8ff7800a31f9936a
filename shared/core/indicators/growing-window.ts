import type { Candles } from '../market/candles.ts';
import { ColumnView } from '../market/column-view.ts';
import type { Indicator } from './indicator.ts';

/** Makes an indicator; with the same arguments always the same one. */
export type Maker<Args extends Plain, Value> = (...args: Args) => Indicator<Value>;
export type Plain = readonly (number | string)[];

/** A window whose start stands while bars are added to its end: a copy of its own, out of which views are handed out. */
export class GrowingWindow {
  readonly #source: Candles;
  readonly #begin: number;
  readonly #columns: Columns;
  readonly #streams = new Map<unknown, Map<string, Stream<unknown>>>();
  #view: AnchoredView | undefined;

  constructor(source: Candles, begin: number) {
    this.#source = source;
    this.#begin = begin;
    this.#columns = new Columns();
  }

  get length(): number {
    return this.#columns.length;
  }

  /** Of so many bars, no fewer than before. The same view while nothing was added. */
  upTo(length: number): Candles {
    for (let at = this.length; at < length; at += 1) this.#columns.append(this.#source, this.#begin + at);
    if (this.#view?.length !== length) this.#view = new AnchoredView(this, this.#columns, length);
    return this.#view;
  }

  /**
   * The indicator's values at the last `count` bars before position `end`, oldest first. What a stream was fed is not fed
   * again; one that is read at another distance from the end is a stream of its own.
   */
  tailTo<Args extends Plain, Value>(make: Maker<Args, Value>, args: Args, end: number, count: number) {
    const stream = this.#streamOf(make, args, end);
    for (let at = stream.values.length; at < end; at += 1) {
      stream.indicator.push(this.#columns, at);
      stream.values.push(at < end - count ? undefined : stream.indicator.value());
    }
    return stream.values.slice(Math.max(0, end - count), end);
  }

  #streamOf<Args extends Plain, Value>(make: Maker<Args, Value>, args: Args, end: number): Stream<Value> {
    const ofMaker = this.#streams.get(make) ?? new Map<string, Stream<unknown>>();
    this.#streams.set(make, ofMaker);
    const key = `${this.length - end} ${args.join(' ')}`;
    const known = ofMaker.get(key) as Stream<Value> | undefined;
    const stream = known !== undefined && known.values.length <= end ? known : { indicator: make(...args), values: [] };
    ofMaker.set(key, stream);
    return stream;
  }
}

interface Stream<Value> {
  readonly indicator: Indicator<Value>;
  /** One for each bar that was fed; undefined as well where nobody asked. */
  readonly values: (Value | undefined)[];
}

/** Grows by one bar at a time; an anchored window never holds more than it has room for. */
class Columns implements Candles {
  length = 0;
  index: Float64Array = new Float64Array(64);
  open: Float64Array = new Float64Array(64);
  high: Float64Array = new Float64Array(64);
  low: Float64Array = new Float64Array(64);
  close: Float64Array = new Float64Array(64);
  volume: Float64Array = new Float64Array(64);

  append(source: Candles, from: number): void {
    const at = this.length;
    if (at === this.index.length) this.#widen();
    this.index[at] = source.index[from] as number;
    this.open[at] = source.open[from] as number;
    this.high[at] = source.high[from] as number;
    this.low[at] = source.low[from] as number;
    this.close[at] = source.close[from] as number;
    this.volume[at] = source.volume[from] as number;
    this.length = at + 1;
  }

  #widen(): void {
    const wider = (column: Float64Array) => {
      const copy = new Float64Array(2 * column.length);
      copy.set(column);
      return copy;
    };
    this.index = wider(this.index);
    this.open = wider(this.open);
    this.high = wider(this.high);
    this.low = wider(this.low);
    this.close = wider(this.close);
    this.volume = wider(this.volume);
  }
}

/** A window of a history as its reader sees it. */
export class AnchoredView extends ColumnView {
  readonly #window: GrowingWindow;

  constructor(window: GrowingWindow, columns: Candles, length: number) {
    super(columns, 0, length);
    this.#window = window;
  }

  /** Of a view that is no longer the newest the end is not that of the window: then nothing is remembered. */
  tailTo<Args extends Plain, Value>(make: Maker<Args, Value>, args: Args, end: number, count: number) {
    return this.#window.length === this.length ? this.#window.tailTo(make, args, end, count) : undefined;
  }
}
