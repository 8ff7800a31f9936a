import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { appSchema } from '../../shared/config/app-schema.ts';
import { configHash } from '../../shared/config/config-hash.ts';
import type { Plain } from '../../shared/config/config-node.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { riskHash } from '../../shared/config/risk-hash.ts';
import { policySchema, type Signals, signalsSchema, universeSchema } from '../../shared/core/cycle/decision-config.ts';
import type { BaseEnvironment } from './environment.ts';

export interface FunctionConfig extends Pick<LoadedConfig, 'stage' | 'app' | 'decision'> {
  /** What gate evidence is bound to. */
  readonly binding: { readonly code_version: string; readonly risk_hash: string };
}

const versionFile = z.strictObject({ code_version: z.string().min(1) });

const sections = z.strictObject({
  app: appSchema,
  policy: policySchema,
  universe: universeSchema,
  signals: signalsSchema,
});

/**
 * The stage's config as it was merged and checked at synthesis; it lies beside the code as JSON. Every schema runs again:
 * a bundle that was put together wrongly must not start. Throws with every fault. `boundSignals` parses the strategies'
 * own parameters: only the function that decides holds the strategies.
 */
export function stageConfig(
  { LAMBDA_TASK_ROOT, STAGE }: Pick<BaseEnvironment, 'LAMBDA_TASK_ROOT' | 'STAGE'>,
  boundSignals: (signals: Signals) => Signals = (signals) => signals,
): FunctionConfig {
  const merged = JSON.parse(readFileSync(join(LAMBDA_TASK_ROOT, 'config.json'), 'utf8')) as Plain;
  const parsed = sections.safeParse(merged);
  if (!parsed.success) throw new Error(`config of stage ${STAGE}: ${z.prettifyError(parsed.error)}`);
  const { app, policy, universe, signals } = parsed.data;
  const decision = {
    botId: app.bot_id,
    configHash: configHash(merged),
    policy,
    universe,
    signals: boundSignals(signals),
  };
  const { code_version } = versionFile.parse(JSON.parse(readFileSync(join(LAMBDA_TASK_ROOT, 'version.json'), 'utf8')));
  return { stage: STAGE, app, decision, binding: { code_version, risk_hash: riskHash(merged) } };
}
