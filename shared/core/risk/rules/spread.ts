import { isWiderThan, spreadBps } from '../../market/quote.ts';
import { usableQuote } from '../../market/staleness.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/** No entry across a wide spread. Exits are not asked: in a crash the spread is wide exactly when a stop must work. */
export const spread: RiskRule = {
  name: 'spread',
  appliesTo: 'entries',
  judge({ symbol }, { symbols, universe, config }) {
    const quote = usableQuote(symbols.get(symbol));
    const tier = universe.get(symbol)?.tier;
    if (quote === null || tier === undefined) return deny('no_quote', 'no two-sided quote to judge');
    const limit = config.universe.tiers[tier].max_spread_bps;
    if (!isWiderThan(quote, limit)) return allow;
    return deny('wide_spread', `${spreadBps(quote).toFixed(2)} bps of ${limit} bps allowed`);
  },
};
