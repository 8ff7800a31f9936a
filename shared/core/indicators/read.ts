import type { Candles } from '../market/candles.ts';
import { AnchoredView, type Maker, type Plain } from './growing-window.ts';
import { valueAt } from './indicator.ts';

/**
 * An indicator's value over the bars from the start up to (not including) position `end`: `readAt(ema, [20], candles, end)`.
 * In a window of a history the stream that was read there before goes on; the numbers are the same.
 */
export function readAt<Args extends Plain, Value>(
  make: Maker<Args, Value>,
  args: Args,
  candles: Candles,
  end: number,
): Value | undefined {
  const growing = candles instanceof AnchoredView ? candles.growing : undefined;
  return growing === undefined ? valueAt(make(...args), candles, end) : growing.at(make, args, end);
}

/** The same of a window that is long enough by its warm-up. Throws where it is not: the strategy fails by name instead of guessing. */
export function settledAt<Args extends Plain, Value>(
  make: Maker<Args, Value>,
  args: Args,
  candles: Candles,
  end: number,
): Value {
  const value = readAt(make, args, candles, end);
  if (value === undefined) throw new RangeError(`${end} bars are too few for ${args[0]}`);
  return value;
}

/** The values at the last `count` bars before position `end`, oldest first; undefined while there were too few bars. */
export function readTail<Args extends Plain, Value>(
  make: Maker<Args, Value>,
  args: Args,
  candles: Candles,
  end: number,
  count: number,
): readonly (Value | undefined)[] {
  const growing = candles instanceof AnchoredView ? candles.growing : undefined;
  if (growing !== undefined) return growing.tailTo(make, args, end, count);
  const indicator = make(...args);
  const values: (Value | undefined)[] = [];
  for (let position = 0; position < end; position += 1) {
    indicator.push(candles, position);
    if (position >= end - count) values.push(indicator.value());
  }
  return values;
}
