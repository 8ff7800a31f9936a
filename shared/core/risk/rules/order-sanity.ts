import { usableQuote } from '../../market/staleness.ts';
import {
  add,
  type Price,
  portion,
  ratio,
  ratioFromPct,
  shareOf,
  subtract,
  toNumber,
  toText,
} from '../../money/fixed.ts';
import { lastCloseOf, pctOf, workingOrders } from '../../portfolio/valuation.ts';
import { allow, allowed, deny, measured, type RiskRule } from '../rule.ts';

/**
 * What only a mistake would ask for, whatever every other rule says. No limit price far from the middle of the quote, and
 * for an entry none far from the last close. An exit is not held to the close: a stop must work exactly when the price has
 * run away from it.
 */
export const priceCollar: RiskRule = {
  name: 'price_collar',
  appliesTo: 'trades',
  judge({ symbol, purpose, sized }, { symbols, snapshot, config }) {
    const known = symbols.get(symbol);
    const quote = usableQuote(known);
    if (quote === null || sized.problem !== null) return allow;
    const limit = config.policy.risk.price_collar_pct;
    const mid = portion(add(quote.bid, quote.ask), ratio('0.5'), 'down');
    const close = purpose === 'entry' ? lastCloseOf(known, snapshot) : null;
    const references = close === null ? [mid] : [mid, close];
    const distances = references.filter((reference) => reference > 0n).map((each) => distance(sized.limitPrice, each));
    const widest = distances.reduce((most, each) => (each > most ? each : most), ratio('0'));
    const figures = measured('price', toNumber(widest) * 100, limit);
    if (widest <= ratioFromPct(limit)) return allowed(figures);
    return deny(
      'price_collar',
      `limit ${toText(sized.limitPrice)} against ${references.map(toText).join(' and ')}`,
      figures,
    );
  },
};

/** No single order beyond a plain sum, however large the account; a larger entry is cut to it. */
export const maxOrderNotional: RiskRule = {
  name: 'max_order_notional',
  appliesTo: 'entries',
  judge({ sized }, { config, equity }) {
    const limit = config.policy.risk.max_order_notional_usd;
    const figures = measured('order', pctOf(sized.reserved, equity), pctOf(limit, equity));
    if (sized.reserved <= limit) return allowed(figures);
    const detail = `$${toText(sized.reserved)} of $${toText(limit)} an order`;
    return { kind: 'cap', reason: 'max_order_notional', budget: limit, detail, figures };
  },
};

/** Exits count but are never held back. */
export const maxOrdersPerCycle: RiskRule = {
  name: 'max_orders_per_cycle',
  appliesTo: 'entries',
  judge(_draft, { account, snapshot, config }) {
    const count = workingOrders(account).filter(({ slot_ms }) => slot_ms === snapshot.slotMs).length;
    const limit = config.policy.risk.max_orders_per_cycle;
    return count < limit ? allow : deny('max_orders_per_cycle', `${count} of ${limit} orders in this cycle`);
  },
};

function distance(limit: Price, reference: Price) {
  const gap = subtract(limit, reference);
  return shareOf(gap < 0n ? (-gap as Price) : gap, reference, 'up');
}
