import type { Policy, Signals, Universe } from '../../core/cycle/decision-config.ts';
import type { Usd } from '../../core/money/fixed.ts';
import type { StrategyModule } from '../../core/strategies/strategy.ts';
import type { App } from '../app-schema.ts';
import type { Finding } from '../fault.ts';
import type { Section, Stage } from '../stages.ts';

export interface Sections {
  readonly app: App;
  readonly policy: Policy;
  readonly universe: Universe;
  readonly signals: Signals;
}

export interface CheckContext {
  readonly stage: Stage;
  readonly strategies: Readonly<Record<string, StrategyModule>>;
  /** null: not known, so what depends on it is not judged. */
  readonly equityUsd: Usd | null;
}

/** One thing that no single file can show to be wrong. */
export type Check = (sections: Partial<Sections>, context: CheckContext) => readonly Finding[];

/** A check runs only when all sections it needs were parsed: their own faults are reported instead. */
export function checkOf<Needed extends Section>(
  needed: readonly Needed[],
  find: (sections: Pick<Sections, Needed>, context: CheckContext) => readonly Finding[],
): Check {
  return (sections, context) =>
    needed.every((name) => sections[name] !== undefined) ? find(sections as Pick<Sections, Needed>, context) : [];
}

/** A finding when the claim does not hold; nothing otherwise. */
export function unless(claim: boolean, path: string, problem: string, remedy: string): readonly Finding[] {
  return claim ? [] : [{ path: path.split('.'), problem, remedy }];
}
