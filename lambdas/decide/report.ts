import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { Telemetry } from '../runtime/telemetry.ts';

export interface CycleTelemetry extends Telemetry {
  readonly metrics: Metrics;
}

/**
 * One line and three figures a cycle [REQ-OB1]. The line names the regime that sizes are under [REQ-U3], and of every
 * strategy whether it ran and what it proposed [REQ-STR2]. Only a cycle that came to a decision feeds the heartbeat.
 */
export function reportCycle(
  { logger, metrics }: Pick<CycleTelemetry, 'logger' | 'metrics'>,
  report: CycleReport,
): void {
  const { decision, kind, ...rest } = report;
  logger.info(`cycle ${kind}`, {
    cycle: {
      ...rest,
      slot: new Date(report.slot_ms).toISOString(),
      ...told(decision),
    },
  });
  if (kind !== 'completed') return;
  metrics.addMetric('CyclesCompleted', MetricUnit.Count, decision === null ? 0 : 1);
  metrics.addMetric('CyclesDegraded', MetricUnit.Count, report.degraded.length > 0 ? 1 : 0);
  metrics.addMetric('CycleLatency', MetricUnit.Milliseconds, report.latency_ms);
}

function told(decision: CycleReport['decision']) {
  if (decision === null) return { proposals: 0, orders: 0, equity: null, gates: [], regime: null, strategies: [] };
  const { proposals_count, orders, equity, gates, regime, regime_source, regime_multiplier, strategies } = decision;
  return {
    proposals: proposals_count,
    orders: orders.length,
    equity,
    gates,
    regime,
    regime_source,
    regime_multiplier,
    strategies,
  };
}
