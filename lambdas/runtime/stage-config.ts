import { join } from 'node:path';
import { formatFaults } from '../../shared/config/fault.ts';
import { loadConfig } from '../../shared/config/load.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { BaseEnvironment } from './environment.ts';

/** The config that lies beside the code, checked again in full. Throws with every fault. */
export function stageConfig({ LAMBDA_TASK_ROOT, STAGE }: BaseEnvironment): LoadedConfig {
  const result = loadConfig({ dir: join(LAMBDA_TASK_ROOT, 'config'), stage: STAGE });
  if (result.kind === 'ok') return result.config;
  throw new Error(`config of stage ${STAGE}:\n${formatFaults(result.faults)}`);
}
