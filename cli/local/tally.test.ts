import { expect, test } from 'vitest';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { createTally } from './tally.ts';

function report(over: { readonly equity: string; readonly drawdown: number; readonly reasons?: readonly string[] }) {
  const assessments = (over.reasons ?? []).map((risk_reason) => ({ outcome: 'rejected', risk_reason }));
  const decision = {
    equity: over.equity,
    drawdown_pct: over.drawdown,
    proposals_count: assessments.length + 1,
    assessments,
    universe: [],
    orders: [{}],
  };
  return { degraded: [], decision } as unknown as CycleReport;
}

test('a run is added up over its cycles, an order by its last word, a fill once', () => {
  const tally = createTally();
  tally.cycle(report({ equity: '100', drawdown: 0, reasons: ['cooldown', 'cooldown'] }), 10);
  tally.cycle({ kind: 'completed', degraded: ['no_account'], decision: null } as unknown as CycleReport, 30);
  tally.cycle(report({ equity: '98', drawdown: 2, reasons: ['spread'] }), 20);
  tally.cycle(report({ equity: '99', drawdown: 1 }), 20);
  tally.order('a', 'SENDING', false);
  tally.order('a', 'FILLED', true);
  tally.order('b', 'CANCELLED', true);
  tally.order('c', 'REJECTED', false);
  tally.order('d', 'UNKNOWN', false);
  tally.fills(['f1', 'f2']);
  tally.fills(['f1']);
  tally.error();
  expect(tally.summary(3)).toEqual({
    cycles: 4,
    degraded_cycles: 1,
    proposals: 6,
    approved: 3,
    rejected: { cooldown: 2, spread: 1 },
    orders: { placed: 2, filled: 1, cancelled: 1, rejected: 1, unknown: 1 },
    fills: 2,
    equity: { start: '100', end: '99' },
    max_drawdown_pct: 2,
    latency_ms: { p50: 20, p95: 30, p99: 30 },
    invariant_breaks: 3,
    errors: 1,
  });
});
