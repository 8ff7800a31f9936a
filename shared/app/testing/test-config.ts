import { loadConfig } from '../../config/load.ts';
import { SHIPPED_DIR } from '../../config/testing/shipped.ts';
import type { DecisionConfig } from '../../core/cycle/decision-config.ts';

const PACK = { 'donchian-breakout': { enabled: true }, 'time-series-momentum': { enabled: true } };

/** The shipped policy with two strategies on minute bars, whatever the stages make of it, under another bot's name. */
export function testConfig(botId: string): DecisionConfig {
  const loaded = loadConfig({ dir: SHIPPED_DIR, stage: 'live', overrides: { signals: { strategy: PACK } } });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
  return { ...loaded.config.decision, botId };
}
