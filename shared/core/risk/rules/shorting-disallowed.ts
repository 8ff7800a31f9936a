import { toText } from '../../money/fixed.ts';
import { freeQuantity } from '../../portfolio/valuation.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/** Never sell more than is held minus what is already being sold [I5, REQ-R1]; no proposal of a negative size. */
export const shortingDisallowed: RiskRule = {
  name: 'shorting_disallowed',
  appliesTo: 'all',
  judge({ symbol, side, quantity, sized, proposal }, { account }) {
    if (proposal !== null && proposal.notional_pct < 0) {
      return deny('shorting_disallowed', `notional_pct ${proposal.notional_pct} is negative`);
    }
    if (side === 'BUY') return allow;
    const free = freeQuantity(account, symbol);
    const isCovered = free > 0n && quantity <= free && sized.quantity <= free;
    return isCovered ? allow : deny('shorting_disallowed', `sells ${toText(quantity)} of ${toText(free)} free`);
  },
};
