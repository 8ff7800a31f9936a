import { spreadBps } from '../../market/quote.ts';
import { usableQuote } from '../../market/staleness.ts';
import { toNumber } from '../../money/fixed.ts';
import type { TradeProposal } from '../../strategies/strategy.ts';
import { allowed, deny, measured, type RiskRule } from '../rule.ts';
import type { RiskView } from '../view.ts';

/**
 * An entry must be expected to make a multiple of what it costs: the account's own fee on both sides, the spread, and the
 * slippage budget on both sides. Every order of the bot takes, so the taker's fee counts twice. What a strategy was
 * measured to make counts before what its target promises.
 */
export const feeEdge: RiskRule = {
  name: 'fee_edge',
  appliesTo: 'entries',
  judge({ symbol, proposal }, view) {
    const cost = roundTripBps(symbol, view);
    if (proposal === null || cost === null) return deny('fee_edge', 'no proposal, or no quote to measure its cost by');
    const { min_edge_multiple } = view.config.policy.risk;
    const edge = expectedBps(proposal, view);
    const needed = cost * min_edge_multiple;
    const figures = measured('edge', edge / 100, needed / 100);
    // A hair of tolerance: a target written in decimals must not fail at the limit by a float.
    if (edge >= needed - 1e-9) return allowed(figures);
    const detail = `${shown(edge)} bps expected, ${min_edge_multiple} x ${shown(cost)} bps of fees, spread and slippage asked`;
    return deny('fee_edge', detail, figures);
  },
};

/** What buying and selling again costs; null where the symbol has no quote or no tier. */
export function roundTripBps(symbol: TradeProposal['symbol'], view: RiskView): number | null {
  const quote = usableQuote(view.symbols.get(symbol));
  const tier = view.universe.get(symbol)?.tier;
  if (quote === null || tier === undefined) return null;
  const slippage = view.config.policy.execution.slippage_budget_bps[tier];
  return 2 * toNumber(view.snapshot.fees.taker) * 10_000 + spreadBps(quote) + 2 * slippage;
}

/** What an entry is expected to make: measured where the strategy was, else its target. */
export function expectedBps({ strategy, take_profit_pct }: TradeProposal, { config }: RiskView): number {
  return config.signals.strategy[strategy]?.edge_bps ?? take_profit_pct * 100;
}

function shown(bps: number): string {
  return bps.toFixed(2);
}
