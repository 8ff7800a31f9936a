import { type Interval, middleOf } from './quantile.ts';
import { randomOf } from './random.ts';
import { drawPositions, type Resampling } from './resample.ts';

export interface Bootstrap {
  readonly resampling: Resampling;
  readonly draws: number;
  readonly seed: number;
}

/** A figure of the values at these positions; null where the draw has none. */
export type Figure = (positions: Int32Array) => number | null;

export interface Drawn {
  /** One per draw; draws in which the figure has no meaning are left out. */
  readonly values: Float64Array;
  /** The share of them that lie above 0; 0 without any. */
  readonly shareAboveZero: number;
}

/** A figure over many redrawn series of so many values. Several series keep together by sharing the positions. */
export function bootstrap(length: number, figure: Figure, { resampling, draws, seed }: Bootstrap): Drawn {
  const positions = new Int32Array(length);
  const values: number[] = [];
  for (let draw = 0; draw < draws && length > 0; draw += 1) {
    drawPositions(resampling, length, randomOf(seed, draw), positions);
    const value = figure(positions);
    if (value !== null) values.push(value);
  }
  const above = values.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  return { values: Float64Array.from(values), shareAboveZero: values.length === 0 ? 0 : above / values.length };
}

/** null without a draw that has the figure. */
export function bootstrapInterval({ values }: Drawn, level: number): Interval | null {
  return values.length === 0 ? null : middleOf(values, level);
}

/** Mean over deviation of the values at these positions, per period; 0 of nothing but zeros, null of any other single value. */
export function sharpeAt(returns: ArrayLike<number>, positions: Int32Array): number | null {
  const count = positions.length;
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += returns[positions[i] as number] as number;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i += 1) squares += ((returns[positions[i] as number] as number) - mean) ** 2;
  // A draw of one and the same value varies by rounding alone.
  if (count > 1 && squares > 1e-24) return mean / Math.sqrt(squares / (count - 1));
  // Days without a position made nothing: left out, the draws that miss the few good days would leave only good ones.
  return count > 1 && mean === 0 ? 0 : null;
}

export function meanAt(values: ArrayLike<number>, positions: Int32Array): number | null {
  let sum = 0;
  for (let i = 0; i < positions.length; i += 1) sum += values[positions[i] as number] as number;
  return positions.length === 0 ? null : sum / positions.length;
}
