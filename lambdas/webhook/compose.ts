import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { webhookAddress, webhookAlertChannel } from '../../shared/adapters/webhook/alert-channel.ts';
import { readEnvironment, webhookEnvironment } from '../runtime/environment.ts';
import { HURRIED } from '../runtime/hurried.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import { createTelemetry, type Telemetry } from '../runtime/telemetry.ts';
import type { WebhookDeps } from './handler.ts';

/**
 * Throws at start when the environment or the config is not right. The address is fetched with each event: there are few, and
 * one that was changed or deleted must not be written to for as long as a container lives.
 */
export function composeWebhook(env = process.env): { telemetry: Telemetry; compose: Compose<WebhookDeps> } {
  const environment = readEnvironment(webhookEnvironment, env);
  const config = stageConfig(environment);
  const { webhook: format } = config.app.alerts;
  const secrets = new SecretsManagerClient(HURRIED);
  const SecretId = environment.WEBHOOK_SECRET;
  const compose = async (): Promise<WebhookDeps> => {
    if (format === 'none') throw new Error('app.alerts.webhook is none: this function has nothing to tell');
    const { SecretString: text = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const address = webhookAddress(format, text, `secret ${SecretId}`);
    return { channel: webhookAlertChannel({ format, address }) };
  };
  return { telemetry: createTelemetry(config), compose };
}
