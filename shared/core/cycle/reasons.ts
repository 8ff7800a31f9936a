import type { ProductId } from '../market/product.ts';
import { heldSymbols, isDust, workingOrders } from '../portfolio/valuation.ts';
import type { RiskView } from '../risk/view.ts';
import type { AssessmentRecord, StrategyRecord, SymbolReason } from './decision.ts';

/**
 * One reason for every symbol of the universe or held, ascending [I12]: what was ordered, what forbade it, or that nothing
 * asked for it.
 */
export function reasonsOf(
  assessments: readonly AssessmentRecord[],
  strategies: readonly StrategyRecord[],
  view: RiskView,
): readonly SymbolReason[] {
  const symbols = new Set([...view.universe.keys(), ...heldSymbols(view.account)]);
  return [...symbols].sort().map((symbol) => {
    const own = assessments.filter((assessment) => assessment.symbol === symbol);
    return reasonFromAssessment(own) ?? { symbol, outcome: 'no_order', ...idleReason(symbol, strategies, view) };
  });
}

/** An order explains its symbol; else the first candidate that was refused does. */
function reasonFromAssessment(assessments: readonly AssessmentRecord[]): SymbolReason | undefined {
  const told = assessments.find(({ outcome }) => outcome === 'approved') ?? assessments[0];
  if (told === undefined) return undefined;
  const { symbol, records } = told;
  if (told.outcome === 'approved') return { symbol, outcome: 'order', reason: orderReason(told), detail: told.reason };
  const detail = records.find(({ verdict }) => verdict === 'deny')?.detail ?? null;
  return { symbol, outcome: 'no_order', reason: told.risk_reason, detail };
}

function orderReason({ purpose, proposal, reason }: AssessmentRecord): string {
  if (purpose !== 'exit') return purpose;
  return proposal === null ? `exit_${reason}` : 'exit_signal';
}

type Idle = Pick<SymbolReason, 'reason' | 'detail'>;

/** Why nothing was even asked for, strongest first. */
function idleReason(symbol: ProductId, strategies: readonly StrategyRecord[], view: RiskView): Idle {
  return (
    stopped(view, 'all') ??
    frozenReason(symbol, view) ??
    exclusion(symbol, view) ??
    underWay(symbol, view) ??
    stopped(view, 'entries') ??
    unasked(strategies)
  );
}

function stopped(view: RiskView, blocks: 'all' | 'entries'): Idle | undefined {
  const gate = view.gates.find((each) => each.blocks === blocks);
  return gate && { reason: gate.riskReason, detail: gate.reason };
}

function frozenReason(symbol: ProductId, { account }: RiskView): Idle | undefined {
  const detail = account.frozen[symbol];
  return detail === undefined ? undefined : { reason: 'frozen', detail };
}

function exclusion(symbol: ProductId, { universe }: RiskView): Idle | undefined {
  const reason = universe.get(symbol)?.exclusion_reason ?? null;
  return reason === null ? undefined : { reason, detail: null };
}

function underWay(symbol: ProductId, { account, symbols, snapshot }: RiskView): Idle | undefined {
  if (workingOrders(account).some((order) => order.product_id === symbol && order.purpose !== 'protect')) {
    return { reason: 'order_working', detail: null };
  }
  const position = account.positions[symbol];
  if (position === undefined) return undefined;
  // Shown, and otherwise as if it were not there [REQ-X3].
  const detail = isDust(position, symbols.get(symbol), snapshot) ? 'dust: less than the exchange would take' : null;
  return { reason: 'holding', detail };
}

function unasked(strategies: readonly StrategyRecord[]): Idle {
  const hasRun = strategies.some(({ status }) => status === 'ran' || status === 'shadow');
  return { reason: hasRun ? 'no_signal' : 'no_strategy', detail: null };
}
