import { describe, expect, it } from 'vitest';
import { memoryEvidence } from '../../test/gates/memory-evidence.ts';
import type { Evidence, EvidenceOf } from '../core/gates/evidence.ts';
import { reachedStep, type Standing } from '../core/gates/standing.ts';
import type { CycleReport } from './cycle-report.ts';
import { gatedAuthority } from './gated-authority.ts';
import { type NotePorts, noteCycle } from './note-cycle.ts';
import { timedNotifier } from './timed-notifier.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BINDING = { code_version: 'c1', risk_hash: 'r1' };
const word = (to: EvidenceOf<'confirmation'>['to']): Evidence => ({
  kind: 'confirmation',
  at_ms: 0,
  ...BINDING,
  to,
  by: 'ann',
  expires_ms: DAY_MS * 99,
  caps: {},
});
const LIVE = [word('PAPER'), word('LIVE_CANARY'), word('LIVE')];
const GRANTED: Standing = { kind: 'granted', step: 'LIVE' };

function cycle(slot_ms: number, over: Partial<CycleReport> = {}): CycleReport {
  const decision = { breaches: [], gates: [], orders: [] } as unknown as CycleReport['decision'];
  const rest = { degraded: [], published: 0, detail: null, mode: 'PAPER' as const, foreign_orders: [], dust: [] };
  return {
    kind: 'completed',
    slot_ms,
    jitter_ms: 20,
    offset_ms: 20,
    latency_ms: 400,
    steps_ms: {},
    figures: null,
    decision,
    ...rest,
    ...over,
  };
}

function world(filed: readonly Evidence[], standing: Standing = GRANTED) {
  const evidence = memoryEvidence(filed);
  const told: string[] = [];
  const working: Record<string, { readonly status: string; readonly sent_at_ms: number }> = {};
  const times = { delivered: 0, late: 0, failed: 0 };
  const ports = {
    evidence,
    accounts: { load: async () => ({ working }) },
    notifier: {
      notify: async (...all: readonly { readonly detail: string }[]) => void told.push(...all.map((a) => a.detail)),
    },
    clock: { nowMs: () => 5 * DAY_MS, monotonicMs: () => 0, sleep: async () => undefined },
    standing: async () => standing,
    alertTimes: () => times,
  } as unknown as NotePorts;
  const note = (mode: 'DRY_RUN' | 'PAPER' | 'LIVE', report: CycleReport) =>
    noteCycle(ports, { mode, botId: 'bot', intervalMs: HOUR_MS, unknownSettleMs: 120_000, binding: BINDING }, report);
  const days = async () => (await evidence.all()).filter((one) => one.kind === 'day');
  return { evidence, told, working, times, note, days };
}

describe('the evidence of a cycle', () => {
  it('[REQ-M1] adds up to its UTC day: what was observed, what was measured', async () => {
    const { note, days } = world([word('PAPER')]);
    for (let hour = 0; hour < 30; hour += 1) await note('PAPER', cycle(hour * HOUR_MS));

    expect(await days()).toMatchObject([
      { day_ms: 0, step: 'PAPER', cycles: 24, observed_ms: DAY_MS, latencies: 24, jitters: 24, unhandled: [] },
      { day_ms: DAY_MS, cycles: 6, observed_ms: 6 * HOUR_MS },
    ]);
  });

  it('[REQ-M1] does not count a time in which nobody looked', async () => {
    const { note, days } = world([word('PAPER')]);
    for (const hour of [0, 1, 20, 21]) await note('PAPER', cycle(hour * HOUR_MS));

    expect(await days()).toMatchObject([{ cycles: 4, observed_ms: 4 * HOUR_MS }]);
  });

  it('[REQ-M1] is not filed before the promotion to PAPER, in DRY_RUN, or for a cycle that did nothing', async () => {
    const early = world([]);
    await early.note('PAPER', cycle(0));
    const dry = world([word('PAPER')]);
    await dry.note('DRY_RUN', cycle(0));
    await dry.note('PAPER', cycle(0, { kind: 'locked' }));

    expect([...(await early.days()), ...(await dry.days())]).toEqual([]);
  });

  it.each<[string, Partial<CycleReport>, number, string]>([
    ['books that differ', { ledger_break: 'cash: 1 is missing' }, 0, 'books and exchange differed'],
    [
      'an entry under a gate',
      { decision: { breaches: [], gates: [{}], orders: [{ purpose: 'entry' }] } as unknown as CycleReport['decision'] },
      0,
      'an entry was ordered under an active gate',
    ],
    ['an alert that got stuck', {}, 1, 'an alert was not delivered'],
  ])('[REQ-M1] keeps %s as unhandled', async (_what, over, failed, unhandled) => {
    const { note, days, times } = world([word('PAPER')]);
    Object.assign(times, { failed });
    await note('PAPER', cycle(0, over));

    expect(await days()).toMatchObject([{ unhandled: [unhandled] }]);
  });
});

describe('the way back to PAPER', () => {
  const paperAgain = async ({ evidence }: ReturnType<typeof world>) => reachedStep(await evidence.all());

  it('[REQ-M1] is not taken by a LIVE bot that is well', async () => {
    const bot = world(LIVE);
    for (let hour = 0; hour < 5; hour += 1) await bot.note('LIVE', cycle(hour * HOUR_MS));

    expect(await paperAgain(bot)).toBe('LIVE');
    expect(bot.told).toEqual([]);
  });

  it('[REQ-M1] is taken at once when books and exchange differ', async () => {
    const bot = world(LIVE);
    await bot.note('LIVE', cycle(0, { ledger_break: 'cash: 1 is missing' }));

    expect(await paperAgain(bot)).toBe('PAPER');
    expect(bot.told).toEqual(['ledger break: cash: 1 is missing']);
  });

  it('[REQ-M1] is taken after three cycles in a row with an order of unknown fate, not after two', async () => {
    const bot = world(LIVE);
    bot.working['x'] = { status: 'UNKNOWN', sent_at_ms: -DAY_MS };
    for (const hour of [0, 1]) await bot.note('LIVE', cycle(hour * HOUR_MS));
    expect(await paperAgain(bot)).toBe('LIVE');
    await bot.note('LIVE', cycle(2 * HOUR_MS));

    expect(await paperAgain(bot)).toBe('PAPER');
    expect(bot.told).toEqual(['orders of unknown fate in 3 cycles in a row']);
  });

  it('[REQ-M1] counts cycles in a row across midnight: two before it and one after it are three', async () => {
    const bot = world(LIVE);
    bot.working['x'] = { status: 'UNKNOWN', sent_at_ms: -DAY_MS };
    for (const hour of [22, 23]) await bot.note('LIVE', cycle(hour * HOUR_MS));
    await bot.note('LIVE', cycle(24 * HOUR_MS));

    expect(await paperAgain(bot)).toBe('PAPER');
    expect(bot.told).toEqual(['orders of unknown fate in 3 cycles in a row']);
  });

  it('[REQ-M1] [REQ-OB1] is taken after five slow cycles in a row; a quick one between starts the count again', async () => {
    const bot = world(LIVE);
    const slow = { latency_ms: 2_001 };
    for (const hour of [0, 1, 2, 3]) await bot.note('LIVE', cycle(hour * HOUR_MS, slow));
    await bot.note('LIVE', cycle(4 * HOUR_MS));
    for (const hour of [5, 6, 7, 8]) await bot.note('LIVE', cycle(hour * HOUR_MS, slow));
    expect(await paperAgain(bot)).toBe('LIVE');
    await bot.note('LIVE', cycle(9 * HOUR_MS, slow));

    expect(await paperAgain(bot)).toBe('PAPER');
  });

  it('[REQ-M1] [REQ-EX1] is not taken for the slowness of an exchange that is down, which is no quick cycle either', async () => {
    const bot = world(LIVE);
    const slow = { latency_ms: 2_001 };
    const down = { latency_ms: 16_000, degraded: ['balances_unavailable', 'gate_exchange', 'gate_ledger'] };
    for (const hour of [0, 1, 2, 3, 4, 5, 6]) await bot.note('LIVE', cycle(hour * HOUR_MS, down));
    for (const hour of [7, 8, 9, 10]) await bot.note('LIVE', cycle(hour * HOUR_MS, slow));
    await bot.note('LIVE', cycle(11 * HOUR_MS, down));
    expect(await paperAgain(bot)).toBe('LIVE');
    await bot.note('LIVE', cycle(12 * HOUR_MS, slow));

    expect(await paperAgain(bot)).toBe('PAPER');
    expect(bot.told).toEqual(['5 cycles in a row took more than 2000 ms']);
  });

  it('[REQ-M1] is taken once when the gates refuse what they had granted', async () => {
    const bot = world(LIVE, { kind: 'refused', reason: 'LIVE: kill_drill: the drill is 31 days old' });
    for (const hour of [0, 1]) await bot.note('LIVE', cycle(hour * HOUR_MS));

    expect(await paperAgain(bot)).toBe('PAPER');
    expect(bot.told).toEqual(['evidence: LIVE: kill_drill: the drill is 31 days old']);
    expect(await bot.days()).toEqual([]);
  });

  it('[REQ-M1] is not taken because the evidence could not be read for a moment: that cycle was a dry one', async () => {
    const store = memoryEvidence(LIVE);
    const clock = { nowMs: () => 1, monotonicMs: () => 0, sleep: async () => undefined };
    const once = { ...store, all: () => Promise.reject(new Error('throttled')) };
    const standing = await gatedAuthority(once, clock, { codeVersion: 'c1', riskHash: 'r1', caps: {} }).standing();
    const bot = world(LIVE, standing);
    await bot.note('LIVE', cycle(0));

    expect(standing.kind).toBe('refused');
    expect(await paperAgain(bot)).toBe('LIVE');
    expect(bot.told).toEqual([]);
  });

  it('[REQ-M1] is taken when paper and live drift apart, once somebody compares them', async () => {
    const { evidence } = world(LIVE);
    await noteCycle(
      {
        evidence,
        accounts: { load: async () => undefined, save: async () => 'saved' },
        notifier: { notify: async () => undefined },
        clock: { nowMs: () => 1, monotonicMs: () => 0, sleep: async () => undefined },
        standing: async () => GRANTED,
        alertTimes: () => ({ delivered: 0, late: 0, failed: 0 }),
      },
      {
        mode: 'LIVE',
        botId: 'bot',
        intervalMs: HOUR_MS,
        unknownSettleMs: 120_000,
        binding: BINDING,
        parityDrift: async () => '3 of 100 slots',
      },
      cycle(0),
    );

    expect(await evidence.all()).toContainEqual(expect.objectContaining({ reason: 'parity drift: 3 of 100 slots' }));
  });
});

describe('the authority of the gates', () => {
  const context = { codeVersion: 'c1', riskHash: 'r1', caps: {} };

  it('[I10] refuses when the evidence cannot be read', async () => {
    const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined };
    const down = { ...memoryEvidence(), all: () => Promise.reject(new Error('throttled')) };

    expect(await gatedAuthority(down, clock, context).refusal()).toBe('the gate evidence cannot be read: throttled');
  });

  it('[REQ-M1] asks anew after three seconds', async () => {
    const time = { ms: 0 };
    const clock = { nowMs: () => time.ms, monotonicMs: () => time.ms, sleep: async () => undefined };
    let reads = 0;
    const store = memoryEvidence();
    const counted = {
      ...store,
      all: () => {
        reads += 1;
        return store.all();
      },
    };
    const authority = gatedAuthority(counted, clock, context);
    for (const ms of [0, 1, 2_999, 3_000]) {
      time.ms = ms;
      await authority.refusal();
    }

    expect(reads).toBe(2);
  });
});

describe('a notifier with a stopwatch', () => {
  it.each([
    [4_900, { delivered: 1, late: 0, failed: 0 }],
    [5_100, { delivered: 1, late: 1, failed: 0 }],
  ])('[REQ-AL1] judges %i ms', async (ms, expected) => {
    const time = { ms: 0 };
    const slow = {
      notify: async () => {
        time.ms += ms;
      },
    };
    const { notifier, take } = timedNotifier(slow, { monotonicMs: () => time.ms });
    await notifier.notify({} as never);

    expect(take()).toEqual(expected);
    expect(take()).toEqual({ delivered: 0, late: 0, failed: 0 });
  });
});
