import { type Random, wholeBelow } from './random.ts';

/**
 * How a series is drawn anew. `single`: every value by itself (Efron 1979). `circular`: blocks of one length from a series
 * bent to a ring (Politis and Romano 1992). `stationary`: blocks of random, geometrically distributed lengths of that mean
 * on the same ring (Politis and Romano, "The stationary bootstrap", JASA 89, 1994). Blocks keep what follows on what.
 */
export type Resampling =
  | { readonly kind: 'single' }
  | { readonly kind: 'circular'; readonly blockLength: number }
  | { readonly kind: 'stationary'; readonly blockLength: number };

/** Fills `out` with positions of a series of `length` values. */
export function drawPositions(resampling: Resampling, length: number, random: Random, out: Int32Array): void {
  switch (resampling.kind) {
    case 'single':
      for (let i = 0; i < out.length; i += 1) out[i] = wholeBelow(random, length);
      return;
    case 'circular':
      drawCircular(resampling.blockLength, length, random, out);
      return;
    case 'stationary':
      drawStationary(resampling.blockLength, length, random, out);
      return;
  }
}

/** n^(1/3), the order at which block lengths have to grow (Hall, Horowitz and Jing 1995), whole and at least 1. */
export function usualBlockLength(length: number): number {
  return Math.max(1, Math.round(Math.cbrt(length)));
}

function drawCircular(blockLength: number, length: number, random: Random, out: Int32Array): void {
  for (let i = 0; i < out.length; i += 1) {
    out[i] = i % blockLength === 0 ? wholeBelow(random, length) : ((out[i - 1] as number) + 1) % length;
  }
}

function drawStationary(meanLength: number, length: number, random: Random, out: Int32Array): void {
  const goOn = 1 - 1 / meanLength;
  for (let i = 0; i < out.length; i += 1) {
    out[i] = i > 0 && random() < goOn ? ((out[i - 1] as number) + 1) % length : wholeBelow(random, length);
  }
}
