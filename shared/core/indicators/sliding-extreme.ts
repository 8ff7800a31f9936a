/** The highest of the last `size` numbers pushed. */
export interface SlidingHighest {
  push(value: number): void;
  /** Minus infinity before the first one. */
  value(): number;
}

/**
 * Keeps only numbers that may still become the highest: what is lower than a newer one never will. So a push costs the same
 * however many numbers there are (D. Lemire, "Streaming maximum-minimum filter", 2006). The lowest is that of the negatives.
 */
export function slidingHighest(size: number): SlidingHighest {
  const values = new Float64Array(size);
  const places = new Float64Array(size);
  let first = 0;
  let held = 0;
  let pushed = 0;
  return {
    push(value) {
      if (held > 0 && (places[first] as number) <= pushed - size) {
        first = first + 1 === size ? 0 : first + 1;
        held -= 1;
      }
      while (held > 0 && (values[(first + held - 1) % size] as number) <= value) held -= 1;
      values[(first + held) % size] = value;
      places[(first + held) % size] = pushed;
      held += 1;
      pushed += 1;
    },
    value: () => (held === 0 ? Number.NEGATIVE_INFINITY : (values[first] as number)),
  };
}
