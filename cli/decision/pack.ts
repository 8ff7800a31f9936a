import type { DecisionConfig, StrategySettings, Tier } from '../../shared/core/cycle/decision-config.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import type { Interval } from '../../shared/core/market/interval.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { targetsOf } from '../../shared/core/strategies/targets.ts';

/** One strategy of the pack as a config has it. */
export interface PackLine {
  readonly strategy: string;
  readonly state: 'enabled' | 'shadow' | 'disabled' | 'not configured' | 'unusable';
  readonly interval: Interval | null;
  /** Bars before its first opinion; null when it cannot be bound. */
  readonly warmup_bars: number | null;
  readonly priority: number | null;
  readonly budgets: {
    readonly max_strategy_at_risk_pct: number;
    readonly max_trades_per_cycle_per_strategy: number;
    readonly max_triggers_per_cycle: number;
  } | null;
  /** What one trade is expected to make: its measured edge, else the least target that its parameters name; null: none. */
  readonly offered_edge_bps: number | null;
  readonly offered_by: 'edge_bps' | 'take_profit_pct' | null;
  /** Tiers whose needed edge it clears. */
  readonly clears: readonly Tier[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly readme: string;
}

/** What buying and selling again costs in a tier, and what a proposal there has to be expected to make. */
export interface Hurdle {
  readonly tier: Tier;
  readonly round_trip_bps: number;
  readonly needed_edge_bps: number;
}

/** At the widest spread the tier lets in, so that no symbol of it asks for more. */
export function hurdlesOf({ policy, universe }: DecisionConfig, takerFeeBps: number): readonly Hurdle[] {
  return TIERS.map((tier) => {
    const slippage = policy.execution.slippage_budget_bps[tier];
    const round_trip_bps = 2 * takerFeeBps + universe.tiers[tier].max_spread_bps + 2 * slippage;
    return { tier, round_trip_bps, needed_edge_bps: round_trip_bps * policy.risk.min_edge_multiple };
  });
}

/** Every strategy there is or that the config names, by name. */
export function packOf({ signals }: DecisionConfig, hurdles: readonly Hurdle[]): readonly PackLine[] {
  const names = new Set([...Object.keys(strategyModules), ...Object.keys(signals.strategy)]);
  return [...names].sort().map((name) => lineOf(name, signals.strategy[name], hurdles));
}

function lineOf(strategy: string, settings: StrategySettings | undefined, hurdles: readonly Hurdle[]): PackLine {
  const warmup_bars = settings === undefined ? null : warmupOf(strategy, settings);
  const { offered_edge_bps, offered_by } = offerOf(settings);
  return {
    strategy,
    state: stateOf(settings, warmup_bars),
    interval: settings?.interval ?? null,
    warmup_bars,
    priority: settings?.priority ?? null,
    budgets: settings === undefined ? null : budgetsOf(settings),
    offered_edge_bps,
    offered_by,
    clears: hurdles.flatMap(({ tier, needed_edge_bps }) =>
      offered_edge_bps !== null && offered_edge_bps >= needed_edge_bps ? [tier] : [],
    ),
    params: settings?.params ?? {},
    readme: `shared/core/strategies/${strategy}/README.md`,
  };
}

function stateOf(settings: StrategySettings | undefined, warmupBars: number | null): PackLine['state'] {
  if (settings === undefined) return 'not configured';
  if (warmupBars === null) return 'unusable';
  if (!settings.enabled) return 'disabled';
  return settings.shadow ? 'shadow' : 'enabled';
}

function warmupOf(name: string, { params }: StrategySettings): number | null {
  const module = strategyModules[name];
  const parsed = module?.params.safeParse(params);
  return module !== undefined && parsed?.success === true ? module.bind(parsed.data).warmupBars : null;
}

function budgetsOf(settings: StrategySettings): PackLine['budgets'] {
  const { max_strategy_at_risk_pct, max_trades_per_cycle_per_strategy, max_triggers_per_cycle } = settings;
  return { max_strategy_at_risk_pct, max_trades_per_cycle_per_strategy, max_triggers_per_cycle };
}

function offerOf(settings: StrategySettings | undefined): Pick<PackLine, 'offered_edge_bps' | 'offered_by'> {
  const edge = settings?.edge_bps ?? null;
  if (edge !== null) return { offered_edge_bps: edge, offered_by: 'edge_bps' };
  const targets = targetsOf(settings?.params ?? {});
  if (targets.length === 0) return { offered_edge_bps: null, offered_by: null };
  return { offered_edge_bps: Math.min(...targets.map(({ pct }) => pct)) * 100, offered_by: 'take_profit_pct' };
}
