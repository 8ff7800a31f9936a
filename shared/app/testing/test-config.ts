import { loadConfig } from '../../config/load.ts';
import { SHIPPED_DIR } from '../../config/testing/shipped.ts';
import type { DecisionConfig } from '../../core/cycle/decision-config.ts';

/** The shipped config of the paper stage under another bot's name. */
export function testConfig(botId: string): DecisionConfig {
  const loaded = loadConfig({ dir: SHIPPED_DIR, stage: 'paper' });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
  return { ...loaded.config.decision, botId };
}
