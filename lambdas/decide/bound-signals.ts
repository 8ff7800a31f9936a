import type { Signals } from '../../shared/core/cycle/decision-config.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';

/** Every strategy's parameters parsed by its own schema. Throws for a strategy that this bundle does not hold. */
export function boundSignals(signals: Signals): Signals {
  const entries = Object.entries(signals.strategy).map(([name, settings]) => {
    const module = Object.hasOwn(strategyModules, name) ? strategyModules[name] : undefined;
    if (module === undefined) throw new Error(`config names the strategy ${name}, which this bundle does not hold`);
    return [name, { ...settings, params: module.params.parse(settings.params) as Record<string, unknown> }] as const;
  });
  return { ...signals, strategy: Object.fromEntries(entries) };
}
