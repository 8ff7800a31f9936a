import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCycle } from './run-cycle.ts';
import { type Desk, type DeskStore, startDesks } from './testing/desk.ts';

let desks: DeskStore;
let desk: Desk;
beforeAll(async () => {
  desks = await startDesks();
});
beforeEach(() => {
  desk = desks.open();
});
afterAll(() => desks.close());

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
