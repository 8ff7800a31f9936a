import type { Logger } from '@aws-lambda-powertools/logger';
import { reportCycle } from '../../lambdas/decide/report.ts';
import { reportHalt } from '../../lambdas/halt/report.ts';
import { reportAges } from '../../lambdas/hygiene/report.ts';
import { exchangeMeter } from '../../lambdas/runtime/exchange-meter.ts';
import { createMetrics, measureWith } from '../../lambdas/runtime/metrics.ts';
import { orderMeter } from '../../lambdas/runtime/trading.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { HaltReport } from '../../shared/app/halt.ts';
import { meteredNotifier } from '../../shared/app/metered-notifier.ts';
import type { Measure } from '../../shared/config/metric-names.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import { accountOf, calmMarket, configOf, snapshotOf } from '../core/world.ts';

/** What CloudWatch reads from the lines that a function writes. */
export interface Emitted {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly units: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

export const REPORT: CycleReport = {
  kind: 'completed',
  slot_ms: 60_000,
  jitter_ms: 10,
  offset_ms: 12,
  latency_ms: 200,
  steps_ms: { market: 120 },
  foreign_orders: [],
  dust: [],
  figures: { exposure_pct: 12.5, orders_working: 2, orders_unknown: 1 },
  mode: 'PAPER',
  degraded: [],
  decision: null,
  published: 0,
  detail: null,
};

const HALT: HaltReport = {
  withdrawn: 0,
  found: 1,
  kept: 0,
  remaining: [],
  faults: [],
  detect_ms: 900,
  alert_ms: 1_100,
  cancelled_ms: 2_000,
  elapsed_ms: 1_100,
};

const quiet = { info: () => undefined } as unknown as Pick<Logger, 'info'>;
const NO_CALLS = { calls: 0, budget: 60, by_operation: {} };

/** A cycle that decided, with something stale in it. */
export function decidedReport(): CycleReport {
  const decision = decide(snapshotOf(calmMarket()), accountOf(), configOf());
  const stale = { kind: 'STALENESS', subject: 'BTC-USD', detail: 'old' } as const;
  return { ...REPORT, decision: { ...decision, breaches: [...decision.breaches, stale] } };
}

export function cycleReported(report: CycleReport): Emitted {
  return emittedBy((measure) => reportCycle({ logger: quiet, measure }, report, NO_CALLS));
}

/** Everything that each function has to tell when all that it can tell of has happened. */
export async function everyFunction(): Promise<Readonly<Record<string, Emitted>>> {
  const trading = await whatTradingTells();
  return {
    decide: emittedBy((measure) => {
      trading(measure);
      reportCycle({ logger: quiet, measure }, decidedReport(), NO_CALLS);
    }),
    execute: emittedBy(trading),
    halt: emittedBy((measure) => {
      trading(measure);
      reportHalt({ logger: quiet, measure }, HALT, NO_CALLS);
    }),
    hygiene: emittedBy((measure) =>
      reportAges(measure, { checked_at_ms: 86_400_000, changed_at_ms: { view: 0, trade: 1 }, rotations: [] }),
    ),
  };
}

/** What comes from the parts that `composeTrading` puts together for decide, execute and halt alike. */
async function whatTradingTells(): Promise<(measure: Measure) => void> {
  const alertTimes: number[] = [];
  const notifier = meteredNotifier({ notify: async () => undefined }, { nowMs: () => 7 }, (ms) => alertTimes.push(ms));
  await notifier.notify({
    status: 'open',
    kind: 'CLOCK',
    subject: 'account',
    fingerprint: 'CLOCK:account',
    severity: 'CRITICAL',
    detail: 'drift',
    at_ms: 5,
  });
  return (measure) => {
    exchangeMeter(60, measure).record({ operation: 'quotes', attempt: 1, ms: 80, outcome: 'ok' });
    orderMeter(measure).sent();
    orderMeter(measure).filled({ feeUsd: 0.6, slippageBps: 3 });
    for (const ms of alertTimes) measure('AlertTime', ms);
  };
}

function emittedBy(tell: (measure: Measure) => void): Emitted {
  const metrics = createMetrics('live');
  tell(measureWith(metrics));
  if (!metrics.hasStoredMetrics()) return { namespace: '', dimensions: {}, units: {}, values: {} };
  const { _aws, ...values } = metrics.serializeMetrics();
  metrics.clearMetrics();
  const [directive] = _aws.CloudWatchMetrics;
  return {
    namespace: directive?.Namespace ?? '',
    dimensions: Object.fromEntries((directive?.Dimensions[0] ?? []).map((name) => [name, values[name]])),
    units: Object.fromEntries((directive?.Metrics ?? []).map(({ Name, Unit }) => [Name, Unit])),
    values: values as Record<string, unknown>,
  };
}
