import { type CheckOutcome, type DailyCheck, runDailyChecks } from '../../shared/app/hygiene.ts';
import type { Compose } from '../runtime/once.ts';

export interface HygieneDeps {
  readonly checks: readonly DailyCheck[];
  readonly report: (outcome: CheckOutcome) => void;
  /** Leaves word that all of them had their turn. */
  readonly ended: () => Promise<void>;
}

/** Once a day. A check that could not look fails the function after the others had their turn, so that it is repeated. */
export function createHygieneHandler(compose: Compose<HygieneDeps>): (event: unknown) => Promise<void> {
  return async () => {
    const { checks, report, ended } = await compose();
    const outcomes = await runDailyChecks(checks);
    for (const outcome of outcomes) report(outcome);
    await ended();
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
    if (failed.length > 0) throw new Error(failed.map(({ name, reason }) => `${name}: ${reason}`).join('; '));
  };
}
