import type { RiskRule } from './rule.ts';
import { cash } from './rules/cash.ts';
import { conviction } from './rules/conviction.ts';
import { cooldown } from './rules/cooldown.ts';
import { eligibility } from './rules/eligibility.ts';
import { positionCap, themeCap, tierAllocation, totalCap } from './rules/exposure-caps.ts';
import { frozen } from './rules/frozen.ts';
import { gates } from './rules/gates.ts';
import { maxOpenPositions } from './rules/max-open-positions.ts';
import { minNotional } from './rules/min-notional.ts';
import { productDisabled } from './rules/product-disabled.ts';
import { proposalBounds } from './rules/proposal-bounds.ts';
import { regime } from './rules/regime.ts';
import { shortingDisallowed } from './rules/shorting-disallowed.ts';
import { spread } from './rules/spread.ts';
import { staleness } from './rules/staleness.ts';

/** Every rule, one line each. All of them speak on every candidate; the first denial in this order names the reason. */
export const riskRules: readonly RiskRule[] = [
  gates,
  frozen,
  productDisabled,
  staleness,
  shortingDisallowed,
  spread,
  eligibility,
  proposalBounds,
  conviction,
  regime,
  cooldown,
  positionCap,
  themeCap,
  tierAllocation,
  totalCap,
  maxOpenPositions,
  minNotional,
  cash,
];
