import type { RiskRecord } from '../cycle/decision.ts';
import type { Sized } from '../execution/sizing.ts';
import type { Candidate } from '../integrator/candidate.ts';
import type { Usd } from '../money/fixed.ts';
import type { RiskView } from './view.ts';

/** A candidate with the order it would become. */
export interface OrderDraft extends Candidate {
  readonly sized: Sized;
}

/** Where exposure stood, where the order would take it, and where it must stop. Percent of equity. */
export type Figures = Pick<RiskRecord, 'cap_type' | 'current_pct' | 'proposed_pct' | 'limit_pct'>;

export const NO_FIGURES: Figures = { cap_type: null, current_pct: null, proposed_pct: null, limit_pct: null };

export type Verdict =
  | { readonly kind: 'allow'; readonly figures?: Figures }
  /** Allowed if it costs no more than this. */
  | { readonly kind: 'cap'; readonly reason: string; readonly budget: Usd; readonly detail: string }
  | { readonly kind: 'deny'; readonly reason: string; readonly detail: string; readonly figures?: Figures };

/** Judges one draft. Never changes, fetches or logs anything. */
export interface RiskRule {
  readonly name: string;
  /** 'entries': an exit only reduces risk and is not asked. */
  readonly appliesTo: 'all' | 'entries';
  judge(draft: OrderDraft, view: RiskView): Verdict;
}

export const allow: Verdict = { kind: 'allow' };

export function deny(reason: string, detail: string, figures: Figures = NO_FIGURES): Verdict {
  return { kind: 'deny', reason, detail, figures };
}
