import type { DecisionConfig, Universe } from '../cycle/decision-config.ts';
import type { ProductId } from '../market/product.ts';
import type { Usd } from '../money/fixed.ts';

/**
 * The config of a canary: one asset of the first tier, every cap at half. Pure, and named in the config hash, so that each
 * record of it says that it was one. What is held in other symbols is still watched and sold by the exits.
 */
export function canaryConfig(config: DecisionConfig): DecisionConfig {
  const asset = canaryAsset(config.universe);
  const { policy, universe, signals } = config;
  const { risk, proposals } = policy;
  const { T1, T2, T3 } = universe.tiers;
  const none: Universe['tiers']['T2']['symbols'] = [];
  return {
    ...config,
    configHash: `${config.configHash}-canary-${asset ?? 'none'}`,
    policy: {
      ...policy,
      risk: {
        ...risk,
        max_total_at_risk_pct: half(risk.max_total_at_risk_pct),
        max_position_size_pct: half(risk.max_position_size_pct),
        max_theme_exposure_pct: half(risk.max_theme_exposure_pct),
        max_per_theme_pct: Object.fromEntries(
          Object.entries(risk.max_per_theme_pct).map(([theme, pct]) => [theme, half(pct)]),
        ),
        max_order_notional_usd: (risk.max_order_notional_usd / 2n) as Usd,
        max_open_positions: 1,
        daily_stop_pnl_pct: half(risk.daily_stop_pnl_pct),
        weekly_stop_pnl_pct: half(risk.weekly_stop_pnl_pct),
        max_drawdown_pct: half(risk.max_drawdown_pct),
        max_rolling_drawdown_pct: half(risk.max_rolling_drawdown_pct),
        max_session_drawdown_pct: half(risk.max_session_drawdown_pct),
      },
      proposals: {
        ...proposals,
        base_position_pct: {
          T1: half(proposals.base_position_pct.T1),
          T2: half(proposals.base_position_pct.T2),
          T3: half(proposals.base_position_pct.T3),
        },
      },
    },
    signals: {
      ...signals,
      strategy: Object.fromEntries(
        Object.entries(signals.strategy).map(([name, own]) => [
          name,
          { ...own, max_strategy_at_risk_pct: half(own.max_strategy_at_risk_pct) },
        ]),
      ),
    },
    universe: {
      ...universe,
      tiers: {
        T1: { ...T1, symbols: asset === null ? [] : [asset], max_allocation_pct: half(T1.max_allocation_pct) },
        T2: { ...T2, symbols: none, max_allocation_pct: half(T2.max_allocation_pct) },
        T3: { ...T3, symbols: none, max_allocation_pct: half(T3.max_allocation_pct) },
      },
      discovery: { ...universe.discovery, enabled: false },
    },
  };
}

/** The first of the first tier that may be traded at all; null: there is none, and nothing is entered. */
export function canaryAsset({ tiers, never_trade }: Universe): ProductId | null {
  return tiers.T1.symbols.find((symbol) => !never_trade.includes(symbol)) ?? null;
}

function half(value: number): number {
  return value / 2;
}
