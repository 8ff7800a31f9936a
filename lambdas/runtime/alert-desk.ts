import { type AlertDesk, alertDesk, type PutAside } from '../../shared/adapters/alerts/alert-desk.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import type { AlertChannel } from '../../shared/ports/notifier.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { AlertEnvironment } from './environment.ts';
import { once } from './once.ts';
import type { FunctionConfig } from './stage-config.ts';

/** The alerts of a function: kept in the table, sent to the topics. What sends them is loaded with the first one. */
export function composeAlertDesk(
  environment: Pick<AlertEnvironment, 'ALERT_TOPIC_ARN' | 'ESCALATION_TOPIC_ARN'>,
  { app }: FunctionConfig,
  facts: FactStore,
  putAside?: PutAside,
): AlertDesk {
  const { ALERT_TOPIC_ARN: alerts, ESCALATION_TOPIC_ARN: escalations } = environment;
  const topics = once(async () => (await import('./alert-topics.ts')).openAlertTopics({ alerts, escalations }));
  const channel: AlertChannel = { send: async (notice) => (await topics()).send(notice) };
  return alertDesk({ facts, channel, clock: systemClock, policy: alertPolicyOf(app.alerts) }, putAside);
}
