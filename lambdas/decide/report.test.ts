import { describe, expect, it } from 'vitest';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import { accountOf, calmMarket, configOf, snapshotOf } from '../../test/core/world.ts';
import { rejectionsOf, reportCycle } from './report.ts';

type Logger = Parameters<typeof reportCycle>[0]['logger'];
const NO_CALLS = { calls: 0, budget: 60, by_operation: {} };

/** What the line of a cycle with this decision says. */
function lineOf(decision: Decision | null): Record<string, unknown> {
  const lines: Record<string, unknown>[] = [];
  const logger = { info: (_: string, { cycle }: { cycle: Record<string, unknown> }) => lines.push(cycle) };
  const report: CycleReport = {
    kind: 'completed',
    slot_ms: 60_000,
    jitter_ms: 0,
    offset_ms: 0,
    latency_ms: 1,
    steps_ms: {},
    figures: null,
    mode: 'PAPER',
    degraded: [],
    decision,
    published: 0,
    foreign_orders: [],
    dust: [],
    detail: null,
  };
  reportCycle({ logger: logger as unknown as Logger, measure: () => undefined }, report, NO_CALLS);
  return lines[0] ?? {};
}

function decisionUnder(override: 'bull' | 'crash'): Decision {
  const config = configOf({
    policy: { regime: { override } },
    signals: { strategy: { 'time-series-momentum': { enabled: false } } },
  });
  return decide(snapshotOf(calmMarket()), accountOf(), config);
}

describe('the line of a cycle', () => {
  it('[REQ-STR2] says of every strategy what it proposed, or that it was skipped', () => {
    const { strategies } = lineOf(decisionUnder('bull'));

    expect(strategies).toEqual(
      expect.arrayContaining([
        { strategy: 'donchian-breakout', status: 'ran', proposals_count: 0, detail: null },
        { strategy: 'time-series-momentum', status: 'skipped (disabled)', proposals_count: 0, detail: null },
      ]),
    );
  });

  it('[REQ-U3] names the regime that sizes and caps are under, and whose word it is', () => {
    expect(lineOf(decisionUnder('bull'))).toMatchObject({
      regime: 'bull',
      regime_source: 'override',
      regime_multiplier: 1.2,
    });
    expect(lineOf(decisionUnder('crash'))).toMatchObject({ regime: 'crash', regime_multiplier: 0 });
  });

  it('says so where no decision was made', () => {
    expect(lineOf(null)).toMatchObject({ equity: null, regime: null, strategies: [] });
  });
});

describe('the rejections of a cycle', () => {
  const rejected = (...reasons: readonly string[]) =>
    ({ assessments: reasons.map((risk_reason) => ({ outcome: 'rejected', risk_reason })) }) as unknown as Decision;

  it('[REQ-OB1] are counted by reason, and what was approved is left out', () => {
    const { assessments } = rejected('cooldown', 'spread', 'cooldown');
    const approved = { outcome: 'approved', risk_reason: null } as (typeof assessments)[number];

    expect(rejectionsOf({ assessments: [...assessments, approved] })).toEqual({ cooldown: 2, spread: 1 });
  });

  it('[REQ-OB1] name a bounded number of reasons, the most frequent ones', () => {
    const words = Array.from({ length: 40 }, (_, index) => `reason_${String(index).padStart(2, '0')}`);
    const told = rejectionsOf(rejected(...words, 'reason_39'));

    expect(Object.keys(told)).toHaveLength(25);
    expect(told).toMatchObject({ reason_39: 2, reason_00: 1, other: 16 });
  });
});
