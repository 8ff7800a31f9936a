import { createHash } from 'node:crypto';

/** Ids that look random and repeat with the seed: two runs of the same market give the same orders. */
export function idOf(seed: number, kind: string, sequence: number | string): string {
  const hex = createHash('sha256').update(`${seed} ${kind} ${sequence}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
