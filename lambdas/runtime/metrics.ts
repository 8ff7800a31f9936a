import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { METRIC_SERVICE, METRIC_UNITS, type Measure } from '../../shared/config/metric-names.ts';
import type { FunctionConfig } from './stage-config.ts';
import { createTelemetry, observed, type Telemetry } from './telemetry.ts';

export interface MeteredTelemetry extends Telemetry {
  readonly metrics: Metrics;
  readonly measure: Measure;
}

export function createMeteredTelemetry(config: FunctionConfig): MeteredTelemetry {
  const metrics = createMetrics(config.stage);
  return { ...createTelemetry(config), metrics, measure: measureWith(metrics) };
}

/** The handler as Lambda calls it; what was measured is written out also when it throws. */
export function metered<Result>(telemetry: MeteredTelemetry, handle: (event: unknown) => Promise<Result>) {
  return observed(telemetry, handle).use(logMetrics(telemetry.metrics));
}

/** The namespace comes from the variable that Powertools itself reads. */
export function createMetrics(stage: string): Metrics {
  return new Metrics({ serviceName: METRIC_SERVICE, defaultDimensions: { stage } });
}

/** Only names of the catalogue, each in its unit [REQ-OB1]. */
export function measureWith(metrics: Pick<Metrics, 'addMetric'>): Measure {
  return (name, value) => void metrics.addMetric(name, METRIC_UNITS[name], value);
}
