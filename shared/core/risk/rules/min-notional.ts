import { toText } from '../../money/fixed.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/**
 * The exchange's minima for every order, and for entries the smallest cost worth paying fees on. Looks at the very
 * figures that execution sends [REQ-X3].
 */
export const minNotional: RiskRule = {
  name: 'min_notional',
  appliesTo: 'all',
  judge({ symbol, purpose, sized }, { symbols, config }) {
    const product = symbols.get(symbol)?.product ?? null;
    if (product === null || sized.problem !== null) return allow;
    if (sized.quantity < product.baseMinSize) {
      return deny('min_notional', `size ${toText(sized.quantity)} is below ${toText(product.baseMinSize)}`);
    }
    if (sized.notional < product.quoteMinSize) {
      return deny(
        'min_notional',
        `$${toText(sized.notional)} is below the exchange's $${toText(product.quoteMinSize)}`,
      );
    }
    const least = config.policy.risk.min_trade_notional_usd;
    if (purpose !== 'entry' || sized.reserved >= least) return allow;
    return deny('min_notional', `$${toText(sized.reserved)} with fees is below $${toText(least)}`);
  },
};
