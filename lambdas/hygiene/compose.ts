import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { secretsManagerVault } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { checkKeyAges } from '../../shared/app/key-ages.ts';
import { composeAlertDesk } from '../runtime/alert-desk.ts';
import { hygieneEnvironment, readEnvironment } from '../runtime/environment.ts';
import { createMeteredTelemetry, type MeteredTelemetry } from '../runtime/metrics.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import type { HygieneDeps } from './handler.ts';
import { reportAges } from './report.ts';

/** Throws at start when the environment or the config is not right. It sees the ages of the keys and cannot read them. */
export function composeHygiene(env = process.env): { telemetry: MeteredTelemetry; compose: Compose<HygieneDeps> } {
  const environment = readEnvironment(hygieneEnvironment, env);
  const { TABLE_NAME, VIEW_KEY_SECRET: view, TRADE_KEY_SECRET: trade } = environment;
  const config = stageConfig(environment);
  const telemetry = createMeteredTelemetry(config);
  const { bot_id: botId, mode } = config.app;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  const facts = dynamoFactStore(client, TABLE_NAME, { botId, mode });
  const vault = secretsManagerVault(new SecretsManagerClient(), { view, trade });
  const ports = { vault, facts, notifier: composeAlertDesk(environment, config, facts), clock: systemClock };
  const deps: HygieneDeps = {
    checks: [{ name: 'key ages', run: async () => reportAges(telemetry.measure, await checkKeyAges(ports)) }],
    report: (outcome) => telemetry.logger.info('daily check', { ...outcome }),
  };
  return { telemetry, compose: () => deps };
}
