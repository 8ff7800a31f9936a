import type { Bootstrap } from './bootstrap.ts';
import { sharpeAt } from './bootstrap.ts';
import { randomOf } from './random.ts';
import { drawPositions } from './resample.ts';

export interface RedrawnPaths {
  /** Per draw: end over beginning, less 1. */
  readonly totals: Float64Array;
  /** Per draw: the deepest fall below an earlier high, as a share, not negative. */
  readonly drawdowns: Float64Array;
  /** Per draw and period of the returns; 0 of nothing but zeros, not a number of any other single value. */
  readonly sharpes: Float64Array;
  /** What stands after these many returns, the start being 1: one column of all draws for each. */
  readonly marks: readonly { readonly after: number; readonly values: Float64Array }[];
}

/** Many other orders of the same returns, compounded: what else could have become of them. */
export function redrawnPaths(
  returns: ArrayLike<number>,
  { resampling, draws, seed }: Bootstrap,
  markCount: number,
): RedrawnPaths {
  const length = returns.length;
  const marks = marksOf(length, markCount).map((after) => ({ after, values: new Float64Array(draws) }));
  const totals = new Float64Array(draws);
  const drawdowns = new Float64Array(draws);
  const sharpes = new Float64Array(draws);
  const positions = new Int32Array(length);
  const path = new Float64Array(length + 1);
  for (let draw = 0; draw < draws; draw += 1) {
    drawPositions(resampling, length, randomOf(seed, draw), positions);
    drawdowns[draw] = walk(returns, positions, path);
    totals[draw] = (path[length] as number) - 1;
    sharpes[draw] = sharpeAt(returns, positions) ?? Number.NaN;
    for (const { after, values } of marks) values[draw] = path[after] as number;
  }
  return { totals, drawdowns, sharpes, marks };
}

/** Writes the compounded path and answers its deepest fall. */
function walk(returns: ArrayLike<number>, positions: Int32Array, path: Float64Array): number {
  let [value, peak, deepest] = [1, 1, 0];
  path[0] = 1;
  for (let i = 0; i < positions.length; i += 1) {
    // Nothing is left to lose below zero.
    value *= Math.max(0, 1 + (returns[positions[i] as number] as number));
    path[i + 1] = value;
    if (value > peak) peak = value;
    else deepest = Math.max(deepest, 1 - value / peak);
  }
  return deepest;
}

/** Evenly from none to all, both included. */
function marksOf(length: number, count: number): readonly number[] {
  const steps = Math.min(length, Math.max(1, count - 1));
  const all = Array.from({ length: steps + 1 }, (_, i) => Math.round((i * length) / Math.max(1, steps)));
  return [...new Set(all)];
}
