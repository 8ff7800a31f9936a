import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { appSchema } from '../../shared/config/app-schema.ts';
import { configHash } from '../../shared/config/config-hash.ts';
import type { Plain } from '../../shared/config/config-node.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { policySchema, type Signals, signalsSchema, universeSchema } from '../../shared/core/cycle/decision-config.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import type { BaseEnvironment } from './environment.ts';

export type FunctionConfig = Pick<LoadedConfig, 'stage' | 'app' | 'decision'>;

const sections = z.strictObject({
  app: appSchema,
  policy: policySchema,
  universe: universeSchema,
  signals: signalsSchema,
});

/**
 * The stage's config as it was merged and checked at synthesis; it lies beside the code as JSON. Every schema runs again:
 * a bundle that was put together wrongly must not start. Throws with every fault.
 */
export function stageConfig({
  LAMBDA_TASK_ROOT,
  STAGE,
}: Pick<BaseEnvironment, 'LAMBDA_TASK_ROOT' | 'STAGE'>): FunctionConfig {
  const merged = JSON.parse(readFileSync(join(LAMBDA_TASK_ROOT, 'config.json'), 'utf8')) as Plain;
  const parsed = sections.safeParse(merged);
  if (!parsed.success) throw new Error(`config of stage ${STAGE}: ${z.prettifyError(parsed.error)}`);
  const { app, policy, universe, signals } = parsed.data;
  const decision = {
    botId: app.bot_id,
    configHash: configHash(merged),
    policy,
    universe,
    signals: withParams(signals),
  };
  return { stage: STAGE, app, decision };
}

function withParams(signals: Signals): Signals {
  const entries = Object.entries(signals.strategy).map(([name, settings]) => {
    const module = Object.hasOwn(strategyModules, name) ? strategyModules[name] : undefined;
    if (module === undefined) throw new Error(`config names the strategy ${name}, which this bundle does not hold`);
    return [name, { ...settings, params: module.params.parse(settings.params) as Record<string, unknown> }] as const;
  });
  return { ...signals, strategy: Object.fromEntries(entries) };
}
