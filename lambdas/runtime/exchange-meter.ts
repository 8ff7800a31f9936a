import type { Measure } from '../../shared/config/metric-names.ts';
import type { CallMeter, Operation } from '../../shared/ports/telemetry.ts';

export interface OperationTally {
  readonly calls: number;
  readonly failed: number;
  readonly slowest_ms: number;
}

/** What an event asked of the exchange, as its log line says it. */
export interface ExchangeTally {
  readonly calls: number;
  readonly budget: number;
  readonly by_operation: Readonly<Partial<Record<Operation, OperationTally>>>;
}

export interface ExchangeMeter extends CallMeter {
  /** What was counted since the last time. */
  take(): ExchangeTally;
}

const NOTHING: OperationTally = { calls: 0, failed: 0, slowest_ms: 0 };

/** Every request that was sent, retries included: one figure each in the metric, by operation in the log [REQ-OB1]. */
export function exchangeMeter(budget: number, measure: Measure): ExchangeMeter {
  let seen: Partial<Record<Operation, OperationTally>> = {};
  return {
    record({ operation, ms, outcome }) {
      measure('ExchangeLatency', ms);
      const { calls, failed, slowest_ms } = seen[operation] ?? NOTHING;
      seen[operation] = {
        calls: calls + 1,
        failed: failed + Number(outcome !== 'ok'),
        slowest_ms: Math.max(slowest_ms, Math.round(ms)),
      };
    },
    take() {
      const by_operation = seen;
      seen = {};
      const calls = Object.values(by_operation).reduce((sum, tally) => sum + tally.calls, 0);
      return { calls, budget, by_operation };
    },
  };
}
