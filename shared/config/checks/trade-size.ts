import { type Policy, REGIMES, type Regime, TIERS, type Tier } from '../../core/cycle/decision-config.ts';
import { portion, ratio, toNumber, toText, type Usd } from '../../core/money/fixed.ts';
import type { Finding } from '../fault.ts';
import { checkOf, unless } from './check.ts';

/**
 * At this equity every tier has a legal trade size in every regime that trades: the smallest order worth sending fits
 * under the effective cap. Otherwise the bot would run, decide and never order, without a word.
 */
export const legalTradeSizes = checkOf(['policy'], ({ policy }, { equityUsd }) => {
  if (equityUsd === null) return [];
  const trading = REGIMES.filter((regime) => policy.regime.multipliers[regime] > 0);
  return TIERS.flatMap((tier) => trading.flatMap((regime) => sizeFindings(policy, tier, regime, equityUsd)));
});

/** An entry of the lowest conviction that may be proposed is worth sending in the regime of multiplier 1 and above. */
export const convictionFloor = checkOf(['policy'], ({ policy }, { equityUsd }) => {
  if (equityUsd === null) return [];
  const { min_conviction_to_propose: floor, base_position_pct } = policy.proposals;
  const least = policy.risk.min_trade_notional_usd;
  return TIERS.flatMap((tier) => {
    const size = portionOfPct(equityUsd, base_position_pct[tier] * floor);
    const needed = toNumber(least) / ((toNumber(equityUsd) * base_position_pct[tier]) / 100);
    // Above 1 no conviction helps; that is said by the check of trade sizes.
    return unless(
      size >= least || needed > 1,
      'policy.proposals.min_conviction_to_propose',
      `at an equity of $${toText(equityUsd)} an entry of conviction ${floor} in ${tier} is ${base_position_pct[tier]} % x ${floor} = $${shownUsd(size)}, below min_trade_notional_usd of $${toText(least)}: such proposals can never become orders`,
      `use at least ${(Math.ceil(needed * 100) / 100).toFixed(2)}, or raise policy.proposals.base_position_pct.${tier}`,
    );
  });
});

function sizeFindings({ risk, proposals, regime }: Policy, tier: Tier, name: Regime, equity: Usd): readonly Finding[] {
  const multiplier = regime.multipliers[name];
  const capPct = Math.min(risk.max_position_size_pct, proposals.base_position_pct[tier]);
  const cap = portionOfPct(equity, capPct * multiplier);
  const least = risk.min_trade_notional_usd;
  const neededEquity = (toNumber(least) * 100) / (capPct * multiplier);
  return unless(
    cap >= least,
    'policy.risk.min_trade_notional_usd',
    `no legal trade size for ${tier} in a ${name} market at an equity of $${toText(equity)}: the cap is ${capPct} % x ${multiplier} = $${shownUsd(cap)}, below the smallest order of $${toText(least)}`,
    `needs an equity of at least $${neededEquity.toFixed(2)}, a smaller min_trade_notional_usd, or a larger base_position_pct.${tier}`,
  );
}

/** Rounded to a millionth of a percent, so that a product such as 3 x 0.6 leaves no dust of binary fractions. */
function portionOfPct(equity: Usd, pct: number): Usd {
  return portion(equity, ratio((pct / 100).toFixed(8)), 'down');
}

function shownUsd(amount: Usd): string {
  return toNumber(amount).toFixed(2);
}
