import type {
  AssessmentRecord,
  Decision,
  RiskRecord,
  StrategyRecord,
  SymbolReason,
} from '../../shared/core/cycle/decision.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import { riskRules } from '../../shared/core/risk/rules.ts';

import { type ShadowScore, shadowScores } from './shadow-score.ts';

/** How a decision came about, from everything that was looked at down to what was ordered. */
export interface Funnel {
  readonly slot: string;
  readonly as_of: string;
  readonly config_hash: string;
  readonly regime: string;
  readonly regime_source: Decision['regime_source'];
  readonly regime_multiplier: number;
  readonly equity: string;
  readonly drawdown_pct: number;
  readonly gates: Decision['gates'];
  readonly universe: Decision['universe'];
  readonly strategies: readonly StrategyStage[];
  /** What the strategies and the exit kit asked for, and what became of each. */
  readonly asked: readonly Asked[];
  /** What strategies without authority would have asked for. */
  readonly shadow_proposals: Decision['shadow_proposals'];
  /** What they would have made by now, on paper, of all symbols. */
  readonly shadow_scores: readonly ShadowScore[];
  readonly orders: readonly ApprovedOrder[];
  readonly reasons: readonly SymbolReason[];
}

type StrategyStage = StrategyRecord & {
  readonly ordered: number;
  readonly rejected: Readonly<Record<string, number>>;
};

interface Asked extends Omit<AssessmentRecord, 'records'> {
  /** null: the exit kit. */
  readonly strategy: string | null;
  /** What triggers, budgets and netting said. */
  readonly budget_records: readonly RiskRecord[];
  /** What each rule said; empty when it never came to risk. */
  readonly risk_records: readonly RiskRecord[];
}

/** The funnel of a decision; with a symbol, only what concerns it. */
export function funnelOf(decision: Decision, snapshot: MarketSnapshot, symbol?: string): Funnel {
  const concerns = (id: string) => symbol === undefined || id === symbol;
  const { slot, as_of, config_hash, regime, regime_source, regime_multiplier, equity, drawdown_pct, gates } = decision;
  const asked = decision.assessments.filter((each) => concerns(each.symbol)).map(askedOf);
  return {
    slot,
    as_of,
    config_hash,
    regime,
    regime_source,
    regime_multiplier,
    equity,
    drawdown_pct,
    gates,
    universe: decision.universe.filter((record) => concerns(record.symbol)),
    strategies: decision.strategies.map((record) => stageOf(record, asked, symbol !== undefined)),
    asked,
    shadow_proposals: decision.shadow_proposals.filter((proposal) => concerns(proposal.symbol)),
    shadow_scores: shadowScores(decision.account_changes.shadow, snapshot),
    orders: decision.orders.filter((order) => concerns(order.product_id)),
    reasons: decision.reasons.filter((reason) => concerns(reason.symbol)),
  };
}

/** Rules that speak in risk itself; every other record was left before. */
const IN_RISK: ReadonlySet<string> = new Set([...riskRules.map(({ name }) => name), 'sizing', 'assess']);

function askedOf({ records, ...rest }: AssessmentRecord): Asked {
  return {
    ...rest,
    strategy: rest.proposal?.strategy ?? null,
    budget_records: records.filter(({ rule }) => !IN_RISK.has(rule)),
    risk_records: records.filter(({ rule }) => IN_RISK.has(rule)),
  };
}

function stageOf(record: StrategyRecord, asked: readonly Asked[], isFiltered: boolean): StrategyStage {
  const own = asked.filter(({ strategy }) => strategy === record.strategy);
  const rejected: Record<string, number> = {};
  for (const { risk_reason } of own) {
    if (risk_reason !== null) rejected[risk_reason] = (rejected[risk_reason] ?? 0) + 1;
  }
  const proposals_count = isFiltered ? own.length : record.proposals_count;
  return { ...record, proposals_count, ordered: own.filter(({ outcome }) => outcome === 'approved').length, rejected };
}
