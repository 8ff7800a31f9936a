import { readEnvironment, tradingEnvironment } from '../runtime/environment.ts';
import { createMeteredTelemetry, type MeteredTelemetry } from '../runtime/metrics.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import { composeTrading } from '../runtime/trading.ts';
import type { ExecuteDeps } from './handler.ts';
import { reportOrder } from './report.ts';

/** Throws at start when the environment or the config is not right. */
export function composeExecute(env = process.env): { telemetry: MeteredTelemetry; compose: Compose<ExecuteDeps> } {
  const environment = readEnvironment(tradingEnvironment, env);
  const config = stageConfig(environment);
  const telemetry = createMeteredTelemetry(config);
  const keySecret = environment.TRADE_KEY_SECRET;
  const { settings, ports, calls } = composeTrading({ environment, config, telemetry, purpose: 'trade', keySecret });
  return {
    telemetry,
    compose: async () => ({
      ports: await ports(),
      settings,
      report: (message, outcome) =>
        reportOrder(telemetry.logger, message, outcome, { exchange: calls(), nowMs: Date.now() }),
      reportFailure: (message_id, error) => telemetry.logger.error('intent failed', { message_id, error }),
    }),
  };
}
