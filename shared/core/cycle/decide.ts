import type { MarketSnapshot } from '../market/snapshot.ts';
import type { Account } from '../portfolio/account.ts';
import type { StrategyModules } from '../strategies/bind.ts';
import { strategyModules } from '../strategies/registry.ts';
import { decideWith } from './decide-with.ts';
import type { Decision, Detail } from './decision.ts';
import type { DecisionConfig } from './decision-config.ts';

/** `decideWith` for whoever has every strategy at hand; a function loads only those that its stage has switched on. */
export function decide(
  snapshot: MarketSnapshot,
  account: Account,
  config: DecisionConfig,
  modules: StrategyModules = strategyModules,
  detail: Detail = 'full',
): Decision {
  return decideWith(modules, snapshot, account, config, detail);
}
