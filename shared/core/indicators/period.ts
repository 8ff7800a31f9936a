/** Throws unless the period is a whole number of bars: a wrong one is a bug, and would yield NaN, which compares as false. */
export function requirePeriod(period: number, least: number): void {
  if (Number.isInteger(period) && period >= least) return;
  throw new RangeError(`a period must be a whole number of at least ${least} bars, not ${period}`);
}
