export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of a sample: the squares are divided by one less than there are values. */
  readonly deviation: number;
  /** m3 / m2^1.5 of the values at hand; 0 for a symmetric distribution, and where nothing varies. */
  readonly skewness: number;
  /** m4 / m2^2, not in excess: 3 for a normal distribution, and where nothing varies. */
  readonly kurtosis: number;
}

export function momentsOf(values: ArrayLike<number>): Moments {
  const count = values.length;
  const mean = meanOf(values);
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < count; i += 1) {
    const apart = (values[i] as number) - mean;
    const square = apart * apart;
    second += square;
    third += square * apart;
    fourth += square * square;
  }
  const variance = count === 0 ? 0 : second / count;
  if (variance === 0) return { count, mean, deviation: 0, skewness: 0, kurtosis: 3 };
  return {
    count,
    mean,
    deviation: Math.sqrt(second / (count - 1)),
    skewness: third / count / variance ** 1.5,
    kurtosis: fourth / count / variance ** 2,
  };
}

/** 0 of nothing. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Pearson's; 0 where one of them does not vary. */
export function correlationOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [apartA, apartB] = [(a[i] as number) - meanA, (b[i] as number) - meanB];
    both += apartA * apartB;
    squaresA += apartA * apartA;
    squaresB += apartB * apartB;
  }
  const scale = Math.sqrt(squaresA * squaresB);
  return scale > 0 ? both / scale : 0;
}
