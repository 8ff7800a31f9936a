import type { App } from './app-schema.ts';

/** A cycle ends before its lease does, so that the next one never waits for it. */
const LEASE_MARGIN_SECONDS = 5;
const MAX_CYCLE_SECONDS = 120;

/** What a cycle may take once its jitter is over. Its function is ended then, whatever it is at. */
export function cycleSeconds({ lease }: Pick<App, 'lease'>): number {
  return Math.min(lease.ttl_seconds - LEASE_MARGIN_SECONDS, MAX_CYCLE_SECONDS);
}

/** Half of it is for asking the exchange: when that does not answer, the cycle must still decide, save and tell. */
export function askingMs(app: Pick<App, 'lease'>): number {
  return cycleSeconds(app) * 500;
}
