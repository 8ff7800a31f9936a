import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../ports/exchange.ts';
import { approvedOrder, type Desk, type DeskStore, startDesks } from './testing/desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

let desks: DeskStore;
let desk: Desk;
beforeAll(async () => {
  desks = await startDesks();
});
beforeEach(() => {
  desk = desks.open();
});
afterAll(() => desks.close());

describe('an order that rests and that the exchange says it does not know', () => {
  const notFound = { kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: 'no such order' } as const;
  const alertsOfIt = () =>
    desk.alerts.map(({ fingerprint }) => fingerprint).filter((text) => text.startsWith('ORDER_NOT_FOUND:'));

  it('[REQ-AL1] [I6] is told when it stays so, keeps its reservation, and is followed again when it is known', async () => {
    await rest();
    await cycle({ order: async () => notFound });
    const early = alertsOfIt();
    desk.nowMs += 600_000;
    await cycle({ order: async () => notFound });

    expect(early).toEqual([]);
    expect(alertsOfIt()).toHaveLength(1);
    expect(Object.keys((await desk.ports.accounts.load())?.working ?? {})).toHaveLength(1);
    await cycle({});
    expect(alertsOfIt()).toHaveLength(1);
  });

  it('[REQ-AL1] is not told of while the exchange gives no answer', async () => {
    await rest();
    desk.nowMs += 600_000;
    await cycle({ order: async () => ({ kind: 'unavailable', message: 'down' }) as const });

    expect(alertsOfIt()).toEqual([]);
  });
});

async function rest(): Promise<void> {
  const route = { kind: 'maker', ttl_ms: 864_000_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
  await cycleWith(desk.ports, desk.settings, [{ ...approvedOrder(desk, { limit: '99.5' }), route }]);
  await drain(desk);
  desk.nowMs += 60_000;
}

async function cycle(exchange: Partial<Exchange>): Promise<void> {
  await cycleWith({ ...desk.ports, exchange: { ...desk.ports.exchange, ...exchange } }, desk.settings, []);
  desk.nowMs += 60_000;
}
