import { applyChanges } from '../../../shared/core/cycle/apply-changes.ts';
import type { Decision } from '../../../shared/core/cycle/decision.ts';
import { encodeDecision } from '../../../shared/core/cycle/encode.ts';
import type { MarketSnapshot } from '../../../shared/core/market/snapshot.ts';
import type { Account } from '../../../shared/core/portfolio/account.ts';
import { CORRUPTIONS, type Corruption, withOtherFuture } from './corrupt.ts';

interface Leak {
  readonly t: number;
  readonly corruption: Corruption;
}

export interface LookaheadReport {
  readonly bars: number;
  readonly proposals: number;
  /** The bars at which another future made another decision. */
  readonly leaks: readonly Leak[];
  /** Strategies that threw, with what they said. */
  readonly failures: readonly string[];
}

export type Decide = (snapshot: MarketSnapshot, account: Account) => Decision;

/**
 * Decides at every bar (`snapshotAt` shows its whole future along) once with the real future behind it and once with each spoilt one [I9]. What strategies remember is
 * carried from bar to bar, always from the real run, so a leak cannot hide in a state that has diverged. What they keep
 * anywhere else must not matter: the spoilt futures are shown to a brain that is opened for them and has never seen the real one.
 */
export function lookaheadOf(
  snapshotAt: (bar: number) => MarketSnapshot,
  bars: readonly number[],
  start: Account,
  open: () => Decide,
): LookaheadReport {
  const decide = open();
  let account = start;
  let proposals = 0;
  const leaks: Leak[] = [];
  const failures = new Set<string>();
  for (const t of bars) {
    const snapshot = snapshotAt(t);
    const decision = decide(snapshot, account);
    const differing = CORRUPTIONS.filter((how) => isOther(decision, open()(withOtherFuture(snapshot, how), account)));
    leaks.push(...differing.map((corruption) => ({ t, corruption })));
    proposals += decision.proposals_count;
    for (const failure of failuresOf(decision)) failures.add(failure);
    account = applyChanges(account, decision.account_changes);
  }
  return { bars: bars.length, proposals, leaks, failures: [...failures] };
}

function isOther(a: Decision, b: Decision): boolean {
  return encodeDecision(a) !== encodeDecision(b);
}

function failuresOf({ strategies }: Decision): readonly string[] {
  return strategies.flatMap(({ status, strategy, detail }) => (status === 'failed' ? [`${strategy}: ${detail}`] : []));
}
