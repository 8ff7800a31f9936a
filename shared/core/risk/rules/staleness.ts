import { stalenessOf } from '../../market/staleness.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/** No order on old data [REQ-ST1]: a stop that fires on a price of yesterday sells at the price of today. */
export const staleness: RiskRule = {
  name: 'staleness',
  appliesTo: 'all',
  judge({ symbol }, { symbols, snapshot, config }) {
    const known = symbols.get(symbol);
    if (known === undefined) return deny('data_missing', 'not fetched');
    const stale = stalenessOf(known, snapshot.asOfMs, snapshot.baseInterval, config.policy.data);
    return stale === null ? allow : deny(stale.reason, `age ${stale.ageMs} ms of ${stale.limitMs} ms allowed`);
  },
};
