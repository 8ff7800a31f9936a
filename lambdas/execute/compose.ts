import { readEnvironment, tradingEnvironment } from '../runtime/environment.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import { createTelemetry, type Telemetry } from '../runtime/telemetry.ts';
import { composeTrading } from '../runtime/trading.ts';
import type { ExecuteDeps } from './handler.ts';

/** Throws at start when the environment or the config is not right. */
export function composeExecute(env = process.env): { telemetry: Telemetry; compose: Compose<ExecuteDeps> } {
  const environment = readEnvironment(tradingEnvironment, env);
  const config = stageConfig(environment);
  const telemetry = createTelemetry(config);
  const keySecret = environment.TRADE_KEY_SECRET;
  const { settings, ports } = composeTrading({ environment, config, telemetry, purpose: 'trade', keySecret });
  return {
    telemetry,
    compose: async () => ({
      ports: await ports(),
      settings,
      report: ({ client_order_id }, outcome) => telemetry.logger.info(`order ${outcome.kind}`, { client_order_id }),
      reportFailure: (message_id, error) => telemetry.logger.error('intent failed', { message_id, error }),
    }),
  };
}
