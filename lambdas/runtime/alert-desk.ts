import { SNSClient } from '@aws-sdk/client-sns';
import { type AlertDesk, alertDesk, type PutAside } from '../../shared/adapters/alerts/alert-desk.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { snsAlertChannel } from '../../shared/adapters/sns/alert-channel.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { AlertEnvironment } from './environment.ts';
import type { FunctionConfig } from './stage-config.ts';

/** Both attempts together stay within the five seconds of an alert [REQ-AL1]. */
const HURRIED = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
} as const;

/** The alerts of a function: kept in the table, sent to the topics. */
export function composeAlertDesk(
  environment: Pick<AlertEnvironment, 'ALERT_TOPIC_ARN' | 'ESCALATION_TOPIC_ARN'>,
  { app }: FunctionConfig,
  facts: FactStore,
  putAside?: PutAside,
): AlertDesk {
  const { ALERT_TOPIC_ARN: alerts, ESCALATION_TOPIC_ARN: escalations } = environment;
  const channel = snsAlertChannel(new SNSClient(HURRIED), { alerts, escalations });
  return alertDesk({ facts, channel, clock: systemClock, policy: alertPolicyOf(app.alerts) }, putAside);
}
