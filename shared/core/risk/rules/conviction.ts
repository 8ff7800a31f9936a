import { allow, deny, type RiskRule } from '../rule.ts';

export const conviction: RiskRule = {
  name: 'conviction',
  appliesTo: 'entries',
  judge({ proposal }, { config }) {
    const least = config.policy.proposals.min_conviction_to_propose;
    const given = proposal?.conviction ?? 0;
    return given >= least ? allow : deny('conviction', `${given} is below ${least}`);
  },
};
