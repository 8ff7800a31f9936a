import * as z from 'zod';

/** Where a position is left: in percent from the entry. */
export interface Bracket {
  readonly stop_loss_pct: number;
  readonly take_profit_pct: number;
}

/** The bounds that hold for every strategy, whatever the policy then allows. */
export const bracketParams = {
  stop_loss_pct: z.number().positive().max(50),
  take_profit_pct: z.number().positive().max(200),
};

type Refinement<Key extends string> = [
  (given: Readonly<Record<Key, number>>) => boolean,
  { readonly path: string[]; readonly message: string },
];

/** Two parameters that only make sense in this order: `.refine(...below('fast', 'slow'))`. */
export function below<Low extends string, High extends string>(
  low: Low,
  high: High,
  why?: string,
): Refinement<Low | High> {
  return [(given) => given[low] < given[high], complaint(low, `must be less than ${high}`, why)];
}

/** As `below`, but equal will do. */
export function notAbove<Low extends string, High extends string>(
  low: Low,
  high: High,
  why?: string,
): Refinement<Low | High> {
  return [(given) => given[low] <= given[high], complaint(low, `must not exceed ${high}`, why)];
}

function complaint(low: string, relation: string, why: string | undefined) {
  return { path: [low], message: `${low} ${relation}${why === undefined ? '' : `: ${why}`}` };
}
