import { allow, deny, type RiskRule } from '../rule.ts';

/** No order while the whole bot is stopped [I4]. The ledger and drawdown gates still let positions be closed. */
export const gates: RiskRule = {
  name: 'gates',
  appliesTo: 'all',
  judge({ purpose }, view) {
    const closed = view.gates.find(({ blocks }) => blocks === 'all' || purpose === 'entry');
    return closed === undefined ? allow : deny(closed.riskReason, closed.reason, closed.figures);
  },
};
