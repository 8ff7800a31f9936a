import { describe, expect, it } from 'vitest';
import { memoryEvidence } from '../../test/gates/memory-evidence.ts';
import type { Evidence, Step } from '../core/gates/evidence.ts';
import { reachedStep } from '../core/gates/standing.ts';
import type { Exchange } from '../ports/exchange.ts';
import { noteCycle } from './note-cycle.ts';
import { runCycle } from './run-cycle.ts';
import { balancesLess } from './testing/by-hand.ts';
import { approvedOrder, type Desk } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

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
  const evidence = memoryEvidence([promotedTo('PAPER'), promotedTo('LIVE_CANARY'), promotedTo('LIVE')]);
  const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, ...fault } };
  const noted = {
    ...ports,
    evidence,
    standing: async () => ({ kind: 'granted', step: 'LIVE' }) as const,
    alertTimes: () => ({ delivered: 0, late: 0, failed: 0 }),
  };
  for (let cycle = 0; cycle < 2; cycle += 1) {
    desk.nowMs += 60_000;
    const report = await runCycle(ports, desk.settings, { slotMs: desk.nowMs });
    const { botId } = desk.settings.config;
    await noteCycle(noted, { mode: 'LIVE', botId, intervalMs: 60_000, binding: BINDING }, report);
  }
  const filed = await evidence.all();
  return { reached: reachedStep(filed), days: filed.filter(({ kind }) => kind === 'day') };
}
