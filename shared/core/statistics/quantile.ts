/** The p-quantile of ascending values, linear between the two nearest (R's type 7, numpy's default). */
export function quantileOf(ascending: ArrayLike<number>, p: number): number {
  if (ascending.length === 0) return Number.NaN;
  const place = p * (ascending.length - 1);
  const below = Math.floor(place);
  const low = ascending[below] as number;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] as number;
  return low + (place - below) * (high - low);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle `level` of the values: the percentile interval of a bootstrap. */
export function middleOf(values: ArrayLike<number>, level: number): Interval {
  const ascending = Float64Array.from(values).sort();
  return { low: quantileOf(ascending, (1 - level) / 2), high: quantileOf(ascending, (1 + level) / 2) };
}
