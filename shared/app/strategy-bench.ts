import type { Account } from '../core/portfolio/account.ts';
import type { StrategyTimeLimits } from './ports.ts';
import type { Overrun } from './strategy-times.ts';

type Benched = Account['benched'];

export function strategyTimeOf(config: {
  readonly budget_ms: number;
  readonly bench_minutes: number;
}): StrategyTimeLimits {
  return { budgetMs: config.budget_ms, benchMs: config.bench_minutes * 60_000 };
}

/** The strategies that are not to be asked in the slot's cycle, ascending. */
export function benchedAt(benched: Benched, slotMs: number): readonly string[] {
  return Object.keys(benched)
    .filter((strategy) => slotMs < (benched[strategy] ?? 0))
    .sort();
}

/**
 * The account with those that overran on the bench and those whose time is up off it; the same object when nothing changed.
 * An overrun is thereby an input of the next decisions, recorded like every other, and never of the one it happened in.
 */
export function withBench(account: Account, overruns: readonly Overrun[], slotMs: number, benchMs: number): Account {
  const known = account.benched;
  const staying = benchedAt(known, slotMs).map((strategy) => [strategy, known[strategy] as number] as const);
  if (overruns.length === 0 && staying.length === Object.keys(known).length) return account;
  const added = overruns.map(({ strategy }) => [strategy, slotMs + benchMs] as const);
  return { ...account, benched: Object.fromEntries([...staying, ...added]) };
}
