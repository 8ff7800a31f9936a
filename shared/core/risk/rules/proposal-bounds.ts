import { allow, deny, type RiskRule } from '../rule.ts';

/** An entry keeps to its tier's base size and to the policy's bounds on stop and target [REQ-R2]. */
export const proposalBounds: RiskRule = {
  name: 'proposal_bounds',
  appliesTo: 'entries',
  judge({ symbol, proposal }, { universe, config }) {
    const tier = universe.get(symbol)?.tier;
    if (proposal === null || tier === undefined)
      return deny('proposal_bounds', 'no proposal, or no tier to hold it to');
    const { base_position_pct, stop_loss_pct, take_profit_pct } = config.policy.proposals;
    const faults = [
      outside('notional_pct', proposal.notional_pct, { min: Number.MIN_VALUE, max: base_position_pct[tier] }),
      outside('stop_loss_pct', proposal.stop_loss_pct, stop_loss_pct),
      outside('take_profit_pct', proposal.take_profit_pct, take_profit_pct),
      outside('conviction', proposal.conviction, { min: 0, max: 1 }),
    ].filter((fault) => fault !== null);
    return faults.length === 0 ? allow : deny('proposal_bounds', faults.join('; '));
  },
};

function outside(
  key: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): string | null {
  return value >= min && value <= max ? null : `${key} ${value} is outside ${min} to ${max}`;
}
