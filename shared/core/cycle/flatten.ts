import type { MarketSnapshot } from '../market/snapshot.ts';
import type { DecisionConfig } from './decision-config.ts';

/** Every position is older than this: the exit kit then sells all of them as held for too long. */
const NO_TIME_HOURS = 1e-9;

/**
 * The inputs under which everything is sold and nothing is bought, for an operator who pulled the kill switch and wants
 * out as well. Every other gate and every rule for sales stay as they are; what decides is archived as it decided.
 */
export function flattening(
  snapshot: MarketSnapshot,
  config: DecisionConfig,
): { readonly snapshot: MarketSnapshot; readonly config: DecisionConfig } {
  const { exits } = config.policy;
  const idle = Object.entries(config.signals.strategy).map(
    ([name, own]) => [name, { ...own, enabled: false }] as const,
  );
  return {
    snapshot: { ...snapshot, conditions: { ...snapshot.conditions, killed: null, flattening: true } },
    config: {
      ...config,
      policy: {
        ...config.policy,
        exits: { ...exits, max_hold_hours: NO_TIME_HOURS, exchange_protection: 'none' },
      },
      signals: { ...config.signals, strategy: Object.fromEntries(idle) },
    },
  };
}
