import type { StrategyModules } from '../core/strategies/bind.ts';
import type { Strategy, StrategyModule } from '../core/strategies/strategy.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';
import { alert } from './alerts.ts';

export interface Overrun {
  readonly strategy: string;
  readonly elapsedMs: number;
}

export interface StrategyTimes {
  /** The same strategies, watched. To be given to `decide`. */
  readonly modules: StrategyModules;
  /** Those that took longer than the budget since the start, by name. */
  overruns(): readonly Overrun[];
}

/**
 * Measures every strategy from outside. The core has no clock, and a decision must not depend on how fast a machine is
 * [I8]: an overrun changes nothing about the decision in which it happens. It is told to the operator by name, and the
 * strategy is benched: left out of the next decisions, as an input of theirs. Being synchronous, a strategy cannot be
 * stopped half-way either; one that never returns ends with the process, no order of its cycle is sent, and the missed
 * cycle raises its own alarm.
 */
export function timedStrategies(
  clock: Pick<Clock, 'monotonicMs'>,
  { budgetMs, modules }: { readonly budgetMs: number; readonly modules: StrategyModules },
): StrategyTimes {
  const longest = new Map<string, number>();
  const record = (name: string, elapsedMs: number) => {
    longest.set(name, Math.max(longest.get(name) ?? 0, elapsedMs));
  };
  const timed = Object.entries(modules).map(([name, module]) => [name, watched(module, clock, record)] as const);
  return {
    modules: Object.fromEntries(timed),
    overruns: () =>
      [...longest]
        .map(([strategy, elapsedMs]) => ({ strategy, elapsedMs }))
        .filter(({ elapsedMs }) => elapsedMs > budgetMs)
        .sort((a, b) => (a.strategy < b.strategy ? -1 : 1)),
  };
}

/** The decision was made as if the strategy had been quick, and the next ones do without it: nobody is woken. */
export async function raiseOverruns(
  ports: { readonly notifier: Notifier; readonly clock: Clock },
  overruns: readonly Overrun[],
  benchedUntilMs: number,
): Promise<void> {
  const until = new Date(benchedUntilMs).toISOString();
  for (const { strategy, elapsedMs } of overruns) {
    const detail = `took ${Math.round(elapsedMs)} ms of a cycle: not asked until ${until}`;
    await alert(ports, 'STRATEGY_OVERRUN', strategy, detail);
  }
}

function watched(
  module: StrategyModule,
  clock: Pick<Clock, 'monotonicMs'>,
  record: (name: string, elapsedMs: number) => void,
): StrategyModule {
  return {
    ...module,
    bind(params) {
      const strategy: Strategy = module.bind(params);
      return {
        ...strategy,
        generateProposals(view, state) {
          const startedMs = clock.monotonicMs();
          try {
            return strategy.generateProposals(view, state);
          } finally {
            record(strategy.name, clock.monotonicMs() - startedMs);
          }
        },
      };
    },
  };
}
