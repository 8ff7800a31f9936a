import type { RiskRecord } from '../cycle/decision.ts';
import type { Sized } from '../execution/sizing.ts';
import type { Candidate } from '../integrator/candidate.ts';
import type { Usd } from '../money/fixed.ts';
import type { RiskView } from './view.ts';

/** A candidate with the order it would become. */
export interface OrderDraft extends Candidate {
  readonly sized: Sized;
}

/**
 * Where a figure stood, where the order would take it, and where it must stop: percent of equity for caps on exposure and
 * size, else of what `cap_type` names (a price, a volume). Null where a rule counts or asks yes or no.
 */
export type Figures = Pick<RiskRecord, 'cap_type' | 'current_pct' | 'proposed_pct' | 'limit_pct'>;

export const NO_FIGURES: Figures = { cap_type: null, current_pct: null, proposed_pct: null, limit_pct: null };

export type Verdict =
  | { readonly kind: 'allow'; readonly figures?: Figures }
  /** Allowed if it costs no more than this. */
  | {
      readonly kind: 'cap';
      readonly reason: string;
      readonly budget: Usd;
      readonly detail: string;
      readonly figures?: Figures;
    }
  | { readonly kind: 'deny'; readonly reason: string; readonly detail: string; readonly figures?: Figures };

/** Judges one draft. Never changes, fetches or logs anything. */
export interface RiskRule {
  readonly name: string;
  /** 'entries': an exit only reduces risk and is not asked. 'trades': not asked of protection, which waits for its price. */
  readonly appliesTo: 'all' | 'trades' | 'entries';
  judge(draft: OrderDraft, view: RiskView): Verdict;
}

export const allow: Verdict = { kind: 'allow' };

export function allowed(figures: Figures): Verdict {
  return { kind: 'allow', figures };
}

/** A figure that the order brings with itself: nothing of it was there before. */
export function measured(cap_type: string, proposed_pct: number | null, limit_pct: number | null): Figures {
  return { cap_type, current_pct: null, proposed_pct: rounded(proposed_pct), limit_pct: rounded(limit_pct) };
}

/** Six decimals of a percent, as all figures on record. */
function rounded(pct: number | null): number | null {
  return pct === null ? null : Math.round(pct * 1e6) / 1e6;
}

export function deny(reason: string, detail: string, figures: Figures = NO_FIGURES): Verdict {
  return { kind: 'deny', reason, detail, figures };
}
