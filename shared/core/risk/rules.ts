import type { RiskRule } from './rule.ts';
import { cash } from './rules/cash.ts';
import { conviction } from './rules/conviction.ts';
import { cooldown } from './rules/cooldown.ts';
import { eligibility } from './rules/eligibility.ts';
import { positionCap, themeCap, tierAllocation, totalCap } from './rules/exposure-caps.ts';
import { externalHolding } from './rules/external-holding.ts';
import { feeEdge } from './rules/fee-edge.ts';
import { frozen } from './rules/frozen.ts';
import { gates } from './rules/gates.ts';
import { touchSize, volumeShare } from './rules/liquidity.ts';
import { maxAdds } from './rules/max-adds.ts';
import { maxOpenPositions } from './rules/max-open-positions.ts';
import { minNotional } from './rules/min-notional.ts';
import { maxOrderNotional, maxOrdersPerCycle, priceCollar } from './rules/order-sanity.ts';
import { outlier } from './rules/outlier.ts';
import { productDisabled } from './rules/product-disabled.ts';
import { proposalBounds } from './rules/proposal-bounds.ts';
import { regime } from './rules/regime.ts';
import { shortingDisallowed } from './rules/shorting-disallowed.ts';
import { slippageBudget } from './rules/slippage-budget.ts';
import { spread } from './rules/spread.ts';
import { staleness } from './rules/staleness.ts';
import { maxTradesPerDay, maxTradesPerHour, symbolTradeSpacing, tradeSpacing } from './rules/trade-pacing.ts';

/** Every rule, one line each. All of them speak on every candidate; the first denial in this order names the reason. */
export const riskRules: readonly RiskRule[] = [
  gates,
  frozen,
  productDisabled,
  staleness,
  shortingDisallowed,
  spread,
  outlier,
  eligibility,
  externalHolding,
  proposalBounds,
  conviction,
  regime,
  cooldown,
  feeEdge,
  positionCap,
  themeCap,
  tierAllocation,
  totalCap,
  maxOpenPositions,
  maxAdds,
  maxTradesPerHour,
  maxTradesPerDay,
  tradeSpacing,
  symbolTradeSpacing,
  volumeShare,
  touchSize,
  slippageBudget,
  priceCollar,
  maxOrderNotional,
  maxOrdersPerCycle,
  minNotional,
  cash,
];
