/** A stated maximum of exchange requests per cycle. Every attempt counts, retries included. */
export interface CallBudget {
  readonly max: number;
  /** Requests sent since the last reset, protective ones included. */
  readonly used: number;
  /** Counts one request. false: the budget is spent and the request must not be sent. */
  take(): boolean;
  /** Counts a protective request (create, cancel, reading one order back), which is never held up. */
  force(): void;
  /** A new cycle begins. */
  reset(): void;
}

export function createCallBudget(max: number): CallBudget {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`a call budget is a whole number above 0, not ${max}`);
  let used = 0;
  return {
    max,
    get used() {
      return used;
    },
    take() {
      if (used >= max) return false;
      used += 1;
      return true;
    },
    force() {
      used += 1;
    },
    reset() {
      used = 0;
    },
  };
}
