import { add, toText, type Usd } from '../../money/fixed.ts';
import { pctOf } from '../../portfolio/valuation.ts';
import { atRisk, type ExposureLine } from '../exposure.ts';
import { allow, deny, type OrderDraft, type RiskRule, type Verdict } from '../rule.ts';
import { capOf, type RiskView } from '../view.ts';

/**
 * The caps of REQ-E1 and REQ-U2. What is at risk already, plus this order at worst case, must fit the cap times the
 * regime multiplier [I3]. An order that does not fit is refused, not trimmed: crumbs of room only buy fees.
 */
export const positionCap: RiskRule = {
  name: 'position_cap',
  appliesTo: 'entries',
  judge(draft, view) {
    const limit = view.config.policy.risk.max_position_size_pct;
    return judgeCap('position', limit, (line) => line.symbol === draft.symbol, draft, view);
  },
};

export const themeCap: RiskRule = {
  name: 'theme_cap',
  appliesTo: 'entries',
  judge(draft, view) {
    const theme = view.universe.get(draft.symbol)?.theme ?? null;
    if (theme === null) return allow;
    return judgeCap('theme', themeLimitPct(theme, view), (line) => line.theme === theme, draft, view);
  },
};

export const tierAllocation: RiskRule = {
  name: 'tier_allocation',
  appliesTo: 'entries',
  judge(draft, view) {
    const tier = view.universe.get(draft.symbol)?.tier;
    if (tier === undefined) return deny('not_in_universe', 'no tier names it');
    const limit = view.config.universe.tiers[tier].max_allocation_pct;
    return judgeCap('tier', limit, (line) => line.tier === tier, draft, view);
  },
};

export const totalCap: RiskRule = {
  name: 'total_cap',
  appliesTo: 'entries',
  judge: (draft, view) => judgeCap('total', view.config.policy.risk.max_total_at_risk_pct, () => true, draft, view),
};

/** The theme's own line, else the one for all. */
export function themeLimitPct(theme: string, { config }: Pick<RiskView, 'config'>): number {
  const { max_per_theme_pct, max_theme_exposure_pct } = config.policy.risk;
  return (Object.hasOwn(max_per_theme_pct, theme) ? max_per_theme_pct[theme] : undefined) ?? max_theme_exposure_pct;
}

const REASONS = {
  position: 'position_cap',
  theme: 'theme_cap',
  tier: 'tier_allocation',
  total: 'total_cap',
} as const;

function judgeCap(
  capType: keyof typeof REASONS,
  limitPct: number,
  counts: (line: ExposureLine) => boolean,
  draft: OrderDraft,
  view: RiskView,
): Verdict {
  const limit = capOf(view, limitPct);
  const current = atRisk(view.exposure, counts);
  const proposed: Usd = add(current, draft.sized.reserved);
  const figures = {
    cap_type: capType,
    current_pct: pctOf(current, view.equity),
    proposed_pct: pctOf(proposed, view.equity),
    limit_pct: pctOf(limit, view.equity),
  };
  if (proposed <= limit) return { kind: 'allow', figures };
  return deny(REASONS[capType], `$${toText(proposed)} at worst of $${toText(limit)}`, figures);
}
