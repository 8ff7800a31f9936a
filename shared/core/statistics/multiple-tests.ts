import { normalQuantile } from './normal.ts';

/** What one test among many is worth, p by p, in the order given. All of them at least p and at most 1. */
export interface Adjusted {
  /** p m: the chance of even one false find (Bonferroni 1936). */
  readonly bonferroni: readonly number[];
  /** The same chance, less wasteful: step by step from the smallest (S. Holm, Scandinavian Journal of Statistics 6, 1979). */
  readonly holm: readonly number[];
  /** The share of false finds among the finds, whatever leans on what (Benjamini and Yekutieli, Annals of Statistics 29, 2001). */
  readonly benjaminiYekutieli: readonly number[];
}

export function adjustedForTests(ps: readonly number[]): Adjusted {
  const count = ps.length;
  const order = ps.map((_, i) => i).toSorted((a, b) => (ps[a] as number) - (ps[b] as number) || a - b);
  const harmonic = order.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  const holm = new Array<number>(count).fill(1);
  const falseShare = new Array<number>(count).fill(1);
  let most = 0;
  order.forEach((at, rank) => {
    most = Math.max(most, Math.min(1, (count - rank) * (ps[at] as number)));
    holm[at] = most;
  });
  let least = 1;
  for (let rank = count - 1; rank >= 0; rank -= 1) {
    const at = order[rank] as number;
    least = Math.min(least, ((count * harmonic) / (rank + 1)) * (ps[at] as number));
    falseShare[at] = least;
  }
  return { bonferroni: ps.map((p) => Math.min(1, p * count)), holm, benjaminiYekutieli: falseShare };
}

/**
 * The Sharpe ratio that one single test would need for the adjusted p: what is left of it after the haircut (Harvey and Liu,
 * "Backtesting", Journal of Portfolio Management 42, 2015). One-sided, with the ratio's own standard error; never below 0,
 * and finite: a p too small to be written counts as the smallest that can.
 */
export function haircutSharpe(adjustedP: number, standardError: number): number {
  return Math.max(0, -normalQuantile(Math.max(adjustedP, Number.MIN_VALUE)) * standardError);
}
