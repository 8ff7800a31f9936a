/** A false alarm once in a thousand looks at a sound source. */
const LEVEL = 0.001;
/** Below it the asymptotic bound says nothing. */
const FEWEST = 40;

export type JitterVerdict =
  | { readonly kind: 'uniform'; readonly distance: number; readonly allowed: number }
  | {
      readonly kind: 'not_uniform' | 'out_of_range' | 'too_few';
      readonly distance: number | null;
      readonly allowed: number | null;
      readonly detail: string;
    };

/**
 * Whether recorded jitter offsets look like what is asked for: uniform over 0 to `maxMs` [REQ-SCH1]. Kolmogorov's test at
 * the level 0.001: the largest distance between the observed distribution and the uniform one against
 * sqrt(-ln(level / 2) / (2 n)). It finds a constant, a missing part, a clump and a tilt, in whatever order they came.
 */
export function jitterSpread(offsetsMs: readonly number[], maxMs: number): JitterVerdict {
  if (!(maxMs > 0)) throw new RangeError(`maxMs=${maxMs}: there is no jitter to look at`);
  const none = { distance: null, allowed: null };
  if (offsetsMs.length < FEWEST) {
    return { kind: 'too_few', ...none, detail: `${offsetsMs.length} offsets, ${FEWEST} needed` };
  }
  const strange = offsetsMs.find((offset) => !(offset >= 0 && offset <= maxMs));
  if (strange !== undefined)
    return { kind: 'out_of_range', ...none, detail: `${strange} ms is not within 0 to ${maxMs} ms` };

  const distance = distanceFromUniform(offsetsMs, maxMs);
  const allowed = Math.sqrt(-Math.log(LEVEL / 2) / (2 * offsetsMs.length));
  if (distance <= allowed) return { kind: 'uniform', distance, allowed };
  const detail = `${distance.toFixed(3)} away from uniform, ${allowed.toFixed(3)} allowed for ${offsetsMs.length} offsets`;
  return { kind: 'not_uniform', distance, allowed, detail };
}

function distanceFromUniform(offsetsMs: readonly number[], maxMs: number): number {
  const sorted = [...offsetsMs].sort((a, b) => a - b);
  const distances = sorted.map((offset, index) => {
    const expected = offset / maxMs;
    return Math.max((index + 1) / sorted.length - expected, expected - index / sorted.length);
  });
  return Math.max(...distances);
}
