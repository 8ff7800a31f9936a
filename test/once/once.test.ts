import { describe, expect, it } from 'vitest';
import type { ExchangeOrder } from '../../shared/ports/exchange.ts';
import type { Fault } from './faults.ts';
import { matrixOf } from './matrix.ts';
import { pairsOf } from './pairs.ts';
import { recordedPoints, shrunkPoints } from './points.ts';
import { runOnce } from './run.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { StandPorts } from './stand.ts';

/** A sample of `npm run prove:once`, which meets every call of every scenario with every fault. */
describe('whatever happens at any call', () => {
  it('[I2] [I6] [I7] [REQ-X1] an entry is sent once and booked whole, whatever the fault', async () => {
    expect((await matrixOf(named('taker_entry'))).breaks).toEqual([]);
  });

  it.each<[string, Fault, Fault]>([
    ['decided_entry', 'crash_after', 'twin'],
    ['maker_expires_to_taker', 'crash_before', 'twin_after_pause'],
    ['unknown_exit_repeated', 'reply_lost', 'delivered_twice'],
    ['maker_filled', 'crash_after', 'outlived'],
    ['post_only_refused', 'crash_after', 'outlived'],
    ['unknown_found_late', 'crash_after', 'outlived'],
    ['unknown_never_placed', 'crash_after', 'outlived'],
    ['maker_expires_to_taker', 'reply_false', 'read_behind'],
  ])('[I2] [I6] [I7] [REQ-X1] %s is sent once and booked whole (%s, %s)', async (name, ...faults) => {
    expect((await matrixOf(named(name), { faults })).breaks).toEqual([]);
  });

  it.each<[string, Fault, Fault]>([
    ['stop_exit_over_protection', 'crash_after', 'outlived'],
    ['slow_cancel', 'crash_after', 'request_lost'],
    ['stop_fires_first', 'reply_lost', 'delivered_twice'],
    ['protection_resized', 'crash_after', 'twin'],
    ['stop_exit_over_protection', 'reply_false', 'read_behind'],
    ['stop_fires_first', 'reply_false', 'read_behind'],
  ])('[I2] [I5] [I6] [I7] %s never sells twice (%s, %s)', async (name, ...faults) => {
    expect((await matrixOf(named(name), { faults })).breaks).toEqual([]);
  });

  it('[I2] [I6] [I7] [REQ-K1] a kill ends every order, whatever happens at any call of it', async () => {
    const faults = ['crash_before', 'reply_lost', 'read_behind', 'twin'] as const;

    expect((await matrixOf(named('killed'), { faults })).breaks).toEqual([]);
  });
});

describe('two faults in a row', () => {
  it('[I2] [I5] [I6] [I7] [REQ-X1] meet also whoever mends the first', async () => {
    expect((await pairsOf(SCENARIOS, 200, 7)).breaks).toEqual([]);
  });
});

describe('the matrix itself', () => {
  it('goes red where the claim asks no condition', async () => {
    const blind = (ports: StandPorts): StandPorts => ({
      ...ports,
      orders: {
        ...ports.orders,
        save: async (record) => {
          await ports.orders.save(record);
          return 'saved';
        },
      },
    });

    // One that rests: of one that has ended the reservation is gone, which the worker looks at once more after its claim.
    const row = await matrixOf(named('maker_filled'), { faults: ['delivered_twice'], sabotage: blind });

    expect(row.duplicates).toBeGreaterThan(0);
    expect(row.breaks[0]?.what.join()).toContain('was posted twice');
  });

  it('goes red where fills are forgotten', async () => {
    const forgetful = (ports: StandPorts): StandPorts => ({
      ...ports,
      accounts: { ...ports.accounts, save: (account) => ports.accounts.save({ ...account, booked_fills: {} }) },
    });

    expect((await runOnce(named('taker_entry'), [], forgetful)).verdict.lost_fills).not.toEqual([]);
  });

  it('goes red where an exit believes that the protection has ended when it has not', async () => {
    let isAsked = false;
    const ended = (order: ExchangeOrder): ExchangeOrder => ({ ...order, status: 'CANCELLED' });
    const hasty = (ports: StandPorts): StandPorts => ({
      ...ports,
      exchange: {
        ...ports.exchange,
        cancel: async () => {
          isAsked = true;
          return { kind: 'ambiguous', message: 'lost' };
        },
        order: async (orderId) => {
          const seen = await ports.exchange.order(orderId);
          return isAsked && seen.kind === 'ok' && seen.value.status === 'OPEN'
            ? { ...seen, value: ended(seen.value) }
            : seen;
        },
      },
    });

    expect((await runOnce(named('stop_exit_over_protection'), [], hasty)).verdict.oversells).not.toEqual([]);
  });

  it('cuts as many calls as are on record, and says so when one is gone', async () => {
    const recorded = recordedPoints();
    const points = await Promise.all(
      SCENARIOS.map(async (scenario) => [scenario.name, await pointsOf(scenario)] as const),
    );
    const rows = points.map(([scenario, count]) => ({ scenario, points: count }));

    expect(shrunkPoints(recorded, rows)).toEqual([]);
    expect(shrunkPoints({ ...recorded, killed: (recorded['killed'] ?? 0) + 1_000, dropped: 5 }, rows)).toEqual([
      expect.stringContaining('killed has'),
      'dropped is gone; 5 points are on record',
    ]);
  });
});

function named(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

async function pointsOf(scenario: Scenario): Promise<number> {
  await runOnce(scenario);
  return (await runOnce(scenario)).calls.length;
}
