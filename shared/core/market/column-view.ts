import type { Candles } from './candles.ts';

/** Part of a series, from `begin` up to (not including) `end`. No numbers are copied, and a column is cut when it is asked for. */
export class ColumnView implements Candles {
  readonly length: number;
  readonly #candles: Candles;
  readonly #begin: number;
  readonly #end: number;
  #index: Float64Array | undefined;
  #open: Float64Array | undefined;
  #high: Float64Array | undefined;
  #low: Float64Array | undefined;
  #close: Float64Array | undefined;
  #volume: Float64Array | undefined;

  constructor(candles: Candles, begin: number, end: number) {
    this.length = end - begin;
    this.#candles = candles;
    this.#begin = begin;
    this.#end = end;
  }

  get index(): Float64Array {
    this.#index ??= this.cut(this.#candles.index, this.#begin, this.#end);
    return this.#index;
  }

  get open(): Float64Array {
    this.#open ??= this.cut(this.#candles.open, this.#begin, this.#end);
    return this.#open;
  }

  get high(): Float64Array {
    this.#high ??= this.cut(this.#candles.high, this.#begin, this.#end);
    return this.#high;
  }

  get low(): Float64Array {
    this.#low ??= this.cut(this.#candles.low, this.#begin, this.#end);
    return this.#low;
  }

  get close(): Float64Array {
    this.#close ??= this.cut(this.#candles.close, this.#begin, this.#end);
    return this.#close;
  }

  get volume(): Float64Array {
    this.#volume ??= this.cut(this.#candles.volume, this.#begin, this.#end);
    return this.#volume;
  }

  /** Shares the memory: who reads it must not write. */
  protected cut(column: Float64Array, begin: number, end: number): Float64Array {
    return column.subarray(begin, end);
  }
}
