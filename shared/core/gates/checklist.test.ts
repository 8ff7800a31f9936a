import { describe, expect, it } from 'vitest';
import { checklist, type GateContext, type GateName } from './checklist.ts';
import type { Day, Evidence, EvidenceOf, Step } from './evidence.ts';
import { confirmationOf, reachedStep, standingOf } from './standing.ts';
import { QUIET_DAY } from './testing/quiet-day.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const CONTEXT: GateContext = { nowMs: NOW, codeVersion: 'c1', riskHash: 'r1', caps: { total: 10 } };
const BOUND = { at_ms: NOW - DAY, code_version: 'c1', risk_hash: 'r1' };

const CI: EvidenceOf<'ci'> = { kind: 'ci', ...BOUND, passed: 900, failed: 0 };
const DRILL: EvidenceOf<'kill_drill'> = {
  kind: 'kill_drill',
  ...BOUND,
  orders: 50,
  detect_ms: 500,
  alert_ms: 900,
  cancelled_ms: 1_200,
  remaining: 0,
  placed_after: 0,
};
const TOLD: EvidenceOf<'alerts_confirmed'> = { kind: 'alerts_confirmed', ...BOUND, by: 'ann' };

function day(ago: number, over: Partial<Day> = {}): Day {
  const day_ms = NOW - ago * DAY;
  return {
    kind: 'day',
    ...BOUND,
    step: 'PAPER',
    day_ms,
    first_ms: day_ms,
    last_ms: day_ms + DAY - 60_000,
    ...QUIET_DAY,
    breaches: 2,
    jitters: 1_400,
    ...over,
  };
}

const WEEK = [7, 6, 5, 4, 3, 2, 1].map((ago) => day(ago));
const READY: readonly Evidence[] = [CI, DRILL, TOLD, ...WEEK];
const CANARY = [2, 1].map((ago) => day(ago, { step: 'LIVE_CANARY' }));

function word(to: Step, over: Partial<EvidenceOf<'confirmation'>> = {}): EvidenceOf<'confirmation'> {
  return { kind: 'confirmation', ...BOUND, to, by: 'ann', expires_ms: NOW + DAY, caps: { total: 10 }, ...over };
}

function missing(step: Step, evidence: readonly Evidence[], context = CONTEXT): Partial<Record<GateName, string>> {
  const open = checklist(step, evidence, context).filter(({ is_met }) => !is_met);
  return Object.fromEntries(open.map(({ gate, detail }) => [gate, detail]));
}

describe('the checklist of a step', () => {
  it('[REQ-M1] is met by seven clean days, a drill, telemetry, confirmed alerts and a green test run', () => {
    expect(missing('PAPER', [CI])).toEqual({});
    expect(missing('LIVE_CANARY', READY)).toEqual({});
    expect(missing('LIVE', [...READY, ...CANARY])).toEqual({});
  });

  it('[REQ-M1] names the artifact that the tests of a deployment checked', () => {
    const deployed = [{ ...CI, artifact_digest: 'sha256:0f' }, ...READY.slice(1)];

    expect(checklist('PAPER', deployed, CONTEXT)[0]?.detail).toBe('900 passed, 0 failed, deployed as sha256:0f');
  });

  it('[REQ-M1] of a fresh stage names everything, and how to get it', () => {
    const items = checklist('LIVE', [], CONTEXT).filter(({ is_met }) => !is_met);

    expect(items.map(({ gate }) => gate)).toEqual([
      'ci',
      'paper_rehearsal',
      'alert_sla',
      'kill_drill',
      'latency_telemetry',
      'jitter',
      'alerts_confirmed',
      'canary',
    ]);
    expect(items.every(({ how }) => how !== null && how.length > 10)).toBe(true);
  });

  it.each<[string, Step, readonly Evidence[], GateName, string]>([
    ['a red test', 'PAPER', [{ ...CI, failed: 1 }], 'ci', '900 passed, 1 failed'],
    ['no test at all', 'PAPER', [{ ...CI, passed: 0 }], 'ci', '0 passed, 0 failed'],
    ['tests of other code', 'PAPER', [{ ...CI, code_version: 'c0' }], 'ci', 'the tests ran on c0, this is c1'],
    ['an old test run', 'PAPER', [{ ...CI, at_ms: NOW - 91 * DAY }], 'ci', 'the test run is 91 days old'],
    ['six days', 'LIVE_CANARY', [CI, DRILL, TOLD, ...WEEK.slice(1)], 'paper_rehearsal', '6 of 7 whole days, 1 to go'],
    [
      'a day that was watched for half of it',
      'LIVE_CANARY',
      [...READY.slice(0, 9), day(1, { observed_ms: DAY / 2 })],
      'paper_rehearsal',
      '6 of 7 whole days, 1 to go',
    ],
    [
      'an unhandled breach',
      'LIVE_CANARY',
      [...READY, day(3, { step: 'LIVE', unhandled: ['books and exchange differed'] })],
      'paper_rehearsal',
      '2 of 7 whole days since 1972-09-24 (books and exchange differed), 5 to go',
    ],
    [
      'another risk config',
      'LIVE_CANARY',
      [CI, DRILL, TOLD, ...WEEK.map((one) => ({ ...one, risk_hash: 'r0' }))],
      'paper_rehearsal',
      '0 of 7 whole days, 7 to go',
    ],
    [
      'a late alert',
      'LIVE_CANARY',
      [...READY, day(2, { step: 'LIVE', alerts_late: 1 })],
      'alert_sla',
      '1 of 7 whole days since 1972-09-25 (1 alerts took more than 5 s), 6 to go',
    ],
    [
      'no alert at all',
      'LIVE_CANARY',
      WEEK.map((one) => ({ ...one, alerts: 0 })),
      'alert_sla',
      'no alert was delivered yet',
    ],
    [
      'an alert that was lost',
      'LIVE_CANARY',
      [...READY, day(7, { step: 'LIVE', alerts_failed: 2, alerts_late: 1 })],
      'alert_sla',
      '6 of 7 whole days since 1972-09-20 (1 alerts took more than 5 s; 2 alerts were not delivered), 1 to go',
    ],
    ['no drill', 'LIVE_CANARY', [CI, TOLD, ...WEEK], 'kill_drill', 'no drill is on file'],
    [
      'a slow drill',
      'LIVE_CANARY',
      [CI, TOLD, ...WEEK, { ...DRILL, cancelled_ms: 10_001 }],
      'kill_drill',
      'cancelled_ms 10001, 10000 allowed',
    ],
    [
      'a drill that was slow in everything',
      'LIVE_CANARY',
      [{ ...DRILL, detect_ms: 3_001, alert_ms: 5_001, cancelled_ms: null }],
      'kill_drill',
      'detect_ms 3001, 3000 allowed, alert_ms 5001, 5000 allowed, cancelled_ms never, 10000 allowed',
    ],
    [
      'a drill that proved nothing',
      'LIVE_CANARY',
      [{ ...DRILL, orders: 0, remaining: 1, placed_after: 1 }],
      'kill_drill',
      'no order rested, 1 orders were left, 1 orders were placed after the switch was pulled',
    ],
    [
      'a drill of other code',
      'LIVE_CANARY',
      [{ ...DRILL, code_version: 'c0' }],
      'kill_drill',
      'the drill was held with other code',
    ],
    [
      'a drill of last month',
      'LIVE_CANARY',
      [{ ...DRILL, at_ms: NOW - 31 * DAY }],
      'kill_drill',
      'the drill is 31 days old',
    ],
    [
      'no jitter',
      'LIVE_CANARY',
      WEEK.map((one) => ({ ...one, jitters: 0 })),
      'jitter',
      'no cycle of this code has recorded a jitter',
    ],
    [
      'no latency',
      'LIVE_CANARY',
      WEEK.map((one) => ({ ...one, latencies: 0 })),
      'latency_telemetry',
      'no cycle of this code has recorded a latency',
    ],
    ['telemetry of other days', 'LIVE_CANARY', [day(3)], 'jitter', 'the last jitter is 2 days old'],
    [
      'a confirmation of last season',
      'LIVE_CANARY',
      [{ ...TOLD, at_ms: NOW - 91 * DAY }],
      'alerts_confirmed',
      'the confirmation has expired',
    ],
    [
      'alerts nobody has seen',
      'LIVE_CANARY',
      [CI, DRILL, ...WEEK],
      'alerts_confirmed',
      'nobody has confirmed that alerts arrive',
    ],
    [
      'half a canary',
      'LIVE',
      [...READY, day(1, { step: 'LIVE_CANARY', observed_ms: 47.5 * 3_600_000 })],
      'canary',
      '47.5 h of 48 h, 0.5 h to go',
    ],
    [
      'a canary with an unhandled breach',
      'LIVE',
      [...READY, ...CANARY.slice(1), day(2, { step: 'LIVE_CANARY', unhandled: ['x', 'x'] })],
      'canary',
      '24 h of 48 h since 1972-09-25 (x), 24 h to go',
    ],
    ['looser caps', 'LIVE', [word('LIVE', { caps: { total: 9 } })], 'caps', 'looser: total 9 -> 10'],
  ])('[REQ-M1] tells by how much with %s', (_what, step, evidence, gate, detail) => {
    expect(missing(step, evidence)[gate]).toBe(detail);
  });

  it('[REQ-M1] is met by evidence at the edge of what is allowed', () => {
    const drill = {
      ...DRILL,
      at_ms: NOW - 30 * DAY,
      orders: 1,
      detect_ms: 3_000,
      alert_ms: 5_000,
      cancelled_ms: 10_000,
    };
    const week = [29, 6, 5, 4, 3, 2, 2].map((ago, i) => day(ago, { day_ms: i, observed_ms: 23 * 3_600_000 }));
    const last = { ...week[6], last_ms: NOW - DAY, jitters: 1, latencies: 1 } as Day;
    const first = { ...week[0], last_ms: NOW - 30 * DAY } as Day;
    const ci = { ...CI, at_ms: NOW - 90 * DAY, passed: 1 };
    const told = { ...TOLD, at_ms: NOW - 90 * DAY };
    const canary = [2, 1].map((ago) => day(ago, { step: 'LIVE_CANARY' }));

    expect(missing('LIVE', [ci, drill, told, first, ...week.slice(1, 6), last, ...canary])).toEqual({});
    const short = week.map((one) => ({ ...one, observed_ms: 23 * 3_600_000 - 1 }));
    expect(missing('LIVE_CANARY', short).paper_rehearsal).toBe('0 of 7 whole days, 7 to go');
    const old = [{ ...first, last_ms: NOW - 30 * DAY - 1 }, ...week.slice(1)];
    expect(missing('LIVE_CANARY', old).paper_rehearsal).toBe('6 of 7 whole days, 1 to go');
  });

  it('[REQ-M1] counts days of LIVE as it counts those of PAPER, for good and for bad', () => {
    const steps = ['PAPER', 'LIVE_CANARY', 'LIVE'] as const;
    const week = WEEK.map((one, i) => ({ ...one, step: steps[i % 3] as Step, alerts: one.step === 'PAPER' ? 0 : 1 }));

    expect(missing('LIVE_CANARY', [CI, DRILL, TOLD, ...week])).toEqual({});
    for (const step of steps) {
      expect(missing('LIVE_CANARY', [...READY, day(1, { step, alerts_late: 1 })]).alert_sla).toContain('1 alerts');
    }
  });

  it('[REQ-M1] counts seven days anew after one on which something was wrong, and no month', () => {
    const bad = day(8, { unhandled: ['x'], alerts_late: 1, alerts_failed: 1 });

    expect(missing('LIVE_CANARY', [...READY, bad])).toEqual({});
    expect(missing('LIVE_CANARY', [...READY, { ...bad, day_ms: NOW - 7 * DAY }])).toEqual({
      paper_rehearsal: '6 of 7 whole days since 1972-09-20 (x), 1 to go',
      alert_sla:
        '6 of 7 whole days since 1972-09-20 (1 alerts took more than 5 s; 1 alerts were not delivered), 1 to go',
    });
  });

  it('[REQ-M1] a canary stays proven by the days at full caps behind it, and not by a rehearsal', () => {
    const old = [40, 39].map((ago) => day(ago, { step: 'LIVE_CANARY' }));
    const live = [2, 1].map((ago) => day(ago, { step: 'LIVE' }));

    expect(missing('LIVE', [...READY, ...old, ...live])).toEqual({});
    expect(missing('LIVE', [...READY, ...old]).canary).toBe('0 h of 48 h, 48 h to go');
    const other = live.map((one) => ({ ...one, risk_hash: 'r0' }));
    expect(missing('LIVE', [...READY, ...old, ...other]).canary).toBe('0 h of 48 h, 48 h to go');
  });

  it('[REQ-M1] takes a test alert that arrived for one that nothing called for', () => {
    const quiet = WEEK.map((one) => ({ ...one, alerts: 0 }));

    expect(missing('LIVE_CANARY', [...quiet, TOLD]).alert_sla).toBeUndefined();
    expect(missing('LIVE_CANARY', [...quiet, TOLD, day(1, { alerts_failed: 1 })]).alert_sla).toContain('1 alerts were');
  });

  it('[REQ-M1] holds caps against the newest word for real money, which one for PAPER does not move', () => {
    const words = [
      word('LIVE_CANARY', { at_ms: 1, caps: { total: 12 } }),
      word('LIVE', { at_ms: 2, caps: { total: 9 } }),
      word('PAPER', { at_ms: 3, caps: { total: 10 } }),
    ];

    expect(missing('LIVE', words).caps).toBe('looser: total 9 -> 10');
    expect(missing('LIVE', words.toReversed()).caps).toBe('looser: total 9 -> 10');
    expect(missing('LIVE_CANARY', words.slice(2)).caps).toBeUndefined();
  });

  it('[REQ-M1] lets caps be looser for as long as an operator said so', () => {
    const loosening = { kind: 'loosening', ...BOUND, by: 'ann', expires_ms: NOW + 1, caps: { total: 10 } } as const;
    const evidence = [word('LIVE', { caps: { total: 9 } }), loosening];

    expect(missing('LIVE', evidence).caps).toBeUndefined();
    expect(missing('LIVE', evidence, { ...CONTEXT, nowMs: NOW + 1 }).caps).toBe('looser: total 9 -> 10');
    expect(missing('LIVE', evidence, { ...CONTEXT, caps: { total: 11 } }).caps).toBe('looser: total 9 -> 11');
  });
});

describe('the standing of LIVE', () => {
  const canary = [...READY, word('PAPER'), word('LIVE_CANARY')];
  const live = [...canary, ...CANARY, word('LIVE')];

  it('[REQ-M1] is granted with the evidence and a word, and not with either alone', () => {
    expect(standingOf(canary, CONTEXT)).toEqual({ kind: 'granted', step: 'LIVE_CANARY' });
    expect(standingOf(live, CONTEXT)).toEqual({ kind: 'granted', step: 'LIVE' });
    expect(standingOf(READY, CONTEXT)).toMatchObject({ reason: expect.stringContaining('nobody has promoted it') });
    expect(standingOf([word('LIVE_CANARY')], CONTEXT)).toMatchObject({
      reason: expect.stringContaining('ci: no test run'),
    });
  });

  it.each<[string, readonly Evidence[], Partial<GateContext>, string]>([
    ['the word has expired', live, { nowMs: NOW + DAY }, 'the word of ann has expired'],
    ['the code changed', live, { codeVersion: 'c2' }, 'confirmed for other code'],
    ['the risk config changed', live, { riskHash: 'r2' }, 'confirmed for another risk config'],
    [
      'evidence has gone',
      live.filter(({ kind }) => kind !== 'kill_drill'),
      {},
      'LIVE: kill_drill: no drill is on file',
    ],
  ])('[REQ-M1] ends when %s', (_why, evidence, context, reason) => {
    expect(standingOf(evidence, { ...CONTEXT, ...context })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  it('[REQ-M1] goes back as far as the deepest demotion, and needs every step again from there', () => {
    const demoted = (to: 'DRY_RUN' | 'PAPER' | 'LIVE_CANARY', at_ms: number): Evidence => ({
      ...BOUND,
      kind: 'demotion',
      to,
      at_ms,
      by: 'the bot',
      reason: 'x',
    });
    const back = [...live, demoted('PAPER', NOW - 100)];

    expect(reachedStep(back)).toBe('PAPER');
    expect(reachedStep([...back, demoted('LIVE_CANARY', NOW - 50)])).toBe('PAPER');
    expect(reachedStep([...live, demoted('DRY_RUN', NOW - 100)])).toBe('DRY_RUN');
    expect(reachedStep([...live, demoted('PAPER', NOW - 2 * DAY)])).toBe('LIVE');
    expect(confirmationOf('PAPER', back)).toBeDefined();
    // In the same millisecond as the word that it takes back.
    expect(reachedStep([...live, demoted('PAPER', BOUND.at_ms)])).toBe('PAPER');
  });
});
