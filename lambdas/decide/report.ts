import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CycleReport } from '../../shared/app/run-cycle.ts';
import type { Telemetry } from '../runtime/telemetry.ts';

export interface CycleTelemetry extends Telemetry {
  readonly metrics: Metrics;
}

/** One line and three figures a cycle [REQ-OB1]. Only a cycle that came to a decision feeds the heartbeat. */
export function reportCycle(
  { logger, metrics }: Pick<CycleTelemetry, 'logger' | 'metrics'>,
  report: CycleReport,
): void {
  const { decision, kind, ...rest } = report;
  logger.info(`cycle ${kind}`, {
    cycle: {
      ...rest,
      slot: new Date(report.slot_ms).toISOString(),
      proposals: decision?.proposals_count ?? 0,
      orders: decision?.orders.length ?? 0,
      equity: decision?.equity ?? null,
      gates: decision?.gates ?? [],
    },
  });
  if (kind !== 'completed') return;
  metrics.addMetric('CyclesCompleted', MetricUnit.Count, decision === null ? 0 : 1);
  metrics.addMetric('CyclesDegraded', MetricUnit.Count, report.degraded.length > 0 ? 1 : 0);
  metrics.addMetric('CycleLatency', MetricUnit.Milliseconds, report.latency_ms);
}
