import { larger, portion, ratio, ratioFromPct, type Usd } from '../money/fixed.ts';
import { pctOf } from '../portfolio/valuation.ts';
import { atRisk, type ExposureLine } from './exposure.ts';
import { themeLimitPct } from './rules/exposure-caps.ts';
import { capOf, type RiskView } from './view.ts';

export interface ExposureBreach {
  /** The symbol, the theme, or 'account' for all together. */
  readonly subject: string;
  readonly detail: string;
}

/**
 * What prices have carried far beyond its cap. Nothing is sold for it, but somebody should hear. A regime that shrinks the
 * caps breaches nothing by itself: the caps are taken as they stand in the policy, or wider where the regime widens them.
 */
export function exposureBreaches(view: RiskView): readonly ExposureBreach[] {
  const { risk } = view.config.policy;
  const symbols = unique(view.exposure.map(({ symbol }) => symbol as string));
  const themes = unique(view.exposure.flatMap(({ theme }) => (theme === null ? [] : [theme])));
  return [
    ...symbols.flatMap((symbol) => judge(symbol, (line) => line.symbol === symbol, risk.max_position_size_pct, view)),
    ...themes.flatMap((theme) => judge(theme, (line) => line.theme === theme, themeLimitPct(theme, view), view)),
    ...judge('account', () => true, risk.max_total_at_risk_pct, view),
  ];
}

function judge(
  subject: string,
  counts: (line: ExposureLine) => boolean,
  limitPct: number,
  view: RiskView,
): readonly ExposureBreach[] {
  const one = ratio('1');
  const cap = capOf({ equity: view.equity, multiplier: larger(view.multiplier, one) }, limitPct);
  const slack: Usd = portion(cap, ratioFromPct(view.config.policy.risk.exposure_breach_tolerance_pct), 'down');
  const current = atRisk(view.exposure, counts);
  if (current <= cap + slack) return [];
  return [{ subject, detail: `${pctOf(current, view.equity)} % of equity, the cap is ${pctOf(cap, view.equity)} %` }];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
