import { describe, expect, it } from 'vitest';
import type { GateContext } from './checklist.ts';
import type { Day, Evidence, EvidenceOf } from './evidence.ts';
import { lapsesWithin, lapseText } from './lapses.ts';
import { QUIET_DAY } from './testing/quiet-day.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const CONTEXT: GateContext = { nowMs: NOW, codeVersion: 'c1', riskHash: 'r1', caps: { total: 10 } };

const bound = (ago: number) => ({ at_ms: NOW - ago * DAY, code_version: 'c1', risk_hash: 'r1' });
const ci = (ago: number): Evidence => ({ kind: 'ci', ...bound(ago), passed: 9, failed: 0 });
const told = (ago: number): Evidence => ({ kind: 'alerts_confirmed', ...bound(ago), by: 'ann' });
const drill = (ago: number): Evidence => ({
  kind: 'kill_drill',
  ...bound(ago),
  orders: 5,
  detect_ms: 1,
  alert_ms: 1,
  cancelled_ms: 1,
  remaining: 0,
  placed_after: 0,
});
const word = (inDays: number, over: Partial<EvidenceOf<'confirmation'>> = {}): Evidence => ({
  kind: 'confirmation',
  ...bound(1),
  to: 'LIVE',
  by: 'ann',
  expires_ms: NOW + inDays * DAY,
  caps: { total: 10 },
  ...over,
});
const days = [8, 7, 6, 5, 4, 3, 2, 1].map(
  (ago): Day => ({
    kind: 'day',
    ...bound(ago),
    step: 'LIVE',
    day_ms: NOW - ago * DAY,
    first_ms: NOW - ago * DAY,
    last_ms: NOW - ago * DAY + DAY - 60_000,
    ...QUIET_DAY,
  }),
);
const fresh = { ci: ci(1), told: told(1), drill: drill(1), word: word(30) };
const filed = (over: Partial<typeof fresh> = {}) => [...Object.values({ ...fresh, ...over }), ...days];
const within = (evidence: readonly Evidence[], context = CONTEXT) => lapsesWithin(7, evidence, context);

describe('what will end LIVE', () => {
  it('[REQ-M1] is nothing while all of it holds for a week, and nothing that running renews', () => {
    expect(within(filed())).toEqual([]);
  });

  it.each<[string, Partial<typeof fresh>, string, number, string]>([
    ['a drill', { drill: drill(27) }, 'kill_drill', 3, 'trader drill kill-switch'],
    ['a drill on its last day', { drill: drill(29.5) }, 'kill_drill', 0, 'trader drill kill-switch'],
    ['a test run', { ci: ci(85) }, 'ci', 5, 'npm test'],
    ['a confirmation of alerts', { told: told(84) }, 'alerts_confirmed', 6, 'trader alerts test'],
    ['the word itself', { word: word(2.5) }, 'confirmation', 2, 'trader promote --to LIVE'],
  ])('[REQ-M1] is %s, with the days that are left and what renews it', (_, over, what, in_days, how) => {
    expect(within(filed(over))).toEqual([{ what, in_days, how: expect.stringContaining(how) }]);
  });

  it('[REQ-M1] is the permission for looser caps when it ends', () => {
    const tighter = word(30, { caps: { total: 8 } });
    const loosening: Evidence = {
      kind: 'loosening',
      ...bound(1),
      by: 'ann',
      expires_ms: NOW + 4 * DAY,
      caps: { total: 10 },
    };

    expect(within([...filed({ word: tighter }), loosening])).toMatchObject([{ what: 'caps', in_days: 3 }]);
  });

  it('[REQ-M1] comes nearest first, each once', () => {
    const lapses = within(filed({ drill: drill(28), ci: ci(89.5), word: word(5) }));

    expect(lapses.map(({ what, in_days }) => [what, in_days])).toEqual([
      ['ci', 0],
      ['kill_drill', 2],
      ['confirmation', 4],
    ]);
    expect(lapses.map(lapseText)[0]).toBe(
      'ci ends within a day: run npm test on this code; it files the result itself',
    );
  });

  it('[REQ-M1] is no question while LIVE is refused', () => {
    expect(within(filed({ drill: drill(31), ci: ci(89) }))).toEqual([]);
    expect(within(filed({ ci: ci(89) }), { ...CONTEXT, codeVersion: 'c2' })).toEqual([]);
  });
});
