import { permissionsOf, permittedActions } from '../../market/product.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/** No order on a product that the exchange has taken out of trading [REQ-EX1]. */
export const productDisabled: RiskRule = {
  name: 'product_disabled',
  appliesTo: 'all',
  judge({ symbol, side }, { symbols }) {
    const product = symbols.get(symbol)?.product ?? null;
    if (product === null) return deny('not_listed', 'the exchange does not list it');
    const { buy, sell, blockedBy } = permissionsOf(product.flags);
    const isPermitted = side === 'BUY' ? buy : sell;
    const left = permittedActions(product.flags).join(', ');
    return isPermitted ? allow : deny('product_disabled', `${blockedBy}: only ${left} is left`);
  },
};
