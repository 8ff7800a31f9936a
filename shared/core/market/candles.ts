/**
 * Bars of one product and interval as columns, oldest first, on the interval's grid.
 * `index[i]` is the absolute bar index (bar start / interval). Columns have equal length and are never mutated.
 */
export interface Candles {
  readonly length: number;
  readonly index: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Base units; 0 for a bar that was filled in because nothing traded. */
  readonly volume: Float64Array;
}

export interface Bar {
  readonly index: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export const NO_CANDLES: Candles = candlesFrom([]);

/** Builds columns from bars that must already be ascending and unique. Throws otherwise. */
export function candlesFrom(bars: readonly Bar[]): Candles {
  for (let i = 1; i < bars.length; i += 1) {
    if ((bars[i] as Bar).index <= (bars[i - 1] as Bar).index) throw new RangeError('bars must ascend without repeats');
  }
  const columns = emptyColumns(bars.length);
  for (let i = 0; i < bars.length; i += 1) put(columns, i, bars[i] as Bar);
  return columns;
}

function emptyColumns(length: number): Candles {
  return {
    length,
    index: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
  };
}

/** Only while the columns are being made: nobody else has seen them yet. */
function put(columns: Candles, position: number, bar: Bar): void {
  columns.index[position] = bar.index;
  columns.open[position] = bar.open;
  columns.high[position] = bar.high;
  columns.low[position] = bar.low;
  columns.close[position] = bar.close;
  columns.volume[position] = bar.volume;
}

/** The bar at a position; negative counts from the end. undefined outside. */
export function barAt(candles: Candles, position: number): Bar | undefined {
  const i = position < 0 ? candles.length + position : position;
  if (i < 0 || i >= candles.length) return undefined;
  return {
    index: candles.index[i] as number,
    open: candles.open[i] as number,
    high: candles.high[i] as number,
    low: candles.low[i] as number,
    close: candles.close[i] as number,
    volume: candles.volume[i] as number,
  };
}

/**
 * Makes the series gapless from the first bar at or after `fromIndex` (or, where an earlier bar is known, from `fromIndex`)
 * up to and including `toIndex`: a missing bar is flat at the previous close with zero volume. Bars after `toIndex`
 * (still forming) are dropped. Bars before the first known price stay absent: nothing is invented backwards.
 */
export function fillGaps(raw: Candles, fromIndex: number, toIndex: number): Candles {
  const bars: Bar[] = [];
  let previousClose: number | undefined;
  let position = 0;
  for (; position < raw.length && (raw.index[position] as number) < fromIndex; position += 1) {
    previousClose = raw.close[position] as number;
  }
  for (let index = fromIndex; index <= toIndex; index += 1) {
    const isKnown = position < raw.length && raw.index[position] === index;
    if (isKnown) {
      const bar = barAt(raw, position) as Bar;
      bars.push(bar);
      previousClose = bar.close;
      position += 1;
    } else if (previousClose !== undefined) {
      bars.push(flatBar(index, previousClose));
    }
  }
  return candlesFrom(bars);
}

function flatBar(index: number, close: number): Bar {
  return { index, open: close, high: close, low: close, close, volume: 0 };
}

/** The place of the first bar that does not begin before a bar index; the length where there is none. */
export function firstAtOrAfter({ index, length }: Pick<Candles, 'index' | 'length'>, wanted: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((index[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
