import type { Policy, Regime, Tier } from '../../core/cycle/decision-config.ts';
import { REGIMES, TIERS } from '../../core/cycle/tiers.ts';
import { portion, ratio, toIncrement, toNumber, toText, type Usd, usd } from '../../core/money/fixed.ts';
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

/** A conviction threshold is real only where an entry that just passes it is worth sending, in the best tier and market. */
export const convictionFloor = checkOf(['policy'], ({ policy }, { equityUsd }) => {
  if (equityUsd === null) return [];
  const { min_conviction_to_propose: floor, base_position_pct } = policy.proposals;
  const basePct = Math.max(...TIERS.map((tier) => base_position_pct[tier]));
  const multiplier = Math.max(...REGIMES.map((regime) => policy.regime.multipliers[regime]));
  const least = policy.risk.min_trade_notional_usd;
  const size = portionOfPct(equityUsd, basePct * multiplier * floor);
  const needed = toNumber(least) / ((toNumber(equityUsd) * basePct * multiplier) / 100);
  // Above 1 no conviction helps: then there is no legal trade size at all, which has its own finding.
  return unless(
    size >= least || !(needed <= 1),
    'policy.proposals.min_conviction_to_propose',
    `at an equity of $${toText(equityUsd)} the largest entry of conviction ${floor} is ${basePct} % x ${multiplier} x ${floor} = $${shownUsd(size)}, below min_trade_notional_usd of $${toText(least)}: the threshold can never decide`,
    `use at least ${(Math.ceil(needed * 100) / 100).toFixed(2)}, or raise policy.proposals.base_position_pct`,
  );
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

/** Down to the cent: a cap just below a limit must not look equal to it. */
function shownUsd(amount: Usd): string {
  return toNumber(toIncrement(amount, usd('0.01'), 'down')).toFixed(2);
}
