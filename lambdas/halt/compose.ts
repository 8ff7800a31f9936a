import { readEnvironment, tradingEnvironment } from '../runtime/environment.ts';
import { lateVenue } from '../runtime/late-venue.ts';
import { createMeteredTelemetry, type MeteredTelemetry } from '../runtime/metrics.ts';
import type { Compose } from '../runtime/once.ts';
import { type FunctionConfig, stageConfig } from '../runtime/stage-config.ts';
import { composeTrading } from '../runtime/trading.ts';
import type { HaltDeps } from './handler.ts';
import { reportHalt } from './report.ts';

/** Throws at start when the environment or the config is not right. */
export function composeHalt(env = process.env): { telemetry: MeteredTelemetry; compose: Compose<HaltDeps> } {
  const environment = readEnvironment(tradingEnvironment, env);
  const config = stageConfig(environment);
  const telemetry = createMeteredTelemetry(config);
  const keySecret = environment.TRADE_KEY_SECRET;
  const { settings, parts, venue, calls } = composeTrading({
    environment,
    config: hurried(config),
    telemetry,
    purpose: 'trade',
    keySecret,
    // It cancels with whatever key there is.
    isKeyChecked: false,
  });
  return {
    telemetry,
    compose: async () => ({
      ports: { ...parts, ...lateVenue(venue()) },
      settings: { ...settings, keepProtectiveStops: config.app.kill.keep_protective_stops },
      report: (report) => reportHalt(telemetry, report, calls()),
    }),
  };
}

/** Whoever cancels within ten seconds cannot wait three for one lost reply. */
const HALT_TIMEOUT_MS = 1_000;

function hurried(config: FunctionConfig): FunctionConfig {
  const { exchange } = config.app;
  const timeout_ms = Math.min(exchange.timeout_ms, HALT_TIMEOUT_MS);
  return { ...config, app: { ...config.app, exchange: { ...exchange, timeout_ms } } };
}
