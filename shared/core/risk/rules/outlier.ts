import { jumpOf } from '../../market/outlier.ts';
import { allow, deny, type RiskRule } from '../rule.ts';

/**
 * No entry on a price that has jumped out of all proportion [REQ-O1]. Exits are not asked: a real crash looks just like a
 * bad tick, and the limit price of an exit bounds what a bad one can cost.
 */
export const outlier: RiskRule = {
  name: 'outlier',
  appliesTo: 'entries',
  judge({ symbol }, { symbols, snapshot, config }) {
    const known = symbols.get(symbol);
    const jump = known === undefined ? null : jumpOf(known, snapshot, config.policy.data);
    if (jump === null) return deny('outlier', 'no quote and close to compare');
    const { moveBps, sigmaBps, sigmas, isOutlier } = jump;
    const detail = `${moveBps.toFixed(2)} bps from the last close: ${sigmas.toFixed(2)} times the usual ${sigmaBps.toFixed(2)} bps`;
    return isOutlier ? deny('outlier', `${detail}, ${config.policy.data.outlier_sigma} allowed`) : allow;
  },
};
