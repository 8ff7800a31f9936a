import { allow, deny, type RiskRule } from '../rule.ts';

/** A new position only in a symbol that the universe lets in, whoever asks [REQ-U1]. */
export const eligibility: RiskRule = {
  name: 'eligibility',
  appliesTo: 'entries',
  judge({ symbol }, { universe }) {
    const record = universe.get(symbol);
    if (record === undefined) return deny('not_in_universe', 'no tier names it');
    const { exclusion_reason } = record;
    return exclusion_reason === null ? allow : deny(exclusion_reason, 'left out of the universe');
  },
};
