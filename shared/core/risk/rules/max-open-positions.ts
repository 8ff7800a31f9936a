import type { ProductId } from '../../market/product.ts';
import type { Position } from '../../portfolio/account.ts';
import { adoptions } from '../../portfolio/external.ts';
import { heldSymbols, isDust, workingOrders } from '../../portfolio/valuation.ts';
import { allow, deny, type RiskRule } from '../rule.ts';
import type { RiskView } from '../view.ts';

/** Held symbols, symbols being bought and coins that are taken over count once each; remainders too small to sell do not count. */
export const maxOpenPositions: RiskRule = {
  name: 'max_open_positions',
  appliesTo: 'entries',
  judge({ symbol }, view) {
    const open = openSymbols(view);
    const limit = view.config.policy.risk.max_open_positions;
    if (open.has(symbol) || open.size < limit) return allow;
    return deny('max_open_positions', `${open.size} of ${limit} positions are open`);
  },
};

function openSymbols({ account, snapshot, symbols, config }: RiskView): ReadonlySet<ProductId> {
  const held = heldSymbols(account).filter(
    (symbol) => !isDust(account.positions[symbol] as Position, symbols.get(symbol), snapshot),
  );
  const buying = workingOrders(account).filter(({ side }) => side === 'BUY');
  const taken = adoptions(account, snapshot, config);
  return new Set([...held, ...[...buying, ...taken].map((each) => each.product_id)]);
}
