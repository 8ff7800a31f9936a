import { describe, expect, it } from 'vitest';
import { openDay } from './day.ts';
import { type Evidence, evidenceId, evidenceSchema } from './evidence.ts';

const BOUND = { at_ms: 7, code_version: 'c1', risk_hash: 'r1' };
const TIMES = { detect_ms: 500, alert_ms: null, cancelled_ms: 1_200 };
const ALL: readonly Evidence[] = [
  { kind: 'ci', ...BOUND, passed: 0, failed: 0 },
  { ...openDay('LIVE', 86_400_000, BOUND), at_ms: 0 },
  { kind: 'kill_drill', ...BOUND, orders: 50, ...TIMES, remaining: 0, placed_after: 0 },
  { kind: 'alerts_confirmed', ...BOUND, by: 'a' },
  { kind: 'confirmation', ...BOUND, to: 'LIVE_CANARY', by: 'a', expires_ms: 9, caps: { total: 10 } },
  { kind: 'loosening', ...BOUND, by: 'a', expires_ms: 9, caps: { total: 12 } },
  { kind: 'demotion', ...BOUND, to: 'DRY_RUN', by: 'a', reason: '' },
];

describe('[REQ-M1] evidence', () => {
  it('is read as it was filed, every kind of it', () => {
    expect(ALL.map((one) => evidenceSchema.parse(one))).toEqual(ALL);
    for (const to of ['PAPER', 'LIVE_CANARY'] as const) expect(evidenceSchema.parse({ ...ALL[6], to })).toBeDefined();
    for (const to of ['PAPER', 'LIVE'] as const) expect(evidenceSchema.parse({ ...ALL[4], to })).toBeDefined();
  });

  it.each<[string, number, object]>([
    ['of no code', 0, { code_version: '' }],
    ['of no risk config', 0, { risk_hash: '' }],
    ['from before time', 0, { at_ms: -1 }],
    ['with a count below nothing', 0, { failed: -1 }],
    ['with half a test', 0, { passed: 0.5 }],
    ['of an unknown step', 1, { step: 'DRY_RUN' }],
    ['of nobody who confirmed', 3, { by: '' }],
    ['of nobody who promoted', 4, { by: '' }],
    ['of nobody who loosened', 5, { by: '' }],
    ['of nobody who demoted', 6, { by: '' }],
    ['of a demotion upwards', 6, { to: 'LIVE' }],
    ['with a key more', 2, { note: 'x' }],
  ])('%s is refused', (_, at, over) => {
    expect(evidenceSchema.safeParse({ ...ALL[at], ...over }).success).toBe(false);
  });

  it('replaces what says the same, and hides nothing that says something else', () => {
    expect(ALL.map(evidenceId)).toEqual([
      'ci',
      'day#LIVE#86400000#c1#r1',
      'kill_drill',
      'alerts_confirmed',
      'confirmation#LIVE_CANARY',
      'loosening',
      'demotion#7',
    ]);
  });
});
