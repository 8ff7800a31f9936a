import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { Measure } from '../../shared/config/metric-names.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { ExchangeTally } from '../runtime/exchange-meter.ts';
import type { MeteredTelemetry } from '../runtime/metrics.ts';

/** So many reasons are told by name; a line must not grow with whatever a rule may come to say. */
const MAX_REASONS = 24;

interface ReportTelemetry {
  readonly logger: Pick<MeteredTelemetry['logger'], 'info'>;
  readonly measure: Measure;
}

/**
 * One line and a few figures a cycle [REQ-OB1]. The line names the regime that sizes are under [REQ-U3], and of every
 * strategy whether it ran and what it proposed [REQ-STR2]. Only a cycle that came to a decision feeds the heartbeat.
 */
export function reportCycle({ logger, measure }: ReportTelemetry, report: CycleReport, exchange: ExchangeTally): void {
  const { decision, kind, ...rest } = report;
  logger.info(`cycle ${kind}`, {
    cycle: {
      ...rest,
      slot: new Date(report.slot_ms).toISOString(),
      ...told(decision),
    },
    exchange,
  });
  if (kind !== 'completed') return;
  measure('CyclesCompleted', decision === null ? 0 : 1);
  measure('CyclesDegraded', report.degraded.length > 0 ? 1 : 0);
  measure('CycleLatency', report.latency_ms);
  measureBooks(measure, report);
}

function measureBooks(measure: Measure, { decision, figures }: CycleReport): void {
  if (decision === null) return;
  measure('EquityUsd', Number(decision.equity));
  measure('DrawdownPct', decision.drawdown_pct);
  if (figures !== null && figures.exposure_pct !== null) measure('ExposurePct', figures.exposure_pct);
  // The next two are billed by the hour in which they are told: nothing is said about nothing.
  if (figures !== null && figures.orders_unknown > 0) measure('OrdersUnknown', figures.orders_unknown);
  const stale = decision.breaches.filter((breach) => breach.kind === 'STALENESS').length;
  if (stale > 0) measure('StaleSymbols', stale);
}

function told(decision: CycleReport['decision']) {
  if (decision === null) {
    return { proposals: 0, rejections: {}, orders: 0, equity: null, gates: [], regime: null, strategies: [] };
  }
  const { proposals_count, orders, equity, drawdown_pct, gates, regime, regime_source, regime_multiplier, strategies } =
    decision;
  return {
    proposals: proposals_count,
    rejections: rejectionsOf(decision),
    orders: orders.length,
    equity,
    drawdown_pct,
    gates,
    regime,
    regime_source,
    regime_multiplier,
    strategies,
  };
}

/** How often each reason refused a proposal, the most frequent ones by name. */
export function rejectionsOf({ assessments }: Pick<Decision, 'assessments'>): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { risk_reason } of assessments) {
    if (risk_reason !== null) counts.set(risk_reason, (counts.get(risk_reason) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const rest = ranked.slice(MAX_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...ranked.slice(0, MAX_REASONS), ...(rest > 0 ? [['other', rest] as const] : [])]);
}
