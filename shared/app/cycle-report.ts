import type { Decision } from '../core/cycle/decision.ts';
import type { Mode } from '../core/portfolio/account.ts';
import type { BookFigures } from './book-figures.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { type StepTimes, stepWatch } from './step-times.ts';

export interface CycleReport {
  /** 'locked': another instance holds the lease; 'repeated': the slot was begun before; both did nothing. */
  readonly kind: 'completed' | 'locked' | 'repeated' | 'fenced';
  readonly slot_ms: number;
  readonly jitter_ms: number;
  /** How late the cycle began: the jitter, and what the schedule added to it [REQ-SCH1]. */
  readonly offset_ms: number;
  readonly latency_ms: number;
  readonly steps_ms: StepTimes;
  readonly mode: Mode;
  /** What was missing: empty in a healthy cycle [REQ-OB1]. */
  readonly degraded: readonly string[];
  readonly decision: Decision | null;
  readonly published: number;
  /** Open orders on the exchange that were not placed here. */
  readonly foreign_orders: readonly string[];
  /** Positions too small for the exchange to take back. */
  readonly dust: readonly string[];
  readonly figures: BookFigures | null;
  /** What is known to be wrong with the books [I7]; absent when the cycle did not get as far. */
  readonly ledger_break?: string | null;
  /** How far apart the clocks were, and how well that is known [REQ-TIME1]; absent when the cycle did not get as far. */
  readonly clock?: ClockReading;
  readonly detail: string | null;
}

export interface ClockReading {
  readonly offset_ms: number;
  /** null: not measured. */
  readonly error_bound_ms: number | null;
  readonly refusal: string | null;
}

/** Makes the reports of one cycle and times its steps. Its clocks start when it is made. */
export function reporter({ clock }: CyclePorts, settings: CycleSettings, slotMs: number, jitterMs: number) {
  const startedMs = clock.monotonicMs();
  const offsetMs = clock.nowMs() - slotMs;
  const { time, timeNow, taken } = stepWatch(clock);
  const report = (kind: CycleReport['kind'], detail: string | null, more: Partial<CycleReport> = {}): CycleReport => ({
    kind,
    slot_ms: slotMs,
    jitter_ms: jitterMs,
    offset_ms: offsetMs,
    mode: settings.mode,
    degraded: [],
    decision: null,
    published: 0,
    foreign_orders: [],
    dust: [],
    figures: null,
    detail,
    ...more,
    latency_ms: clock.monotonicMs() - startedMs,
    steps_ms: taken(),
  });
  return { report, time, timeNow };
}

/** Writes the cycle's line of history. */
export async function finish(ports: CyclePorts, report: CycleReport): Promise<CycleReport> {
  await ports.cycles.finish({
    slot_ms: report.slot_ms,
    status: 'completed',
    started_at_ms: report.slot_ms + report.jitter_ms,
    summary: summaryOf(report),
  });
  return report;
}

function summaryOf({
  decision,
  degraded,
  mode,
  published,
  jitter_ms,
  latency_ms,
  foreign_orders,
  dust,
  clock,
}: CycleReport): Record<string, unknown> {
  return {
    mode,
    degraded,
    published,
    foreign_orders,
    dust,
    jitter_ms,
    latency_ms: Math.round(latency_ms),
    clock: clock ?? null,
    config_hash: decision?.config_hash ?? null,
    equity: decision?.equity ?? null,
    drawdown_pct: decision?.drawdown_pct ?? null,
    proposals: decision?.proposals_count ?? 0,
    reasons: Object.fromEntries((decision?.reasons ?? []).map(({ symbol, reason }) => [symbol, reason])),
  };
}
