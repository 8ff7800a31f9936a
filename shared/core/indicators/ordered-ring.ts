/** The last `size` numbers pushed, in order. */
export interface OrderedRing {
  push(value: number): void;
  isFull(): boolean;
  /** From `oldest()` on stand `size` numbers, oldest first: each is written twice, `size` apart, so no run ever breaks. */
  readonly values: Float64Array;
  oldest(): number;
}

export function orderedRingOf(size: number): OrderedRing {
  const values = new Float64Array(2 * size);
  let next = 0;
  let count = 0;
  return {
    push(value) {
      values[next] = value;
      values[next + size] = value;
      next = next + 1 === size ? 0 : next + 1;
      count += 1;
    },
    isFull: () => count >= size,
    values,
    oldest: () => next,
  };
}
