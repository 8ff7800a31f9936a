import { type Bar, barAt, type Candles, candlesFrom } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';

/** Gapless bars added up to a longer interval; a bar that the series does not fill is left out. */
export function coarsened(bars: Candles, from: Interval, to: Interval): Candles {
  const each = INTERVAL_MS[to] / INTERVAL_MS[from];
  if (each === 1) return bars;
  const begin = Math.ceil((bars.index[0] ?? 0) / each);
  const end = Math.floor(((bars.index[0] ?? 0) + bars.length) / each);
  const found: Bar[] = [];
  for (let index = begin; index < end; index += 1) {
    found.push(merged(bars, index, index * each - (bars.index[0] ?? 0), each));
  }
  return candlesFrom(found);
}

function merged({ open, high, low, close, volume }: Candles, index: number, start: number, count: number): Bar {
  const part = (column: Float64Array) => column.subarray(start, start + count);
  return {
    index,
    open: open[start] as number,
    high: Math.max(...part(high)),
    low: Math.min(...part(low)),
    close: close[start + count - 1] as number,
    volume: part(volume).reduce((sum, value) => sum + value, 0),
  };
}

/** The bar at an absolute index of gapless bars; undefined outside. */
export function barOf(candles: Candles, index: number): Bar | undefined {
  const position = index - (candles.index[0] ?? 0);
  return position < 0 ? undefined : barAt(candles, position);
}
