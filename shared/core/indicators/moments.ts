/**
 * Mean of numbers of like size, in the order given. Summed as distances from the first one, so equal numbers have exactly
 * themselves as their mean: a plain sum misses it by a rounding, which a z-score would blow up to a whole deviation.
 */
export function meanOf(values: Float64Array): number {
  const pivot = values[0] as number;
  let sum = 0;
  for (let i = 1; i < values.length; i += 1) sum += (values[i] as number) - pivot;
  return pivot + sum / values.length;
}

/** Population standard deviation (divisor n), as a second pass: sums of squares lose the digits quiet markets need. */
export function deviationFrom(mean: number, values: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += square((values[i] as number) - mean);
  return Math.sqrt(squares / values.length);
}

/** Not by **, which the standard leaves to the engine [I8]. */
export function square(value: number): number {
  return value * value;
}
