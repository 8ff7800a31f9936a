import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackedConfig, unpackConfig } from '../../shared/config/packed-config.ts';
import type { BaseEnvironment } from './environment.ts';

export interface FunctionConfig extends Pick<PackedConfig, 'app' | 'decision' | 'binding'> {
  readonly stage: BaseEnvironment['STAGE'];
}

/**
 * The stage's config as it was checked when the function was bundled; it lies beside the code, under the same digest. Throws
 * when it is not the one that it says it is: a bundle that was put together wrongly must not start.
 */
export function stageConfig({
  LAMBDA_TASK_ROOT,
  STAGE: stage,
}: Pick<BaseEnvironment, 'LAMBDA_TASK_ROOT' | 'STAGE'>): FunctionConfig {
  const read = (name: string) => readFileSync(join(LAMBDA_TASK_ROOT, name), 'utf8');
  const { app, decision, binding } = unpackConfig(read('packed.json'), read('config.json'));
  return { stage, app, decision, binding };
}
