/** One thing that is looked at once a day. */
export interface DailyCheck {
  readonly name: string;
  /** Raises its own alerts. Throws when it could not look. */
  run(): Promise<void>;
}

export interface CheckOutcome {
  readonly name: string;
  readonly outcome: 'done' | 'failed';
  readonly reason: string | null;
}

/** Runs every check, whatever becomes of the others. */
export async function runDailyChecks(checks: readonly DailyCheck[]): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const { name, run } of checks) {
    try {
      await run();
      outcomes.push({ name, outcome: 'done', reason: null });
    } catch (error) {
      outcomes.push({ name, outcome: 'failed', reason: error instanceof Error ? error.message : 'unknown error' });
    }
  }
  return outcomes;
}
