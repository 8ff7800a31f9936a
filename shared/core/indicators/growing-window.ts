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
  readonly #streams = new Map<unknown, Map<number | string, Stream<unknown>>>();
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
    const stream = this.#streamOf(make, args, end, count);
    for (let at = stream.values.length; at < end; at += 1) {
      stream.indicator.push(this.#columns, at);
      stream.values.push(at < end - count ? undefined : stream.indicator.value());
    }
    return stream.values.slice(Math.max(0, end - count), end);
  }

  /** The value at the last bar before position `end`. */
  at<Args extends Plain, Value>(make: Maker<Args, Value>, args: Args, end: number): Value | undefined {
    const { indicator, values } = this.#streamOf(make, args, end, 1);
    if (values.length === end && end > 0) return values[end - 1];
    for (let at = values.length; at < end; at += 1) {
      indicator.push(this.#columns, at);
      values.push(undefined);
    }
    const value = indicator.value();
    if (end > 0) values[end - 1] = value;
    return value;
  }

  /** One that is asked for more values is a stream of its own: the other has not kept them. */
  #streamOf<Args extends Plain, Value>(
    make: Maker<Args, Value>,
    args: Args,
    end: number,
    count: number,
  ): Stream<Value> {
    const ofMaker = this.#streams.get(make) ?? new Map<number | string, Stream<unknown>>();
    if (ofMaker.size === 0) this.#streams.set(make, ofMaker);
    const key = keyOf(this.length - end, count, args);
    const known = ofMaker.get(key) as Stream<Value> | undefined;
    if (known !== undefined && known.values.length <= end) return known;
    const stream: Stream<Value> = { indicator: make(...args), values: [] };
    ofMaker.set(key, stream);
    return stream;
  }
}

/** Most indicators have a whole number for an argument, some a column beside it; a number is found sooner than a text. */
function keyOf(lag: number, count: number, args: Plain): number | string {
  const [period, column] = args;
  const kind = args.length === 1 ? 0 : args.length === 2 ? COLUMNS.indexOf(column) + 1 : -1;
  const place = lag * MOST_BARS + count;
  return typeof period === 'number' && Number.isInteger(period) && (kind > 0 || args.length === 1)
    ? (period * KINDS + kind) * MOST_BARS * MOST_BARS + place
    : `${place} ${args.join(' ')}`;
}

const COLUMNS: readonly unknown[] = ['open', 'high', 'low', 'close', 'volume'];
const KINDS = COLUMNS.length + 1;

/** More than a window has bars. */
const MOST_BARS = 512;

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

  /** The window that it shows all of; undefined once bars were added that this view does not know. */
  get growing(): GrowingWindow | undefined {
    return this.#window.length === this.length ? this.#window : undefined;
  }
}
