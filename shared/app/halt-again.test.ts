import { describe, expect, it } from 'vitest';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { halt, haltOnce, lookAfter } from './halt.ts';
import { loadHaltRecord } from './halt-record.ts';
import { approvedOrder, type Desk, START_MS } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith } from './testing/pipeline.ts';
import { restingOrders } from './testing/resting-orders.ts';

const DAY_MS = 86_400_000;
const REQUEST = { reason: 'drill', source: 'operator' };

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('a halt', () => {
  it('[REQ-K1] lists what ended in the last day only: an order that rested for weeks is asked for alone', async () => {
    const weeksAgoMs = START_MS - 21 * DAY_MS;
    const working = await restingOrders(desk, 3);
    const young = new Set(['o1', 'o2']);
    const asked: string[] = [];
    const sinceMs: number[] = [];
    const dated = (order: ExchangeOrder) => ({
      ...order,
      createdMs: young.has(order.orderId) ? desk.nowMs - 60_000 : weeksAgoMs,
    });
    const open = working.exchange.openOrders;
    const all = await open();
    const ended =
      all.kind === 'ok' ? all.value.map(dated).map((order) => ({ ...order, status: 'CANCELLED' as const })) : [];
    const exchange: Desk['exchange'] = {
      ...working.exchange,
      openOrders: async () => {
        const listed = await open();
        return listed.kind === 'ok' ? { ...listed, value: listed.value.map(dated) } : listed;
      },
      order: async (id) => {
        asked.push(id);
        return working.exchange.order(id);
      },
      ordersSince: async (from) => {
        sinceMs.push(from);
        return { kind: 'ok', value: ended.filter(({ createdMs }) => createdMs >= from) };
      },
      fillsSince: async (from) => {
        sinceMs.push(from);
        return { kind: 'ok', value: [] };
      },
    };
    const report = await halt({ ...desk.ports, exchange }, desk.settings, REQUEST);

    expect(report).toMatchObject({ found: 3, remaining: [], faults: [], cancelled_ms: expect.any(Number) });
    expect(asked).toEqual(['o0']);
    expect(sinceMs).toHaveLength(2);
    for (const from of sinceMs) expect(from).toBeGreaterThan(desk.nowMs - 2 * DAY_MS);
  });

  describe('of another pull than the look that comes before it', () => {
    it.each([
      ['other words', 'drill again'],
      ['the same words', REQUEST.reason],
    ])('[REQ-K1] [REQ-AL1] halts and tells people, with %s', async (_name, reason) => {
      await haltOnce(desk.ports, desk.settings, { ...REQUEST, flippedAtMs: desk.nowMs });
      desk.nowMs += 3_600_000;
      const pull = { reason, source: 'watch', flippedAtMs: desk.nowMs };
      const { exchange } = await restingOrders(desk, 1);
      const ports = { ...desk.ports, exchange };
      const before = await loadHaltRecord(desk.ports.facts);
      expect(await lookAfter(ports, desk.settings, pull)).toMatchObject({ found: 1, remaining: [] });
      // What it found belongs to a pull of other words, if it can tell.
      if (reason !== REQUEST.reason) expect(await loadHaltRecord(desk.ports.facts)).toEqual(before);
      await haltOnce(ports, desk.settings, pull);

      expect(desk.alerts.filter(({ kind }) => kind === 'KILL_SWITCH')).toHaveLength(2);
      expect(await loadHaltRecord(desk.ports.facts)).toMatchObject({
        halt_reason: reason,
        flipped_at_ms: pull.flippedAtMs,
        alert_ms: expect.any(Number),
      });
    });
  });

  describe('repeated in full because the first one was not complete', () => {
    const deafOnce = async () => {
      const working = await restingOrders(desk, 2);
      const deaf = { ...working.exchange, cancel: async () => ({ kind: 'ambiguous', message: 'no answer' }) as const };
      return { working, deaf };
    };

    it('[REQ-K1] keeps when the pull was first seen and first told, and who saw it, in record and figures', async () => {
      const request = { ...REQUEST, flippedAtMs: desk.nowMs - 700 };
      const { working, deaf } = await deafOnce();
      const first = await haltOnce({ ...desk.ports, exchange: deaf }, desk.settings, request);
      desk.nowMs += 60_000;
      const again = await haltOnce({ ...desk.ports, exchange: working.exchange }, desk.settings, {
        ...request,
        source: 'watch',
      });

      expect(first).toMatchObject({ detect_ms: 700, alert_ms: 700, cancelled_ms: null });
      expect(again).toMatchObject({ detect_ms: 700, alert_ms: 700, found: 2, remaining: [] });
      expect(await loadHaltRecord(desk.ports.facts)).toMatchObject({
        source: 'operator',
        detect_ms: 700,
        alert_ms: 700,
        found: 2,
        remaining: [],
        cancelled_ms: expect.any(Number),
      });
    });

    it('[REQ-K1] says how late the first alarm was that got through, not that of an attempt', async () => {
      const request = { ...REQUEST, flippedAtMs: desk.nowMs };
      const { working, deaf } = await deafOnce();
      const mute = { notify: () => Promise.reject(new Error('throttled')) };
      await haltOnce({ ...desk.ports, exchange: deaf, notifier: mute }, desk.settings, request);
      desk.nowMs += 20_000;
      await haltOnce({ ...desk.ports, exchange: deaf }, desk.settings, request);
      desk.nowMs += 60_000;
      await haltOnce({ ...desk.ports, exchange: working.exchange, notifier: mute }, desk.settings, request);

      const record = await loadHaltRecord(desk.ports.facts);
      expect(record?.detect_ms).toBe(0);
      expect(record?.alert_ms).toBeGreaterThanOrEqual(20_000);
      expect(record?.alert_ms).toBeLessThan(60_000);
    });

    it('[REQ-K1] counts what was withdrawn altogether', async () => {
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
      const request = { ...REQUEST, flippedAtMs: desk.nowMs };
      const { working, deaf } = await deafOnce();
      await haltOnce({ ...desk.ports, exchange: deaf }, desk.settings, request);
      await haltOnce({ ...desk.ports, exchange: working.exchange }, desk.settings, request);

      expect((await loadHaltRecord(desk.ports.facts))?.withdrawn).toBe(1);
    });

    it('[REQ-K1] takes nothing over from another pull', async () => {
      const { deaf } = await deafOnce();
      await haltOnce({ ...desk.ports, exchange: deaf }, desk.settings, { ...REQUEST, flippedAtMs: desk.nowMs });
      desk.nowMs += 60_000;
      await haltOnce(desk.ports, desk.settings, { ...REQUEST, flippedAtMs: desk.nowMs - 900 });

      expect(await loadHaltRecord(desk.ports.facts)).toMatchObject({ detect_ms: 900, alert_ms: 900, found: 0 });
    });

    it('[REQ-K1] writes over a record that nobody can read', async () => {
      await desk.ports.facts.save('halt', { halt_reason: 5 }, 0);

      expect((await halt(desk.ports, desk.settings, REQUEST)).faults).toEqual([]);
      expect(await loadHaltRecord(desk.ports.facts)).toMatchObject({ halt_reason: 'drill' });
    });
  });
});
