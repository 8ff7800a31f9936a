import { TIERS } from '../../core/cycle/tiers.ts';
import { checkOf, unless } from './check.ts';

/** One position may not be allowed more than all positions together. */
export const positionCap = checkOf(['policy'], ({ policy: { risk } }) =>
  unless(
    risk.max_position_size_pct <= risk.max_total_at_risk_pct,
    'policy.risk.max_position_size_pct',
    `the position cap of ${risk.max_position_size_pct} % exceeds max_total_at_risk_pct of ${risk.max_total_at_risk_pct} %`,
    `use at most ${risk.max_total_at_risk_pct}`,
  ),
);

/** A base size above the position cap would be cut down every time: it is not the size that trades. */
export const baseSizes = checkOf(['policy'], ({ policy: { risk, proposals } }) =>
  TIERS.flatMap((tier) =>
    unless(
      proposals.base_position_pct[tier] <= risk.max_position_size_pct,
      `policy.proposals.base_position_pct.${tier}`,
      `the base size of ${proposals.base_position_pct[tier]} % exceeds max_position_size_pct of ${risk.max_position_size_pct} %`,
      `use at most ${risk.max_position_size_pct}`,
    ),
  ),
);

/** Base size of a tier <= allocation of the tier <= total. */
export const tierAllocations = checkOf(['policy', 'universe'], ({ policy: { risk, proposals }, universe }) =>
  TIERS.flatMap((tier) => {
    const allocation = universe.tiers[tier].max_allocation_pct;
    const path = `universe.tiers.${tier}.max_allocation_pct`;
    return [
      ...unless(
        allocation <= risk.max_total_at_risk_pct,
        path,
        `the tier's cap of ${allocation} % exceeds max_total_at_risk_pct of ${risk.max_total_at_risk_pct} %`,
        `use at most ${risk.max_total_at_risk_pct}`,
      ),
      ...unless(
        allocation >= proposals.base_position_pct[tier],
        path,
        `the tier's cap of ${allocation} % has no room for one base size of ${proposals.base_position_pct[tier]} %`,
        `use at least ${proposals.base_position_pct[tier]}, or lower policy.proposals.base_position_pct.${tier}`,
      ),
    ];
  }),
);
