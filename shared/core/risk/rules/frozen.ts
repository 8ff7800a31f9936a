import { allow, deny, type RiskRule } from '../rule.ts';

/** Nothing new, in either direction, where the books and the exchange disagree [I7]. */
export const frozen: RiskRule = {
  name: 'frozen',
  appliesTo: 'all',
  judge({ symbol }, { account }) {
    const reason = account.frozen[symbol];
    return reason === undefined ? allow : deny('frozen', reason);
  },
};
