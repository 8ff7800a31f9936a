import { describe, expect, it } from 'vitest';
import type { ExchangeOrder } from '../../shared/ports/exchange.ts';
import { matrixOf } from './matrix.ts';
import { recordedPoints, shrunkPoints } from './points.ts';
import { runOnce } from './run.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { StandPorts } from './stand.ts';

/** A sample of `npm run prove:once`, which meets every call of every scenario with every fault. */
describe('whatever happens at any call', () => {
  it.each(['taker_entry', 'stop_exit_over_protection'])(
    '[I2] [I5] [I6] [I7] [REQ-X1] nothing is sent twice, lost or oversold, whatever the fault (%s)',
    async (name) => {
      expect((await matrixOf(named(name))).breaks).toEqual([]);
    },
  );

  it.each(SCENARIOS.map(({ name }) => name).filter((name) => name !== 'killed'))(
    '[I2] [I6] [I7] [REQ-X1] %s survives a crash after any call and a second bot that settles everything first',
    async (name) => {
      const row = await matrixOf(named(name), { faults: ['crash_after', 'outlived'] });

      expect(row.breaks).toEqual([]);
    },
  );

  it('[I2] [I6] [REQ-K1] a kill ends every order, whatever happens at any call of it', async () => {
    expect((await matrixOf(named('killed'))).breaks).toEqual([]);
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

    const row = await matrixOf(named('taker_entry'), { faults: ['delivered_twice'], sabotage: blind });

    expect(row.duplicates).toBeGreaterThan(0);
    expect(row.breaks[0]?.what.join()).toContain('was posted twice');
  });

  it('goes red where fills are forgotten', async () => {
    const forgetful = (ports: StandPorts): StandPorts => ({
      ...ports,
      accounts: { ...ports.accounts, save: (account) => ports.accounts.save({ ...account, booked_fills: {} }) },
    });

    expect((await runOnce(named('taker_entry'), null, forgetful)).verdict.lost_fills).not.toEqual([]);
  });

  it('goes red where an exit believes that the protection has ended when it has not', async () => {
    const ended = (order: ExchangeOrder): ExchangeOrder => ({ ...order, status: 'CANCELLED' });
    const hasty = (ports: StandPorts): StandPorts => ({
      ...ports,
      exchange: {
        ...ports.exchange,
        cancel: async () => ({ kind: 'ambiguous', message: 'lost' }),
        order: async (orderId) => {
          const seen = await ports.exchange.order(orderId);
          return seen.kind === 'ok' && seen.value.status === 'OPEN' ? { ...seen, value: ended(seen.value) } : seen;
        },
      },
    });

    expect((await runOnce(named('stop_exit_over_protection'), null, hasty)).verdict.oversells).not.toEqual([]);
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
  await runOnce(scenario, null);
  return (await runOnce(scenario, null)).calls.length;
}
