import { describe, expect, it } from 'vitest';
import { positionOf } from '../../test/core/world.ts';
import { candlesFrom } from '../core/market/candles.ts';
import type { Route } from '../core/portfolio/account.ts';
import type { ApprovedOrder } from '../core/risk/approved-order.ts';
import type { CyclePorts } from './ports.ts';
import { runCycle } from './run-cycle.ts';
import { approvedOrder, BTC, type Desk, ETH } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { updateAccount } from './update-account.ts';

const MINUTE_MS = 60_000;
const MAKER: Route = { kind: 'maker', ttl_ms: 600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' };

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

/** A quiet market in which every gate is open, so that nothing but the missing authority speaks. */
const calm: CyclePorts['marketData']['candles'] = async (_id, _interval, fromIndex, toIndex) => {
  const bars = Array.from({ length: toIndex - fromIndex + 1 }, (_, i) => {
    return { index: fromIndex + i, open: 100, high: 100.1, low: 99.9, close: 100, volume: 1_000 };
  });
  return { kind: 'ok', value: candlesFrom(bars) };
};

async function refusedCycle() {
  desk.nowMs += MINUTE_MS;
  const slotMs = Math.floor(desk.nowMs / MINUTE_MS) * MINUTE_MS;
  const ports = { ...desk.ports, marketData: { ...desk.ports.marketData, candles: calm } };
  const report = await runCycle(ports, { ...desk.settings, mode: 'LIVE' }, { slotMs });
  expect(report.mode).toBe('DRY_RUN');
  expect(report.decision?.gates).toEqual([]);
  return slotMs;
}

describe('LIVE that is not authorised any more', () => {
  it('[REQ-M1] [I4] has the entries that rest taken off, asked once a slot', async () => {
    const order = { ...approvedOrder(desk), route: MAKER } as ApprovedOrder;
    await cycleWith(desk.ports, desk.settings, [order]);
    await drain(desk);
    const slots = [await refusedCycle(), await refusedCycle()];

    const { client_order_id } = order;
    expect(desk.messages).toEqual(slots.map((slot_ms) => ({ client_order_id, slot_ms, withdraw: true })));
    await drain(desk);
    expect((await desk.ports.accounts.load())?.working).toEqual({});
  });

  it('[REQ-M1] [REQ-AL1] says what is held and that nothing sells it', async () => {
    await cycleWith(desk.ports, desk.settings, []);
    await refusedCycle();
    expect(detail()).toBe('not on this desk');

    const positions = { [BTC]: positionOf('1'), [ETH]: positionOf('2') };
    await updateAccount(desk.ports.accounts, (account) => ({ ...account, positions }));
    await refusedCycle();
    expect(detail()).toBe(
      'not on this desk; nothing sells BTC-USD, ETH-USD meanwhile; no stop rests behind BTC-USD, ETH-USD',
    );
  });
});

function detail(): string | undefined {
  return desk.alerts.findLast(({ kind }) => kind === 'LIVE_NOT_AUTHORISED')?.detail;
}
