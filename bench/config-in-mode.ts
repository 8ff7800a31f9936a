import { stageConfig } from '../lib/stage-config.ts';
import type { Plain } from '../shared/config/config-node.ts';
import { MODES } from '../shared/core/portfolio/account.ts';

/** The PAPER stage's config in another mode: what a function loads depends on it. */
export function configInMode(dir: string, mode: string): Plain {
  if (!MODES.some((name) => name === mode)) throw new Error(`--mode ${mode} is none of ${MODES.join(', ')}`);
  const merged = structuredClone(stageConfig(dir, 'paper').merged) as { app: Record<string, Plain> };
  merged.app = { ...merged.app, mode };
  return merged;
}
