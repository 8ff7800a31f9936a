import { clientOrderId } from '../execution/client-order-id.ts';
import { dueExits, type ExitContext } from '../exits/exit-kit.ts';
import { peakPrices } from '../exits/peak-price.ts';
import { missingProtection } from '../exits/resting-protection.ts';
import type { Candidate, Dropped } from '../integrator/candidate.ts';
import { integrate } from '../integrator/integrate.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { add, toNumber, toText } from '../money/fixed.ts';
import { textsOf } from '../money/texts-of.ts';
import type { Account } from '../portfolio/account.ts';
import { adoptions, externalNow, mayAnchor } from '../portfolio/external.ts';
import { type MarksNow, marksAt } from '../portfolio/marks.ts';
import { equityOf } from '../portfolio/valuation.ts';
import { regimeOf } from '../regime/regime.ts';
import type { ApprovedOrder } from '../risk/approved-order.ts';
import { type Assessment, assess } from '../risk/assess.ts';
import { exposureOf } from '../risk/exposure.ts';
import { drawdownPct, gatesOf } from '../risk/gates.ts';
import { riskRules } from '../risk/rules.ts';
import { type RiskView, withApproved } from '../risk/view.ts';
import {
  type BoundStrategy,
  bindStrategies,
  hasAuthority,
  type StrategyModules,
  withoutBenched,
} from '../strategies/bind.ts';
import { runStrategies, type StrategyRun } from '../strategies/run.ts';
import { nextMemory } from '../universe/membership.ts';
import { buildUniverse } from '../universe/universe.ts';
import { breachesOf } from './breaches.ts';
import type { AssessmentRecord, Decision, Detail } from './decision.ts';
import type { DecisionConfig } from './decision-config.ts';
import { deepFreeze } from './deep-freeze.ts';
import { reasonsOf } from './reasons.ts';
import { windowsNeeded } from './requirements.ts';
import { nextShadowBooks } from './shadow-book.ts';
import { strategyViewOf } from './strategy-view.ts';

/**
 * The one brain: live, paper, replay and backtest all decide here, with the strategies that they bring. Pure: the same
 * inputs give the same decision, byte for byte [I8], and nothing after the slot's last closed bar can change it [I9]. In
 * brief it is the same decision with fewer words, for a backtest that keeps none of them.
 */
export function decideWith(
  modules: StrategyModules,
  snapshot: MarketSnapshot,
  account: Account,
  config: DecisionConfig,
  detail: Detail = 'full',
): Decision {
  if (snapshot.baseInterval !== config.signals.interval) {
    throw new Error(`snapshot of ${snapshot.baseInterval} bars for a config of ${config.signals.interval} bars`);
  }
  const bound = bindStrategies(config.signals, modules);
  const view = viewOf(snapshot, account, config, bound, detail);
  const external = externalNow(account, snapshot, config.policy);
  const run = runUnlessHalted(withoutBenched(bound, snapshot.conditions.benched), view);
  const peaks = peakPrices(account, snapshot, view.symbols, config.policy.data);
  const exits = dueExits(account, exitContext(view, peaks));
  const { candidates, dropped } = integrate(run.proposals, exits, view);
  const traded = assessInTurn(candidates, view, detail);
  const guarded = assessInTurn(protectionNow(traded.view, peaks), traded.view, detail);
  const orders = [...traded.orders, ...guarded.orders];
  const records = [...traded.assessments, ...guarded.assessments, ...[...run.dropped, ...dropped].map(droppedRecord)];

  const slot = new Date(snapshot.slotMs).toISOString();
  const decision: Decision = {
    slot,
    as_of: snapshot.asOfMs === snapshot.slotMs ? slot : new Date(snapshot.asOfMs).toISOString(),
    config_hash: config.configHash,
    regime: view.regime.name,
    regime_source: view.regime.source,
    regime_figures: view.regime.figures,
    regime_multiplier: toNumber(view.multiplier),
    equity: toText(view.equity),
    drawdown_pct: drawdownPct(view.equity, view.marks.high_water_mark),
    gates: view.gates.map(({ gate, reason }) => ({ gate, reason })),
    breaches: detail === 'full' ? breachesOf(run.records, view) : [],
    universe: [...view.universe.values()],
    strategies: run.records,
    proposals_count: run.records.reduce((sum, { proposals_count }) => sum + proposals_count, 0),
    shadow_proposals: run.shadow,
    assessments: records,
    orders,
    reasons: reasonsOf(records, run.records, view),
    account_changes: {
      ...marksText(view.marks),
      peak_prices: { ...textsOf(peaks) },
      universe_memory: own(
        nextMemory(account.universe_memory, view.universe.values(), config.universe.hysteresis),
        detail,
      ),
      adoptions: adoptions(guarded.view.account, snapshot, config),
      unsettled_coins: { ...textsOf(external.waiting) },
      external_counted: external.counted,
      shadow: own(nextShadowBooks(run.shadow, view), detail),
      strategy_state: own(run.state, detail),
      // Selling under the kill switch is not the first cycle after it.
      halted: snapshot.conditions.killed !== null || snapshot.conditions.flattening,
    },
  };
  return detail === 'full' ? deepFreeze(decision) : decision;
}

/** A copy where it will be frozen, which must not be the account's own. */
function own<Value>(value: Value, detail: Detail): Value {
  return detail === 'full' ? structuredClone(value) : value;
}

function marksText({
  high_water_mark,
  day,
  week,
  peaks,
}: MarksNow): Pick<Decision['account_changes'], 'high_water_mark' | 'marks'> {
  return {
    high_water_mark: toText(high_water_mark),
    marks: {
      day: { ...day, equity: toText(day.equity) },
      week: { ...week, equity: toText(week.equity) },
      peaks: textsOf(peaks),
    },
  };
}

function viewOf(
  snapshot: MarketSnapshot,
  account: Account,
  config: DecisionConfig,
  bound: readonly BoundStrategy[],
  detail: Detail,
): RiskView {
  const sorted = snapshot.symbols.toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
  const symbols = new Map(sorted.map((symbol) => [symbol.productId, symbol]));
  // What only a strategy without authority could judge is not let in.
  const windows = windowsNeeded(bound.filter(hasAuthority));
  const universe = buildUniverse(snapshot, config, windows, account.universe_memory, detail);
  const { policy } = config;
  const external = externalNow(account, snapshot, policy);
  const equity = add(equityOf(account, snapshot, policy.data), external.equity);
  const regime = regimeOf(policy, snapshot);
  const { high_water_mark, marks: known } = account;
  const unsettled_flow = add(account.unsettled_flow, external.flow);
  const marked = { high_water_mark, marks: known, unsettled_flow };
  const dayMs = known?.day.start_ms ?? snapshot.slotMs;
  const marksMs = mayAnchor(account, snapshot, policy, equity) ? snapshot.slotMs : Math.min(snapshot.slotMs, dayMs);
  const marks = marksAt(marked, equity, marksMs, policy.risk.rolling_drawdown_days);
  return {
    config,
    snapshot,
    symbols,
    universe: new Map(universe.map((record) => [record.symbol, record])),
    gates: gatesOf(snapshot, config, equity, account, marks),
    regime,
    multiplier: regime.multiplier,
    equity,
    marks,
    account,
    exposure: exposureOf(account, snapshot, symbols, config),
  };
}

/** Under a gate that stops everything no proposal is even generated [REQ-K1]. */
function runUnlessHalted(bound: readonly BoundStrategy[], view: RiskView): StrategyRun {
  const { strategy_state: state } = view.account;
  if (!view.gates.some(({ blocks }) => blocks === 'all')) {
    const maxSignalAgeMs = view.config.signals.max_signal_age_minutes * 60_000;
    return runStrategies(bound, (strategy) => strategyViewOf(strategy, view), state, maxSignalAgeMs);
  }
  const records = bound.map(({ name, kind }) => ({
    strategy: name,
    status: kind === 'disabled' ? ('skipped (disabled)' as const) : ('skipped (halted)' as const),
    proposals_count: 0,
    detail: null,
  }));
  return { records, proposals: [], shadow: [], dropped: [], state };
}

function exitContext({ snapshot, symbols, config, regime }: RiskView, peaks: ExitContext['peaks']): ExitContext {
  return { snapshot, symbols, config, regime: regime.name, peaks };
}

/** Looked at after everything that trades: what is being sold needs no protection. */
function protectionNow(view: RiskView, peaks: ExitContext['peaks']): readonly Candidate[] {
  return view.gates.some(({ blocks }) => blocks === 'all')
    ? []
    : missingProtection(view.account, exitContext(view, peaks));
}

interface Assessed {
  readonly assessments: readonly AssessmentRecord[];
  readonly orders: readonly ApprovedOrder[];
  /** With the orders on their way. */
  readonly view: RiskView;
}

/** One after the other, each against what the ones before it took. */
function assessInTurn(candidates: readonly Candidate[], start: RiskView, detail: Detail): Assessed {
  let view = start;
  const assessments: AssessmentRecord[] = [];
  const orders: ApprovedOrder[] = [];
  for (const candidate of candidates) {
    const { symbol, purpose } = candidate;
    const ordinal = 1 + orders.filter(({ product_id }) => product_id === symbol).length;
    const id = clientOrderId(start.config.botId, symbol, start.snapshot.slotMs, purpose, ordinal);
    const assessment = assess(candidate, view, riskRules, id, detail);
    assessments.push(assessmentRecord(candidate, assessment));
    if (assessment.kind === 'rejected') continue;
    orders.push(assessment.order);
    view = withApproved(view, assessment.order);
  }
  return { assessments, orders, view };
}

function assessmentRecord(candidate: Candidate, assessment: Assessment): AssessmentRecord {
  const { symbol, side, purpose, reason, proposal, agreedBy: agreed_by } = candidate;
  const { records } = assessment;
  const about = { symbol, side, purpose, reason, proposal, agreed_by, records };
  return assessment.kind === 'approved'
    ? { ...about, outcome: 'approved', risk_reason: null, client_order_id: assessment.order.client_order_id }
    : { ...about, outcome: 'rejected', risk_reason: assessment.riskReason, client_order_id: null };
}

function droppedRecord({ proposal, record }: Dropped): AssessmentRecord {
  return {
    symbol: proposal.symbol,
    side: proposal.side,
    purpose: proposal.side === 'BUY' ? 'entry' : 'exit',
    reason: proposal.reason,
    proposal,
    agreed_by: [proposal.strategy],
    outcome: 'rejected',
    risk_reason: record.risk_reason,
    records: [record],
    client_order_id: null,
  };
}
