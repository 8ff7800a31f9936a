const PER_UINT = 1 / 4_294_967_296;

/** A number from text: the key of a symbol. */
export function textKey(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Uniform in [0, 1), and the same for the same keys on every machine, whatever was asked before. */
export function noiseAt(seed: number, key: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ key;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (index | 0);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) * PER_UINT;
}
