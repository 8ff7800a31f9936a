import type { Quote } from '../../market/quote.ts';
import { usableQuote } from '../../market/staleness.ts';
import { subtract, toNumber } from '../../money/fixed.ts';
import { allowed, deny, measured, type OrderDraft, type RiskRule } from '../rule.ts';

/**
 * An entry that must be expected to fill too far above the ask is refused. What the touch offers fills at the ask; of the
 * rest only the worst is known, the limit price.
 */
export const slippageBudget: RiskRule = {
  name: 'slippage_budget',
  appliesTo: 'entries',
  judge(draft, { symbols, universe, config }) {
    const quote = usableQuote(symbols.get(draft.symbol));
    const tier = universe.get(draft.symbol)?.tier;
    if (quote === null || tier === undefined) return deny('no_quote', 'no two-sided quote to judge');
    const budget = config.policy.execution.slippage_budget_bps[tier];
    const expected = expectedBps(draft, quote);
    const figures = measured('slippage', expected / 100, budget / 100);
    // A hair of tolerance for the floats: at the budget is within it.
    if (expected <= budget + 1e-9) return allowed(figures);
    return deny('slippage_budget', `${expected.toFixed(2)} bps expected of ${budget} bps allowed`, figures);
  },
};

function expectedBps({ sized }: OrderDraft, { ask, askSize }: Quote): number {
  if (sized.quantity <= askSize) return 0;
  const beyond = toNumber(subtract(sized.quantity, askSize)) / toNumber(sized.quantity);
  const worst = (toNumber(sized.limitPrice) / toNumber(ask) - 1) * 10_000;
  return Math.max(0, beyond * worst);
}
