import type { Candles } from '../market/candles.ts';

/** A stream over bars. Fed oldest first; the same bars in the same order always give the same bits. */
export interface Indicator<Value = number> {
  /** Takes the bar at a position of the columns. */
  push(candles: Candles, position: number): void;
  /** undefined until enough bars were pushed. */
  value(): Value | undefined;
}

/** Feeds the bars from the start up to (not including) `end` and returns the value there. */
export function valueAt<Value>(indicator: Indicator<Value>, candles: Candles, end: number): Value | undefined {
  for (let position = 0; position < end; position += 1) indicator.push(candles, position);
  return indicator.value();
}

/** The last `size` numbers pushed, in no particular order but always the same one. */
export interface Ring {
  push(value: number): void;
  isFull(): boolean;
  readonly values: Float64Array;
}

export function ringOf(size: number): Ring {
  const values = new Float64Array(size);
  let count = 0;
  return {
    push(value) {
      values[count % size] = value;
      count += 1;
    },
    isFull: () => count >= size,
    values,
  };
}
