import * as z from 'zod';
import type { Signals, StrategySettings } from '../cycle/decision-config.ts';
import type { Strategy, StrategyModule } from './strategy.ts';

export type StrategyModules = Readonly<Record<string, StrategyModule>>;

export interface ReadyStrategy {
  readonly kind: 'ready';
  readonly name: string;
  readonly settings: StrategySettings;
  readonly strategy: Strategy;
}

/** A configured strategy: ready to run, switched off, benched for a while, or unusable with the reason. */
export type BoundStrategy =
  | ReadyStrategy
  | { readonly kind: 'disabled'; readonly name: string }
  | { readonly kind: 'benched'; readonly name: string }
  | { readonly kind: 'unusable'; readonly name: string; readonly reason: string };

/** Settings are read once and never change, and a bound strategy remembers nothing: what was bound stays good. */
const known = new WeakMap<Signals['strategy'], WeakMap<StrategyModules, readonly BoundStrategy[]>>();

/** Every configured strategy by name. A switched-off one is not even looked up [REQ-STR2]. */
export function bindStrategies(signals: Signals, modules: StrategyModules): readonly BoundStrategy[] {
  const ofSignals = known.get(signals.strategy) ?? new WeakMap<StrategyModules, readonly BoundStrategy[]>();
  known.set(signals.strategy, ofSignals);
  const bound = ofSignals.get(modules) ?? bindAll(signals, modules);
  ofSignals.set(modules, bound);
  return bound;
}

function bindAll({ strategy }: Signals, modules: StrategyModules): readonly BoundStrategy[] {
  return Object.keys(strategy)
    .sort()
    .map((name) => bindOne(name, strategy[name] as StrategySettings, modules));
}

/** The ones on the bench are not called; what they hold stays with the exit kit. */
export function withoutBenched(bound: readonly BoundStrategy[], benched: readonly string[]): readonly BoundStrategy[] {
  return bound.map((each) =>
    each.kind === 'ready' && benched.includes(each.name) ? { kind: 'benched', name: each.name } : each,
  );
}

/** Whether anything may ever come of what it says. */
export function hasAuthority(bound: BoundStrategy): boolean {
  return bound.kind !== 'ready' || !bound.settings.shadow;
}

function bindOne(name: string, settings: StrategySettings, modules: StrategyModules): BoundStrategy {
  if (!settings.enabled) return { kind: 'disabled', name };
  const found = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (found === undefined) {
    return { kind: 'unusable', name, reason: `no such strategy; there are: ${Object.keys(modules).join(', ')}` };
  }
  const params = found.params.safeParse(settings.params);
  if (!params.success) return { kind: 'unusable', name, reason: `params: ${z.prettifyError(params.error)}` };
  return { kind: 'ready', name, settings, strategy: found.bind(params.data) };
}
