import type { ProductId } from '../../market/product.ts';
import type { Position } from '../../portfolio/account.ts';
import { adoptions } from '../../portfolio/external.ts';
import { heldSymbols, isDust, workingOrders } from '../../portfolio/valuation.ts';
import { allow, deny, type RiskRule } from '../rule.ts';
import type { RiskView } from '../view.ts';

/**
 * Held symbols and symbols being bought count once each, and coins of others that this decision takes over; remainders too
 * small to sell do not count.
 */
export const maxOpenPositions: RiskRule = {
  name: 'max_open_positions',
  appliesTo: 'entries',
  judge({ symbol }, view) {
    const open = openSymbols(view, symbol);
    const limit = view.config.policy.risk.max_open_positions;
    if (open.has(symbol) || open.size < limit) return allow;
    return deny('max_open_positions', `${open.size} of ${limit} positions are open`);
  },
};

function openSymbols({ account, snapshot, symbols, config }: RiskView, wanted: ProductId): ReadonlySet<ProductId> {
  const held = heldSymbols(account).filter(
    (symbol) => !isDust(account.positions[symbol] as Position, symbols.get(symbol), snapshot),
  );
  const buying = workingOrders(account).filter(({ side }) => side === 'BUY');
  // What is bought itself is not taken over in the same decision.
  const taken = adoptions(account, snapshot, config).filter(({ product_id }) => product_id !== wanted);
  return new Set([...held, ...[...buying, ...taken].map((each) => each.product_id)]);
}
