import { allow, deny, type RiskRule } from '../rule.ts';

/** A multiplier of 0 means no entries at all [REQ-U3]. */
export const regime: RiskRule = {
  name: 'regime',
  appliesTo: 'entries',
  judge(_draft, { multiplier, regime: { name } }) {
    return multiplier > 0n ? allow : deny('regime', `the regime is ${name}: no entries`);
  },
};
