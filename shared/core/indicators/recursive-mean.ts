/** A mean that forgets by degrees: no window is kept. */
export interface RecursiveMean {
  push(value: number): void;
  /** undefined until the seed is complete. */
  value(): number | undefined;
}

/**
 * The simple mean of the first `period` numbers, from then on `mean += weight * (x - mean)`. A weight of 2 / (period + 1)
 * makes an EMA, 1 / period Wilder's smoothing. Seed as in TA-Lib (ta_EMA.c, ta_RSI.c).
 */
export function recursiveMean(period: number, weight: number): RecursiveMean {
  let count = 0;
  let mean = 0;
  return {
    push(value) {
      count += 1;
      mean += (count <= period ? 1 / count : weight) * (value - mean);
    },
    value: () => (count >= period ? mean : undefined),
  };
}
