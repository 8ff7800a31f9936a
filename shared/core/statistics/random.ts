/** Uniform in [0, 1), 32 bits fine. */
export type Random = () => number;

/**
 * A stream of numbers that seed and stream number alone decide, the same on every machine: xoshiro128** (D. Blackman and
 * S. Vigna, "Scrambled linear pseudorandom number generators", 2021). Draws take a stream each, so that how many there
 * are, and who makes them, changes none of them.
 */
export function randomOf(seed: number, stream = 0): Random {
  const state = seeded(seed, stream);
  return () => next(state) / 4_294_967_296;
}

/** Whole, from 0 up to and without `end`. */
export function wholeBelow(random: Random, end: number): number {
  return Math.floor(random() * end);
}

export function next(s: Uint32Array): number {
  const [s0, s1, s2, s3] = s as unknown as [number, number, number, number];
  const result = Math.imul(rotated(Math.imul(s1, 5), 7), 9) >>> 0;
  const [third, fourth] = [s2 ^ s0, s3 ^ s1];
  s[1] = s1 ^ third;
  s[0] = s0 ^ fourth;
  s[2] = third ^ (s1 << 9);
  s[3] = rotated(fourth, 11);
  return result;
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** Neighbouring seeds and streams must not give neighbouring states: each word is mixed by the finalizer of MurmurHash3. */
function seeded(seed: number, stream: number): Uint32Array {
  const state = new Uint32Array(4);
  let word = mixed((seed | 0) ^ 0x9e3779b9);
  word = mixed(word ^ mixed(stream + 0x7f4a7c15));
  for (let i = 0; i < 4; i += 1) {
    // Four different ones, of which the mixing makes four different words: never all zero, the one state that it never leaves.
    word = (word + 0x9e3779b9) | 0;
    state[i] = mixed(word);
  }
  return state;
}

function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
