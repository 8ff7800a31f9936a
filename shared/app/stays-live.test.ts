import { describe, expect, it } from 'vitest';
import { memoryEvidence } from '../../test/gates/memory-evidence.ts';
import type { Evidence, Step } from '../core/gates/evidence.ts';
import { reachedStep } from '../core/gates/standing.ts';
import type { Exchange } from '../ports/exchange.ts';
import { noteCycle } from './note-cycle.ts';
import { runCycle } from './run-cycle.ts';
import { balancesLess } from './testing/by-hand.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { updateAccount } from './update-account.ts';

const BINDING = { code_version: 'c1', risk_hash: 'r1' };
const DOWN = { kind: 'unavailable', message: '503' } as const;

function promotedTo(to: Step): Evidence {
  return { kind: 'confirmation', at_ms: 0, ...BINDING, to, by: 'ann', expires_ms: 9e15, caps: {} };
}

describe('a LIVE bot whose books', () => {
  const openDesk = deskOpener();

  it.each<[string, (desk: Desk) => Partial<Exchange>]>([
    ['cannot be compared, because the exchange does not answer', () => ({ balances: async () => DOWN })],
    ['see a deposit for the first time', (desk) => ({ balances: balancesLess(desk, 'USD', '-500') })],
    ['see coins come in for the first time', (desk) => ({ balances: balancesLess(desk, 'DOGE', '-3') })],
    [
      'lack coins, while fills cannot be read that may explain it',
      (desk) => ({ balances: balancesLess(desk, 'BTC', '0.1'), fillsSince: async () => DOWN }),
    ],
    ['see a reward on a coin that it holds', (desk) => ({ balances: balancesLess(desk, 'BTC', '-0.0001') })],
  ])('[REQ-M1] %s, stays LIVE: nothing is known to be wrong', async (_what, faultOf) => {
    const desk = openDesk();
    const { reached, days } = await afterTwoCycles(desk, faultOf(desk));

    expect(reached).toBe('LIVE');
    expect(days).toMatchObject([{ cycles: 2, unhandled: [] }]);
  });

  it.each<[string, (desk: Desk) => Partial<Exchange>]>([
    ['lack coins that it holds', (desk) => ({ balances: balancesLess(desk, 'BTC', '0.1') })],
    ['lack cash, and other cash each time', (desk) => dwindling(desk)],
  ])('[REQ-M1] %s, goes back to PAPER', async (_what, faultOf) => {
    const desk = openDesk();
    const { reached, days } = await afterTwoCycles(desk, faultOf(desk));

    expect(reached).toBe('PAPER');
    expect(days).toMatchObject([{ unhandled: ['books and exchange differed'] }]);
  });
});

describe('a LIVE bot of which an order came back as another one', () => {
  const openDesk = deskOpener();

  it('[REQ-M1] [I7] goes back to PAPER, though books and balances agree', async () => {
    const desk = openDesk();
    const { accounts } = desk.ports;
    await cycleWith(desk.ports, desk.settings, []);
    await updateAccount(accounts, (account) => ({
      ...account,
      frozen: { [BTC]: 'order a came back with another size' },
    }));
    const { reached, days } = await afterTwoCycles(desk, {});

    expect(reached).toBe('PAPER');
    expect(days).toMatchObject([{ unhandled: ['books and exchange differed'] }]);
  });
});

describe('a LIVE bot that lost the reply to a POST of an order that was never placed', () => {
  const openDesk = deskOpener();

  it.each([60_000, 300_000])(
    '[REQ-M1] [I2] has found out before it would go back to PAPER, at a cycle each %i ms',
    async (intervalMs) => {
      const desk = openDesk();
      const { cycles, working, reached } = await afterALostPost(desk, desk.ports, intervalMs);

      expect(cycles).toBeGreaterThan(2);
      expect(working).toEqual([]);
      expect(reached).toBe('LIVE');
    },
  );

  it('[REQ-M1] goes back to PAPER when it cannot find out', async () => {
    const desk = openDesk();
    const exchange = { ...desk.ports.exchange, ordersSince: async () => DOWN };
    const { working, reached } = await afterALostPost(desk, { ...desk.ports, exchange }, 60_000);

    expect(working).toEqual(['UNKNOWN']);
    expect(reached).toBe('PAPER');
  });
});

async function afterALostPost(desk: Desk, ports: Desk['ports'], intervalMs: number) {
  await cycleWith(desk.ports, desk.settings, []);
  desk.insteadOfPost = () => ({ kind: 'ambiguous', message: 'the connection was cut' });
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  await drain(desk);
  desk.insteadOfPost = null;
  const bot = noting(desk, ports, intervalMs);
  const statuses = async () => Object.values((await ports.accounts.load())?.working ?? {}).map(({ status }) => status);
  let cycles = 0;
  for (; cycles < 12 && (await statuses()).length > 0; cycles += 1) await bot.cycle();
  return { cycles, working: await statuses(), reached: reachedStep(await bot.evidence.all()) };
}

function dwindling(desk: Desk): Partial<Exchange> {
  let asked = 0;
  return {
    balances: () => {
      asked += 1;
      return balancesLess(desk, 'USD', String(asked))();
    },
  };
}

async function afterTwoCycles(desk: Desk, fault: Partial<Exchange>) {
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  await drain(desk);
  const bot = noting(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, ...fault } }, 60_000);
  await bot.cycle();
  await bot.cycle();
  const filed = await bot.evidence.all();
  return { reached: reachedStep(filed), days: filed.filter(({ kind }) => kind === 'day') };
}

/** Cycles whose evidence is filed as in LIVE. */
function noting(desk: Desk, ports: Desk['ports'], intervalMs: number) {
  const evidence = memoryEvidence([promotedTo('PAPER'), promotedTo('LIVE_CANARY'), promotedTo('LIVE')]);
  const noted = {
    ...ports,
    evidence,
    standing: async () => ({ kind: 'granted', step: 'LIVE' }) as const,
    alertTimes: () => ({ delivered: 0, late: 0, failed: 0 }),
  };
  const { botId, policy } = desk.settings.config;
  const unknownSettleMs = policy.execution.unknown_settle_seconds * 1_000;
  const cycle = async () => {
    desk.nowMs += intervalMs;
    const report = await runCycle(ports, desk.settings, { slotMs: desk.nowMs });
    await noteCycle(noted, { mode: 'LIVE', botId, intervalMs, unknownSettleMs, binding: BINDING }, report);
  };
  return { cycle, evidence };
}
