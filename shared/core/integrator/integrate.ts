import type { StrategySettings } from '../cycle/decision-config.ts';
import {
  add,
  larger,
  portion,
  ratioFromPct,
  subtract,
  toText,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../money/fixed.ts';
import { freeQuantity, isDust, pctOf, workingOrders } from '../portfolio/valuation.ts';
import { atRisk } from '../risk/exposure.ts';
import { capOf, type RiskView } from '../risk/view.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import type { Candidate, Dropped } from './candidate.ts';
import { agreeing, withoutConflicts } from './conflicts.ts';
import { capRecord, refuse } from './refusal.ts';

export interface Integrated {
  /** Exits first, then entries by priority, conviction and symbol: the order in which risk hands out room. */
  readonly candidates: readonly Candidate[];
  readonly dropped: readonly Dropped[];
}

/**
 * Brings all strategies' proposals and the exits that are due into one queue with at most one candidate per symbol, each
 * strategy within its own budget [REQ-STR3].
 */
export function integrate(
  proposals: readonly TradeProposal[],
  exits: readonly Candidate[],
  view: RiskView,
): Integrated {
  const spent = new Map<string, Budget>();
  const candidates: Candidate[] = [...exits];
  const { kept, dropped: conflicting } = withoutConflicts(proposals, view);
  const dropped: Dropped[] = [...conflicting];
  for (const proposal of inOrder(kept, view)) {
    const isTaken = candidates.some(({ symbol }) => symbol === proposal.symbol);
    const outcome = isTaken ? refuse(proposal, 'symbol_taken', null) : place(proposal, view, spent);
    if ('record' in outcome) dropped.push(outcome);
    else candidates.push({ ...outcome, agreedBy: agreeing(proposal, kept) });
  }
  return { candidates, dropped };
}

/** What a strategy has used of this cycle's budget so far. */
interface Budget {
  readonly trades: number;
  readonly amount: Usd;
}

function place(proposal: TradeProposal, view: RiskView, spent: Map<string, Budget>): Candidate | Dropped {
  if (proposal.side === 'SELL') return sell(proposal, view);
  const obstacle = obstacleTo(proposal, view);
  if (obstacle !== null) return refuse(proposal, obstacle, null);
  const before = spent.get(proposal.strategy) ?? { trades: 0, amount: ZERO_USD };
  const outcome = withinBudget(proposal, view, before);
  if ('record' in outcome) return outcome;
  // A negative size, which risk refuses, must not make room for the next one.
  const amount = add(before.amount, larger(outcome.budget, ZERO_USD));
  spent.set(proposal.strategy, { trades: before.trades + 1, amount });
  return outcome;
}

/** Only the owner closes a position. A sale of nothing goes on to risk, which records it as shorting [REQ-R1]. */
function sell(proposal: TradeProposal, { account }: RiskView): Candidate | Dropped {
  const position = account.positions[proposal.symbol];
  const quantity = freeQuantity(account, proposal.symbol);
  if (position !== undefined && position.strategy !== proposal.strategy) {
    return refuse(proposal, 'not_owner', `held by ${position.strategy}`);
  }
  if (position !== undefined && quantity <= 0n) return refuse(proposal, 'exit_working', null);
  return { ...candidateOf(proposal), side: 'SELL', purpose: 'exit', budget: ZERO_USD, quantity };
}

/**
 * One position per symbol, opened by one order and owned by one strategy; nothing beside an order on its way. Its owner may
 * add to it only where pyramiding is allowed.
 */
function obstacleTo({ symbol, strategy }: TradeProposal, view: RiskView): string | null {
  const { account, symbols, snapshot, config } = view;
  const isWorking = workingOrders(account).some((order) => order.product_id === symbol && order.purpose !== 'protect');
  if (isWorking) return 'order_working';
  const position = account.positions[symbol];
  // What cannot be sold any more belongs to nobody: the next entry takes it along.
  if (position === undefined || isDust(position, symbols.get(symbol), snapshot)) return null;
  if (position.strategy !== strategy) return 'held_by_other';
  return config.policy.risk.allow_pyramiding ? null : 'already_held';
}

function withinBudget(proposal: TradeProposal, view: RiskView, spent: Budget): Candidate | Dropped {
  const settings = settingsOf(proposal, view);
  const wanted = budgetOf(proposal, view);
  const candidate: Candidate = {
    ...candidateOf(proposal),
    side: 'BUY',
    purpose: 'entry',
    budget: wanted,
    quantity: ZERO_QUANTITY,
  };
  if (spent.trades >= settings.max_trades_per_cycle_per_strategy) {
    return refuse(proposal, 'strategy_cap', `${spent.trades} trades in this cycle already`);
  }
  // With a multiplier of 0 every cap is 0: the regime rule is the one to say so.
  if (view.multiplier <= 0n || wanted <= 0n) return candidate;

  const current = add(
    atRisk(view.exposure, (line) => line.strategy === proposal.strategy),
    spent.amount,
  );
  const limit = capOf(view, settings.max_strategy_at_risk_pct);
  const room = subtract(limit, current);
  if (wanted <= room) return candidate;
  const record = {
    ...capRecord(`$${toText(wanted)} wanted, $${toText(room)} left of the strategy's own budget`),
    current_pct: pctOf(current, view.equity),
    proposed_pct: pctOf(add(current, wanted), view.equity),
    limit_pct: pctOf(limit, view.equity),
  };
  if (room < view.config.policy.risk.min_trade_notional_usd)
    return { proposal, record: { ...record, verdict: 'deny' } };
  return { ...candidate, budget: room, records: [record] };
}

/** Percent of equity times the regime multiplier [REQ-U3]: what the order may cost at most. */
function budgetOf({ notional_pct }: TradeProposal, { equity, multiplier }: RiskView): Usd {
  return portion(portion(equity, ratioFromPct(notional_pct), 'down'), multiplier, 'down');
}

function inOrder(proposals: readonly TradeProposal[], view: RiskView): readonly TradeProposal[] {
  const rank = (proposal: TradeProposal) => (proposal.side === 'SELL' ? 0 : settingsOf(proposal, view).priority);
  return proposals.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      b.conviction - a.conviction ||
      compare(a.symbol, b.symbol) ||
      compare(a.strategy, b.strategy),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function settingsOf({ strategy }: TradeProposal, view: RiskView): StrategySettings {
  const settings = view.config.signals.strategy[strategy];
  if (settings === undefined) throw new Error(`a proposal of ${strategy}, which is not configured`);
  return settings;
}

function candidateOf(
  proposal: TradeProposal,
): Pick<Candidate, 'symbol' | 'strategy' | 'reason' | 'proposal' | 'agreedBy' | 'records'> {
  const { symbol, strategy, reason } = proposal;
  return { symbol, strategy, reason, proposal, agreedBy: [strategy], records: [] };
}
