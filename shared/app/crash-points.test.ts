import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toText } from '../core/money/fixed.ts';
import { compareLedger, isBalanced } from './ledger-check.ts';
import type { CyclePorts } from './ports.ts';
import { approvedOrder, BTC, type Desk, type DeskStore, ETH, startDesks } from './testing/desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

/** Dies at the n-th call of any port: before it took effect, or after it did and before the caller heard of it. */
type Moment = 'before' | 'after';

class Crash extends Error {}

describe('a process that dies at any call', () => {
  let desks: DeskStore;
  beforeAll(async () => {
    desks = await startDesks();
  });
  afterAll(() => desks.close());

  it.each<[Moment, 'kept' | 'lost']>([
    ['before', 'kept'],
    ['before', 'lost'],
    ['after', 'kept'],
    ['after', 'lost'],
  ])(
    '[I2] [I6] [I7] [REQ-X1] never posts an order twice and ends on the exchange’s truth (%s, queue %s)',
    async (moment, queue) => {
      let point = 0;
      while (await survivesCrashAt(desks.open(), point, moment, queue)) point += 1;

      // The path really was cut everywhere: fewer calls than this would mean that the faults were not injected.
      expect(point).toBeGreaterThan(40);
    },
  );
});

/** false when the path ended before the point was reached: it has been cut everywhere. */
async function survivesCrashAt(desk: Desk, point: number, moment: Moment, queue: 'kept' | 'lost'): Promise<boolean> {
  const died = await tradeUntilCrash(desk, point, moment);
  if (died && queue === 'lost') desk.messages.length = 0;
  await recover(desk);
  const held = await expectTruth(desk, `${moment} call ${point}`);
  if (!died) expect(held).toEqual([['0.5'], ['2']]);
  return died;
}

/** A cycle that buys two coins and the worker that places both. */
async function tradeUntilCrash(desk: Desk, point: number, moment: Moment): Promise<boolean> {
  const ports = crashing(desk.ports, point, moment);
  const orders = [approvedOrder(desk), approvedOrder(desk, { product_id: ETH, quantity: '2' })];
  try {
    await cycleWith(ports, desk.settings, orders);
    await drain(desk, ports);
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
}

/** Later cycles without anything new to buy, until every doubt has had the time to settle. */
async function recover(desk: Desk): Promise<void> {
  for (let minute = 0; minute < 8; minute += 1) {
    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);
    await drain(desk);
  }
}

async function expectTruth(desk: Desk, context: string): Promise<readonly (readonly string[])[]> {
  const account = await desk.ports.accounts.load();
  const balances = await desk.exchange.balances();
  if (account === undefined || balances.kind !== 'ok') throw new Error(`${context}: nothing to compare`);
  expect(desk.posted.length, `${context}: posted twice`).toBe(new Set(desk.posted).size);
  expect(account.working, `${context}: a reservation was left`).toEqual({});
  expect(account.outbox, context).toEqual([]);
  expect(account.frozen, context).toEqual({});
  const differences = compareLedger(account, balances.value, 'USD');
  expect(isBalanced(differences), `${context}: ${JSON.stringify(differences)}`).toBe(true);
  const held = [BTC, ETH].map((id) => account.positions[id]?.lots.map((lot) => toText(lot.quantity)) ?? []);
  expect([[], ['0.5']], context).toContainEqual(held[0]);
  expect([[], ['2']], context).toContainEqual(held[1]);
  return held;
}

function crashing(ports: CyclePorts, point: number, moment: Moment): CyclePorts {
  let calls = 0;
  const isUp = () => {
    calls += 1;
    return calls - 1 === point;
  };
  const cut = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const dies = isUp();
          if (dies && moment === 'before') throw new Crash();
          const result: unknown = await Reflect.apply(method, target, args);
          if (dies) throw new Crash();
          return result;
        };
      },
    });
  return {
    ...ports,
    exchange: cut(ports.exchange),
    accounts: cut(ports.accounts),
    orders: cut(ports.orders),
    lease: cut(ports.lease),
    queue: cut(ports.queue),
    notifier: cut(ports.notifier),
    killSwitch: cut(ports.killSwitch),
    marketData: cut(ports.marketData),
  };
}
