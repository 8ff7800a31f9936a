import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { sqsEscalationQueue } from '../../shared/adapters/sqs/escalation-queue.ts';
import { composeAlertDesk } from '../runtime/alert-desk.ts';
import { escalateEnvironment, readEnvironment } from '../runtime/environment.ts';
import { HURRIED } from '../runtime/hurried.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import { createTelemetry, type Telemetry } from '../runtime/telemetry.ts';
import type { EscalateDeps } from './handler.ts';

/** Throws at start when the environment or the config is not right. */
export function composeEscalate(env = process.env): { telemetry: Telemetry; compose: Compose<EscalateDeps> } {
  const environment = readEnvironment(escalateEnvironment, env);
  const config = stageConfig(environment);
  const telemetry = createTelemetry(config);
  const { bot_id: botId, mode } = config.app;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(HURRIED));
  const facts = dynamoFactStore(client, environment.TABLE_NAME, { botId, mode });
  const queue = sqsEscalationQueue(new SQSClient(HURRIED), environment.ESCALATION_QUEUE_URL);
  const deps: EscalateDeps = {
    desk: composeAlertDesk(environment, config, facts, queue.putAside),
    report: ({ fingerprint }, outcome) => telemetry.logger.info(`alert ${outcome}`, { fingerprint }),
  };
  return { telemetry, compose: () => deps };
}
