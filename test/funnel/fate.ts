import type { AssessmentRecord } from '../../shared/core/cycle/decision.ts';
import { riskRules } from '../../shared/core/risk/rules.ts';

/** Where a proposal ended. */
export type Fate =
  | { readonly kind: 'approved' }
  /** Never came to risk: other triggers were stronger, the signal was old, or the strategy's budget was spent. */
  | { readonly kind: 'dropped'; readonly reason: string }
  | { readonly kind: 'below_conviction' }
  /** The rule that denied first: it names the reason. */
  | { readonly kind: 'denied'; readonly rule: string };

const IN_RISK: ReadonlySet<string> = new Set([...riskRules.map(({ name }) => name), 'sizing', 'assess']);

export function fateOf({
  outcome,
  risk_reason,
  records,
}: Pick<AssessmentRecord, 'outcome' | 'risk_reason' | 'records'>): Fate {
  if (outcome === 'approved') return { kind: 'approved' };
  const rule = records.find(({ verdict }) => verdict === 'deny')?.rule;
  if (rule === undefined || !IN_RISK.has(rule)) return { kind: 'dropped', reason: risk_reason ?? 'unknown' };
  return rule === 'conviction' ? { kind: 'below_conviction' } : { kind: 'denied', rule };
}

/** What became of a number of proposals. Together they are all of them. */
export interface Fates {
  readonly approved: number;
  readonly below_conviction: number;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** By rule. */
  readonly denied: Readonly<Record<string, number>>;
}

export function fatesOf(assessments: readonly Parameters<typeof fateOf>[0][]): Fates {
  const fates = assessments.map(fateOf);
  const count = (kind: Fate['kind']) => fates.filter((fate) => fate.kind === kind).length;
  return {
    approved: count('approved'),
    below_conviction: count('below_conviction'),
    dropped: counted(fates.flatMap((fate) => (fate.kind === 'dropped' ? [fate.reason] : []))),
    denied: counted(fates.flatMap((fate) => (fate.kind === 'denied' ? [fate.rule] : []))),
  };
}

export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
