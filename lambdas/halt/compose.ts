import { readEnvironment, tradingEnvironment } from '../runtime/environment.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import { createTelemetry, type Telemetry } from '../runtime/telemetry.ts';
import { composeTrading } from '../runtime/trading.ts';
import type { HaltDeps } from './handler.ts';

/** Throws at start when the environment or the config is not right. */
export function composeHalt(env = process.env): { telemetry: Telemetry; compose: Compose<HaltDeps> } {
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
      report: (report) => telemetry.logger.info(report === null ? 'armed, nothing to halt' : 'halted', { report }),
    }),
  };
}
