import { describe, expect, it } from 'vitest';
import type { Route } from '../core/portfolio/account.ts';
import type { ApprovedOrder } from '../core/risk/approved-order.ts';
import { runCycle } from './run-cycle.ts';
import { approvedOrder, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

async function gatesOfACycle() {
  const report = await runCycle(desk.ports, desk.settings, { slotMs: Math.floor(desk.nowMs / 60_000) * 60_000 });
  return { gates: report.decision?.gates ?? [], degraded: report.degraded };
}

describe('an intent that failed for good', () => {
  it('[I4] freezes entries for as long as it lies among the dead letters, and pages', async () => {
    desk.deadLetters = () => 2;
    const { gates, degraded } = await gatesOfACycle();
    expect(gates).toContainEqual(
      expect.objectContaining({ gate: 'dead_letters', reason: expect.stringContaining('2 dead letters') }),
    );
    expect(degraded).toContain('gate_dead_letters');
    expect(desk.alerts).toContainEqual(expect.objectContaining({ kind: 'DEAD_LETTERS', severity: 'CRITICAL' }));

    desk.deadLetters = () => 0;
    desk.nowMs += 60_000;
    expect((await gatesOfACycle()).gates.map(({ gate }) => gate)).not.toContain('dead_letters');
  });

  it('[REQ-DD1] has the entries that rest taken off, as every closed gate has, asked once a slot', async () => {
    const route: Route = { kind: 'maker', ttl_ms: 600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' };
    const order = { ...approvedOrder(desk), route } as ApprovedOrder;
    await cycleWith(desk.ports, desk.settings, [order]);
    await drain(desk);
    desk.deadLetters = () => 1;
    for (let slot = 0; slot < 2; slot += 1) {
      desk.nowMs += 60_000;
      await gatesOfACycle();
    }

    const slot_ms = Math.floor(desk.nowMs / 60_000) * 60_000;
    const withdrawal = { client_order_id: order.client_order_id, withdraw: true };
    expect(desk.messages).toEqual([
      { ...withdrawal, slot_ms: slot_ms - 60_000 },
      { ...withdrawal, slot_ms },
    ]);
  });

  it('[I4] is taken for there when the queue does not tell', async () => {
    desk.deadLetters = () => {
      throw new Error('no right to look');
    };
    const { gates } = await gatesOfACycle();
    expect(gates).toContainEqual(
      expect.objectContaining({
        gate: 'dead_letters',
        reason: 'the dead letters cannot be counted: no right to look',
      }),
    );
  });
});
