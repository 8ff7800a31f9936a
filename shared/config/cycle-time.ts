import type { App } from './app-schema.ts';

const LEASE_MARGIN_SECONDS = 5;
const MAX_CYCLE_SECONDS = 120;

/** What a cycle may take from its lease on, which outlasts it: the jitter before it is given to its function on top. */
export function cycleSeconds({ lease }: Pick<App, 'lease'>): number {
  return Math.min(lease.ttl_seconds - LEASE_MARGIN_SECONDS, MAX_CYCLE_SECONDS);
}

/** Half of it is for asking the exchange: when that does not answer, the cycle must still decide, save and tell. */
export function askingMs(app: Pick<App, 'lease'>): number {
  return cycleSeconds(app) * 500;
}
