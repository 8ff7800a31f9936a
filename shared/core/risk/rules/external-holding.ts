import { EXTERNAL } from '../../portfolio/external.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/** Nothing is added to a coin that was taken over from before the bot: it is only ever sold. */
export const externalHolding: RiskRule = {
  name: 'external_holding',
  appliesTo: 'entries',
  judge({ symbol }, { account }) {
    return account.positions[symbol]?.strategy === EXTERNAL
      ? deny('external_holding', 'taken over from before the bot: exits only')
      : allow;
  },
};
