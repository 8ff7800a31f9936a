import type { DecisionConfig } from '../cycle/decision-config.ts';
import { REGIMES, TIERS } from '../cycle/tiers.ts';
import { toNumber } from '../money/fixed.ts';
import { themeLimitPct } from '../risk/rules/exposure-caps.ts';

/** What limits losses: more of it is looser. Stops are negative, so more of them (nearer to 0) is tighter: their size counts. */
export function capsOf(config: DecisionConfig): Readonly<Record<string, number>> {
  const { policy, universe, signals } = config;
  const { risk, regime } = policy;
  const named = {
    max_total_at_risk_pct: risk.max_total_at_risk_pct,
    max_position_size_pct: risk.max_position_size_pct,
    max_theme_exposure_pct: risk.max_theme_exposure_pct,
    max_open_positions: risk.max_open_positions,
    max_drawdown_pct: risk.max_drawdown_pct,
    max_rolling_drawdown_pct: risk.max_rolling_drawdown_pct,
    max_session_drawdown_pct: risk.max_session_drawdown_pct,
    daily_stop_pnl_pct: Math.abs(risk.daily_stop_pnl_pct),
    weekly_stop_pnl_pct: Math.abs(risk.weekly_stop_pnl_pct),
    max_order_notional_usd: toNumber(risk.max_order_notional_usd),
    max_orders_per_cycle: risk.max_orders_per_cycle,
    max_trades_per_hour: risk.max_trades_per_hour,
    max_trades_per_day: risk.max_trades_per_day,
  };
  const tiers = TIERS.map((tier) => [`${tier}.max_allocation_pct`, universe.tiers[tier].max_allocation_pct] as const);
  const themes = Object.keys(universe.themes).map(
    (theme) => [`themes.${theme}.max_pct`, themeLimitPct(theme, { config })] as const,
  );
  const strategies = Object.entries(signals.strategy)
    .filter(([, { enabled, shadow }]) => enabled && !shadow)
    .map(([name, own]) => [`strategies.${name}.max_at_risk_pct`, own.max_strategy_at_risk_pct] as const);
  const multipliers = REGIMES.map((name) => [`multipliers.${name}`, regime.multipliers[name]] as const);
  return { ...named, ...Object.fromEntries([...tiers, ...themes, ...strategies, ...multipliers]) };
}

/** "cap 5 -> 8" for every cap that is looser than before. One that was not known before counts as loosened. */
export function loosened(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.entries(after).flatMap(([name, value]) => {
    const known = before[name];
    return known !== undefined && value <= known ? [] : [`${name} ${known ?? 'none'} -> ${value}`];
  });
}
