import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CycleSeen, openDay, withCycle } from './day.ts';
import { type Day, daySchema } from './evidence.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const BINDING = { code_version: 'c1', risk_hash: 'r1' };

const seen = (slotMs: number, over: Partial<CycleSeen> = {}): CycleSeen => ({
  slotMs,
  intervalMs: MINUTE_MS,
  latencyMs: 400,
  isExchangeDown: false,
  jitterMs: 0,
  breaches: 0,
  unhandled: [],
  alerts: 0,
  alertsLate: 0,
  alertsFailed: 0,
  unknownOrders: 0,
  ...over,
});
const dayAfter = (cycles: readonly CycleSeen[], day = openDay('PAPER', 0, BINDING)): Day =>
  cycles.reduce(withCycle, day);
const observed = (...minutes: readonly number[]) =>
  dayAfter(minutes.map((minute) => seen(minute * MINUTE_MS))).observed_ms / MINUTE_MS;

describe('[REQ-M1] the evidence of a day', () => {
  it('begins empty, on the UTC day of its first slot, with nothing that the schema does not know', () => {
    const slotMs = 3 * DAY_MS + 5 * MINUTE_MS;

    expect(daySchema.parse(openDay('LIVE_CANARY', slotMs, BINDING))).toEqual({
      kind: 'day',
      step: 'LIVE_CANARY',
      ...BINDING,
      at_ms: slotMs,
      first_ms: slotMs,
      last_ms: slotMs,
      day_ms: 3 * DAY_MS,
      cycles: 0,
      observed_ms: 0,
      breaches: 0,
      unhandled: [],
      alerts: 0,
      alerts_late: 0,
      alerts_failed: 0,
      latencies: 0,
      jitters: 0,
      slowest_ms: 0,
      slow_in_a_row: 0,
      unknown_in_a_row: 0,
    });
  });

  it('goes on counting in a row from the day before, of the same step, code and risk config only', () => {
    const counted = { ...openDay('LIVE', 3 * DAY_MS, BINDING), slow_in_a_row: 2, unknown_in_a_row: 1 };
    const next = (days: readonly Day[]) => {
      const { slow_in_a_row, unknown_in_a_row } = openDay('LIVE', 4 * DAY_MS, BINDING, days);
      return [slow_in_a_row, unknown_in_a_row];
    };

    expect(next([counted])).toEqual([2, 1]);
    const others: Partial<Day>[] = [
      { step: 'LIVE_CANARY' },
      { day_ms: 2 * DAY_MS },
      { code_version: 'c2' },
      { risk_hash: 'r2' },
    ];
    for (const other of others) expect(next([{ ...counted, ...other }])).toEqual([0, 0]);
    expect(next([])).toEqual([0, 0]);
  });

  it('counts no cycle as slow that waited for an exchange that was down, nor as a quick one', () => {
    const slow = (slotMs: number, isExchangeDown: boolean) => seen(slotMs, { latencyMs: 16_000, isExchangeDown });
    const down = dayAfter([slow(0, false), slow(MINUTE_MS, true), slow(2 * MINUTE_MS, true)]);

    expect(down.slow_in_a_row).toBe(1);
    expect(withCycle(down, slow(3 * MINUTE_MS, false)).slow_in_a_row).toBe(2);
    expect(withCycle(down, seen(3 * MINUTE_MS)).slow_in_a_row).toBe(0);
  });

  it('adds up what its cycles saw', () => {
    const first = seen(0, { latencyMs: 900.4, jitterMs: 10, breaches: 2, unhandled: ['a'], alerts: 3, alertsLate: 1 });
    const second = seen(MINUTE_MS, { unhandled: ['b', 'a'], breaches: 1, alerts: 4, alertsLate: 2, alertsFailed: 5 });

    expect(dayAfter([first, second, seen(2 * MINUTE_MS, { alertsFailed: 1, jitterMs: 1 })])).toMatchObject({
      at_ms: 2 * MINUTE_MS,
      first_ms: 0,
      last_ms: 2 * MINUTE_MS,
      cycles: 3,
      latencies: 3,
      jitters: 2,
      breaches: 3,
      unhandled: ['a', 'b'],
      alerts: 7,
      alerts_late: 3,
      alerts_failed: 6,
      slowest_ms: 900,
    });
  });

  it('counts the time between cycles up to three intervals apart, and of a longer gap only the newer cycle', () => {
    expect(observed(0)).toBe(1);
    expect(observed(0, 1, 2)).toBe(3);
    expect(observed(0, 3)).toBe(4);
    expect(observed(0, 4)).toBe(2);
  });

  it('counts no time twice, whatever the order in which cycles are told and however often', () => {
    expect(observed(0, 1, 1, 0, 2)).toBe(3);
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1 }), (minutes) => {
        const span = Math.max(...minutes) - (minutes[0] as number);
        expect(observed(...minutes)).toBeLessThanOrEqual(span + 1);
      }),
    );
  });

  it('counts slow cycles and those with an order of unknown fate for as long as they follow each other', () => {
    const bad = (slot: number) => seen(slot * MINUTE_MS, { latencyMs: 2_000.5, unknownOrders: 1 });

    expect(dayAfter([bad(0), bad(1)])).toMatchObject({ slow_in_a_row: 2, unknown_in_a_row: 2 });
    expect(dayAfter([bad(0), seen(MINUTE_MS, { latencyMs: 2_000 }), bad(2)])).toMatchObject({
      slow_in_a_row: 1,
      unknown_in_a_row: 1,
    });
    expect(dayAfter([bad(0), seen(MINUTE_MS)])).toMatchObject({
      slow_in_a_row: 0,
      unknown_in_a_row: 0,
      slowest_ms: 2_001,
    });
  });

  it('keeps the first twenty kinds of what was not handled', () => {
    const cycles = Array.from({ length: 30 }, (_, i) => seen(i * MINUTE_MS, { unhandled: [`kind ${i}`] }));

    expect(dayAfter(cycles).unhandled).toEqual(Array.from({ length: 20 }, (_, i) => `kind ${i}`));
  });
});
