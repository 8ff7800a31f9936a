import type { Decision } from '../core/cycle/decision.ts';
import type { Mode } from '../core/portfolio/account.ts';

interface Summed {
  readonly mode: Mode;
  readonly jitter_ms: number;
  readonly latency_ms: number;
  readonly degraded: readonly string[];
  readonly decision: Decision | null;
  readonly published: number;
  readonly foreign_orders: readonly string[];
  readonly dust: readonly string[];
}

/** The line of history that a cycle leaves under its slot. */
export function summaryOf({
  decision,
  degraded,
  mode,
  published,
  jitter_ms,
  latency_ms,
  foreign_orders,
  dust,
}: Summed): Record<string, unknown> {
  return {
    mode,
    degraded,
    published,
    foreign_orders,
    dust,
    jitter_ms,
    latency_ms: Math.round(latency_ms),
    config_hash: decision?.config_hash ?? null,
    equity: decision?.equity ?? null,
    drawdown_pct: decision?.drawdown_pct ?? null,
    proposals: decision?.proposals_count ?? 0,
    reasons: Object.fromEntries((decision?.reasons ?? []).map(({ symbol, reason }) => [symbol, reason])),
  };
}
