import { configHash } from './config-hash.ts';
import type { Plain } from './config-node.ts';

/** Names what may be risked: policy, universe and signals. How the bot runs (app) is not part of it, so modes share it. */
export function riskHash(merged: Plain): string {
  const { policy = null, universe = null, signals = null } = merged as Readonly<Record<string, Plain>>;
  return configHash({ policy, universe, signals });
}
