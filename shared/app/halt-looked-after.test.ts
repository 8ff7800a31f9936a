import { describe, expect, it } from 'vitest';
import { haltOnce } from './halt.ts';
import { loadHaltRecord } from './halt-record.ts';
import { rearmObstacles, recordRearm } from './rearm.ts';
import { type Desk, START_MS } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { restingOrders } from './testing/resting-orders.ts';
import { restInBooks } from './testing/steps.ts';
import { tradeMinute } from './testing/traded-minutes.ts';

const REQUEST = { reason: 'drill', source: 'operator' };

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('a halt that is looked after once more', () => {
  const request = () => ({ ...REQUEST, flippedAtMs: START_MS });

  it('[REQ-K1] says of the halt when the last order had really ended', async () => {
    await haltOnce(desk.ports, desk.settings, request());
    const { exchange } = await restingOrders(desk, 1);
    desk.nowMs += 5_000;
    const again = await haltOnce({ ...desk.ports, exchange }, desk.settings, request());

    expect(again.faults).toEqual([]);
    const record = await loadHaltRecord(desk.ports.facts);
    expect(record).toMatchObject({ found: 1, remaining: [], faults: [], flipped_at_ms: START_MS });
    expect(record?.cancelled_ms).toBeGreaterThanOrEqual(5_000);
  });

  it('[REQ-K1] finds nothing in what had ended before and only waits in the books for its last fill', async () => {
    await restInBooks(desk);
    tradeMinute(desk, { low: 95, volume: 0.2 });
    const behind = { ...desk.ports.exchange, fillsSince: async () => ({ kind: 'ok', value: [] }) as const };
    const ports = { ...desk.ports, exchange: behind };
    const pull = { ...REQUEST, flippedAtMs: desk.nowMs };
    await haltOnce(ports, desk.settings, pull);
    const before = await loadHaltRecord(desk.ports.facts);
    desk.nowMs += 15_000;
    const again = await haltOnce(ports, desk.settings, pull);

    expect(before).toMatchObject({ found: 1, cancelled_ms: expect.any(Number) });
    expect(again).toMatchObject({ found: 0, remaining: [], faults: [expect.stringContaining('is not settled')] });
    expect(await loadHaltRecord(desk.ports.facts)).toEqual(before);
  });

  it('[REQ-K1] is not complete while an order lives that only the books tell of', async () => {
    await haltOnce(desk.ports, desk.settings, request());
    await restInBooks(desk);
    const exchange: Desk['exchange'] = {
      ...desk.ports.exchange,
      openOrders: async () => ({ kind: 'ok', value: [] }),
      cancel: async (ids) => ({
        kind: 'ok',
        value: ids.map((orderId) => ({ orderId, accepted: false, reason: 'COMMANDER_REJECTED_CANCEL_ORDER' })),
      }),
    };
    await haltOnce({ ...desk.ports, exchange }, desk.settings, request());

    desk.kill = { kind: 'killed', reason: 'drill' };
    expect((await rearmObstacles(desk.ports, [])).join()).toContain('the halt is not complete');
  });

  it('[REQ-K1] is not complete while a list that may hold more cannot be read', async () => {
    await haltOnce(desk.ports, desk.settings, request());
    await restInBooks(desk);
    const openOrders = async () => ({ kind: 'unavailable', message: 'down' }) as const;
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, openOrders } };
    const again = await haltOnce(ports, desk.settings, request());

    expect(again).toMatchObject({ found: 1, remaining: [], faults: ['open orders: unavailable: down'] });
    expect((await loadHaltRecord(desk.ports.facts))?.cancelled_ms).toBeNull();
  });

  it('[REQ-K1] says when it could not note what it found: the record still tells of a halt that left nothing', async () => {
    await haltOnce(desk.ports, desk.settings, request());
    await restInBooks(desk);
    const save = async () => Promise.reject(new Error('throttled'));
    const ports = { ...desk.ports, facts: { ...desk.ports.facts, save } };

    expect((await haltOnce(ports, desk.settings, request())).faults).toEqual(['halt record: throttled']);
  });

  it('[REQ-K1] is not complete while it leaves an order: nothing may be armed again', async () => {
    await haltOnce(desk.ports, desk.settings, request());
    const { exchange } = await restingOrders(desk, 1);
    const deaf = { ...exchange, cancel: async () => ({ kind: 'ambiguous', message: 'no answer' }) as const };
    desk.kill = { kind: 'killed', reason: 'drill' };
    await haltOnce({ ...desk.ports, exchange: deaf }, desk.settings, request());

    const obstacles = await rearmObstacles(desk.ports, []);
    expect(obstacles.join()).toContain('the halt is not complete');
  });

  it('[REQ-K1] arms nothing on the halt of an earlier pull', async () => {
    const pull = (atMs: number) => {
      desk.kill = { kind: 'killed', reason: 'drill', atMs };
      return { ...REQUEST, flippedAtMs: atMs };
    };
    const clean = () => [{ slot_ms: START_MS, status: 'completed', started_at_ms: desk.nowMs, summary: {} } as const];
    await haltOnce(desk.ports, desk.settings, pull(desk.nowMs));
    desk.nowMs += 60_000;
    expect(await rearmObstacles(desk.ports, clean())).toEqual([]);
    await recordRearm(desk.ports, { by: 'operator', reason: 'checked', atMs: desk.nowMs });
    // The switch did not move: the operator asks again.
    expect(await rearmObstacles(desk.ports, clean())).toEqual([]);

    desk.nowMs += 3_600_000;
    const again = pull(desk.nowMs);
    desk.nowMs += 60_000;
    // A halt that can write nothing leaves the record of the one before.
    const save = async () => Promise.reject(new Error('throttled'));
    await haltOnce({ ...desk.ports, facts: { ...desk.ports.facts, save } }, desk.settings, again);
    expect((await rearmObstacles(desk.ports, clean())).join()).toContain('an earlier pull');

    await haltOnce(desk.ports, desk.settings, again);
    desk.nowMs += 60_000;
    expect(await rearmObstacles(desk.ports, clean())).toEqual([]);
  });

  it('[REQ-K1] fails when the books cannot be read: what waits there was not withdrawn', async () => {
    await haltOnce(desk.ports, desk.settings, request());
    const load = async () => Promise.reject(new Error('throttled'));
    const again = await haltOnce(
      { ...desk.ports, accounts: { ...desk.ports.accounts, load } },
      desk.settings,
      request(),
    );

    expect(again.faults).toEqual(['account: throttled']);
  });
});
