import type { Notifier } from '../../shared/ports/notifier.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { AlertEnvironment } from './environment.ts';
import { once } from './once.ts';
import type { FunctionConfig } from './stage-config.ts';

/** The alerts of a function that seldom has any: what keeps and sends them is loaded with the first one. */
export function lateAlerts(environment: AlertEnvironment, config: FunctionConfig, facts: FactStore): Notifier {
  const desk = once(async () => (await import('./alert-desk.ts')).composeAlertDesk(environment, config, facts));
  return { notify: async (...alerts) => (await desk()).notify(...alerts) };
}
