import type { RiskRecord } from '../cycle/decision.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import type { Dropped } from './candidate.ts';

/** A proposal that ends here. */
export function refuse(proposal: TradeProposal, risk_reason: string, detail: string | null): Dropped {
  return { proposal, record: { ...capRecord(detail), risk_reason, verdict: 'deny', cap_type: null } };
}

/** A proposal cut down to what is left of its strategy's budget. */
export function capRecord(detail: string | null) {
  return {
    rule: 'integrator',
    verdict: 'cap',
    risk_reason: 'strategy_cap',
    cap_type: 'strategy',
    current_pct: null,
    proposed_pct: null,
    limit_pct: null,
    detail,
  } as const satisfies RiskRecord;
}
