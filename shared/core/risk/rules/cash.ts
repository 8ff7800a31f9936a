import { toText } from '../../money/fixed.ts';
import { availableCash } from '../../portfolio/valuation.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/** An entry spends only cash that no order on its way may still need; with less than it wants it is cut to that. */
export const cash: RiskRule = {
  name: 'cash',
  appliesTo: 'entries',
  judge({ sized }, { account }) {
    const available = availableCash(account);
    if (available <= 0n) return deny('cash', `$${toText(available)} is free`);
    if (sized.reserved <= available) return allow;
    return { kind: 'cap', reason: 'cash', budget: available, detail: `$${toText(available)} is free` };
  },
};
