import { formatFaults } from '../shared/config/fault.ts';
import { loadConfig } from '../shared/config/load.ts';
import type { LoadedConfig } from '../shared/config/parse-config.ts';
import type { AwsStage } from './stage-settings.ts';

/** Nothing is synthesized from a config that the bot would refuse. Throws with every fault at once. */
export function stageConfig(dir: string, stage: AwsStage): LoadedConfig {
  const result = loadConfig({ dir, stage });
  if (result.kind === 'ok') return result.config;
  throw new Error(`config of stage ${stage}:\n${formatFaults(result.faults)}`);
}
