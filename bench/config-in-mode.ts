import { formatFaults } from '../shared/config/fault.ts';
import { loadConfig } from '../shared/config/load.ts';
import type { LoadedConfig } from '../shared/config/parse-config.ts';
import { MODES } from '../shared/core/portfolio/account.ts';

/** The PAPER stage's config in another mode: what a function loads depends on it. */
export function configInMode(dir: string, mode: string): LoadedConfig {
  if (!MODES.some((name) => name === mode)) throw new Error(`--mode ${mode} is none of ${MODES.join(', ')}`);
  const result = loadConfig({ dir, stage: 'paper', overrides: { app: { mode } } });
  if (result.kind === 'ok') return result.config;
  throw new Error(`config in mode ${mode}:\n${formatFaults(result.faults)}`);
}
