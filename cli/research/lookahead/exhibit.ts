import type { Candles } from '../../../shared/core/market/candles.ts';
import type { Interval } from '../../../shared/core/market/interval.ts';

/** What an exhibit sees: the whole series, and where in it the newest closed bar is. That is the crime. */
export interface WholeSeries {
  readonly bars: Candles;
  readonly now: number;
  readonly interval: Interval;
}

/** null: it does not buy here. */
export type Signal = (series: WholeSeries) => number | null;

/** A mistake that makes a backtest look good. */
export interface Exhibit {
  readonly name: string;
  readonly bias: string;
  /** A new one every time: what it remembers is its own. */
  readonly open: () => Signal;
}

/** One that remembers nothing. */
export interface Peek extends Omit<Exhibit, 'open'> {
  readonly signal: Signal;
}

export const at = (column: Float64Array, i: number): number => column[i] ?? Number.NaN;
export const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
export const deviation = (values: Float64Array): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
export const above = (figure: number, threshold: number): number | null => (figure > threshold ? figure : null);
