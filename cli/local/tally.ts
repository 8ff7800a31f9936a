import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { OrderStatus } from '../../shared/core/execution/lifecycle.ts';
import { latencyOf, type Percentiles } from './percentiles.ts';

/** The last line of `trader local --json`. */
export interface RunSummary {
  readonly cycles: number;
  readonly degraded_cycles: number;
  readonly proposals: number;
  readonly approved: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly orders: Readonly<Record<'placed' | 'filled' | 'cancelled' | 'rejected' | 'unknown', number>>;
  readonly fills: number;
  /** Decimal text; null when no cycle got as far as valuing the account. */
  readonly equity: { readonly start: string | null; readonly end: string | null };
  readonly max_drawdown_pct: number;
  readonly latency_ms: Percentiles;
  readonly invariant_breaks: number;
  readonly errors: number;
}

/** What one cycle adds to the figures of a run. */
export interface CycleFigures {
  readonly eligible: number;
  readonly symbols: number;
  readonly proposals: number;
  readonly approved: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly equity: string | null;
  readonly drawdownPct: number;
}

export function figuresOf({ decision }: CycleReport): CycleFigures {
  if (decision === null) {
    return { eligible: 0, symbols: 0, proposals: 0, approved: 0, rejected: {}, equity: null, drawdownPct: 0 };
  }
  const rejections = decision.assessments.flatMap(({ risk_reason }) => risk_reason ?? []);
  return {
    eligible: decision.universe.filter(({ eligible }) => eligible).length,
    symbols: decision.universe.length,
    proposals: decision.proposals_count,
    approved: decision.orders.length,
    rejected: countBy(rejections, (reason) => reason),
    equity: decision.equity,
    drawdownPct: decision.drawdown_pct,
  };
}

/** Adds up a run as it goes. */
export interface Tally {
  cycle(report: CycleReport, latencyMs: number): void;
  /** The newest word on an order of this run. */
  order(clientOrderId: string, status: OrderStatus, isPlaced: boolean): void;
  /** Booked fills by their exchange ids; each counts once. */
  fills(entryIds: readonly string[]): void;
  error(): void;
  summary(invariantBreaks: number): RunSummary;
}

export function createTally(): Tally {
  const sum = { cycles: 0, degraded: 0, proposals: 0, approved: 0, errors: 0, maxDrawdownPct: 0 };
  const equity: { start: string | null; end: string | null } = { start: null, end: null };
  const rejected: Record<string, number> = {};
  const latencies: number[] = [];
  const orders = new Map<string, { readonly status: OrderStatus; readonly isPlaced: boolean }>();
  const fills = new Set<string>();

  return {
    cycle(report, latencyMs) {
      const figures = figuresOf(report);
      sum.cycles += 1;
      sum.degraded += report.degraded.length > 0 ? 1 : 0;
      sum.proposals += figures.proposals;
      sum.approved += figures.approved;
      sum.maxDrawdownPct = Math.max(sum.maxDrawdownPct, figures.drawdownPct);
      for (const [reason, count] of Object.entries(figures.rejected))
        rejected[reason] = (rejected[reason] ?? 0) + count;
      equity.start ??= figures.equity;
      equity.end = figures.equity ?? equity.end;
      latencies.push(latencyMs);
    },
    order: (clientOrderId, status, isPlaced) => {
      orders.set(clientOrderId, { status, isPlaced });
    },
    fills: (entryIds) => {
      for (const entryId of entryIds) fills.add(entryId);
    },
    error: () => {
      sum.errors += 1;
    },
    summary: (invariantBreaks) => ({
      cycles: sum.cycles,
      degraded_cycles: sum.degraded,
      proposals: sum.proposals,
      approved: sum.approved,
      rejected: Object.fromEntries(Object.entries(rejected).sort()),
      orders: orderCounts([...orders.values()]),
      fills: fills.size,
      equity,
      max_drawdown_pct: sum.maxDrawdownPct,
      latency_ms: latencyOf(latencies),
      invariant_breaks: invariantBreaks,
      errors: sum.errors,
    }),
  };
}

function orderCounts(
  orders: readonly { readonly status: OrderStatus; readonly isPlaced: boolean }[],
): RunSummary['orders'] {
  const count = (...statuses: readonly OrderStatus[]) =>
    orders.filter(({ status }) => statuses.includes(status)).length;
  return {
    placed: orders.filter(({ isPlaced }) => isPlaced).length,
    filled: count('FILLED'),
    cancelled: count('CANCELLED', 'EXPIRED'),
    rejected: count('REJECTED', 'NOT_PLACED'),
    unknown: count('UNKNOWN', 'SENDING'),
  };
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
