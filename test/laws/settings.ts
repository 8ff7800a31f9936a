/** The seed of every law in `npm test`, so that nobody's change fails for what another seed would have found a week ago. */
export const GATE_SEED = 247;
/** fast-check's own number of cases a law. */
const GATE_CASES = 100;

export interface Laws {
  readonly seed: number;
  /** Of laws that do not name a number themselves. */
  readonly numRuns: number;
}

export function lawsOf({ LAWS_SEED, LAWS_CASES }: NodeJS.ProcessEnv): Laws {
  return { seed: countOf('LAWS_SEED', LAWS_SEED, GATE_SEED), numRuns: countOf('LAWS_CASES', LAWS_CASES, GATE_CASES) };
}

/** A word that is no number would be a law that is never asked. */
export function countOf(key: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${key} ${text} is not a whole number above 0`);
  return value;
}
