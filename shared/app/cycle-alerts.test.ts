import { beforeEach, describe, expect, it } from 'vitest';
import { alertDesk } from '../adapters/alerts/alert-desk.ts';
import { type AlertNotice, openAlerts } from '../core/alerts/alert-book.ts';
import type { AlertKind } from '../core/alerts/catalogue.ts';
import { ALERTS_FACT, storedBook } from '../core/alerts/stored-book.ts';
import { alert, raised } from './alerts.ts';
import { tellBreaches } from './cycle-alerts.ts';
import type { CyclePorts } from './ports.ts';
import { runCycle } from './run-cycle.ts';
import { approvedOrder, BTC, type Desk, ETH } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

const POLICY = {
  dedupeMs: 60_000,
  remindMs: 3_600_000,
  escalateAfterMs: 120_000,
  escalateAgainMs: 600_000,
  maxEscalations: 2,
  stormPerMinute: 100,
  runbookUrl: 'docs/runbook.md',
};
const MINUTE_MS = 60_000;

let desk: Desk;
let ports: CyclePorts;
let sent: AlertNotice[];
const openDesk = deskOpener();
beforeEach(() => {
  desk = openDesk();
  sent = [];
  const channel = { send: async (notice: AlertNotice) => void sent.push(notice) };
  ports = { ...desk.ports, notifier: alertDesk({ ...desk.ports, channel, policy: POLICY }) };
});

const said = (kind: AlertKind) => sent.filter((notice) => notice.kind === kind).map(({ event }) => event);

async function cycle(over: Partial<Desk['settings']> = {}): Promise<void> {
  await runCycle(ports, { ...desk.settings, ...over }, { slotMs: desk.nowMs });
  desk.nowMs += MINUTE_MS;
}

describe('the alerts of a cycle', () => {
  it('[REQ-AL1] [REQ-K1] open with the breach and end with the first cycle that is free of it', async () => {
    desk.kill = { kind: 'killed', reason: 'drill' };
    await cycle();
    expect(said('KILL_SWITCH')).toEqual(['opened']);

    desk.kill = { kind: 'armed' };
    await cycle();
    expect(said('KILL_SWITCH')).toEqual(['opened', 'resolved']);
    expect(said('REARMED')).toEqual(['opened']);

    await cycle();
    expect(said('REARMED')).toEqual(['opened', 'resolved']);
  });

  it('[REQ-AL1] [REQ-M1] tell of LIVE without authority for as long as it lasts', async () => {
    await cycle();
    await cycle({ mode: 'LIVE' });
    expect(said('LIVE_NOT_AUTHORISED')).toEqual(['opened']);
    await cycle();
    expect(said('LIVE_NOT_AUTHORISED')).toEqual(['opened', 'resolved']);
  });

  it('[REQ-AL1] keep nobody from trading when they cannot be sent, and fail the cycle when its work is done', async () => {
    await cycle();
    const finished: number[] = [];
    const { finish } = ports.cycles;
    const cycles = {
      ...ports.cycles,
      finish: (record: Parameters<typeof finish>[0]) => finish(record).then(() => void finished.push(record.slot_ms)),
    };
    const notifier = { notify: () => Promise.reject(new Error('topic down')) };
    const slotMs = desk.nowMs;
    await expect(
      runCycle({ ...ports, cycles, notifier }, { ...desk.settings, mode: 'LIVE' }, { slotMs }),
    ).rejects.toThrow('topic down');
    expect(finished).toEqual([slotMs]);
  });

  it('[REQ-AL1] are one with the alert that somebody else raised for the same', async () => {
    await alert(ports, 'KILL_SWITCH', 'account', 'pulled by an operator');
    desk.kill = { kind: 'killed', reason: 'pulled by an operator' };
    await cycle();
    expect(said('KILL_SWITCH')).toEqual(['opened']);
  });
});

describe('an order that the exchange does not know', () => {
  const notFound = { kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: 'no such order' } as const;
  const down = { kind: 'unavailable', message: 'down' } as const;

  beforeEach(async () => {
    const route = { kind: 'maker', ttl_ms: 864_000_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
    await cycleWith(desk.ports, desk.settings, [{ ...approvedOrder(desk, { limit: '99.5' }), route }]);
    await drain(desk);
    desk.nowMs += 600_000;
  });

  it.each([
    ['the order', { order: async () => down }],
    ['the balances', { balances: async () => down }],
  ] as const)('[REQ-AL1] is not known again because of %s nothing was heard in a cycle', async (_name, silent) => {
    const { exchange } = ports;
    ports = { ...ports, exchange: { ...exchange, order: async () => notFound } };
    await cycle();
    expect(said('ORDER_NOT_FOUND')).toEqual(['opened']);
    ports = { ...ports, exchange: { ...exchange, ...silent } };
    await cycle();
    expect(said('ORDER_NOT_FOUND')).toEqual(['opened']);

    ports = { ...ports, exchange };
    await cycle();
    expect(said('ORDER_NOT_FOUND')).toEqual(['opened', 'resolved']);
  });
});

describe('what a decision says is over', () => {
  const free = { breaches: [], orders: [] };
  const at = (ms: number) => ({ sinceMs: ms, seenAtMs: ms + 100, unknown: [], unheard: [] });
  const names = async () =>
    openAlerts(storedBook(await ports.facts.load(ALERTS_FACT)).book).map((one) => one.fingerprint);

  it('[REQ-AL1] does not end what was raised while the cycle ran', async () => {
    await ports.notifier.notify(raised('LEDGER_BREAK', 'BTC-USD', 'differs', 1_050));
    await tellBreaches(ports, free, at(1_000));
    expect(await names()).toEqual(['LEDGER_BREAK:BTC-USD']);
    await tellBreaches(ports, free, at(61_000));
    expect(await names()).toEqual([]);
  });

  it('[REQ-AL1] does not end a difference while the product is frozen or cash is in doubt', async () => {
    await ports.notifier.notify(
      raised('LEDGER_BREAK', 'BTC-USD', 'differs', 0),
      raised('LEDGER_BREAK', 'cash', 'differs', 0),
    );
    const frozen = { kind: 'LEDGER', subject: 'BTC-USD', detail: 'frozen' } as const;
    const doubt = { kind: 'LEDGER', subject: 'account', detail: 'balances: unavailable' } as const;
    await tellBreaches(ports, { ...free, breaches: [frozen, doubt] }, at(61_000));
    expect(await names()).toEqual(
      expect.arrayContaining(['LEDGER_BREAK:BTC-USD', 'LEDGER_BREAK:cash', 'LEDGER:BTC-USD', 'LEDGER:account']),
    );
    await tellBreaches(ports, { ...free, breaches: [frozen] }, at(122_000));
    expect(await names()).toEqual(expect.arrayContaining(['LEDGER_BREAK:BTC-USD', 'LEDGER:BTC-USD']));
    expect(await names()).toHaveLength(2);
  });

  it('[REQ-AL1] does not end a sale that failed while it has to be sold again', async () => {
    await ports.notifier.notify(raised('SALE_FAILED', 'BTC-USD', 'refused', 0));
    const sale = approvedOrder(desk, { side: 'SELL', product_id: BTC, reason: 'stop' });
    const others = approvedOrder(desk, { side: 'SELL', product_id: ETH, reason: 'stop' });

    await tellBreaches(ports, { ...free, orders: [sale] }, at(61_000));
    expect(await names()).toEqual(['SALE_FAILED:BTC-USD']);
    await tellBreaches(ports, { ...free, orders: [others] }, at(121_000));
    expect(await names()).toEqual([]);
  });

  it('[REQ-AL1] does not end ORDER_MISMATCH: a cycle cannot see that', async () => {
    await ports.notifier.notify(raised('ORDER_MISMATCH', 'bot-1', 'so', 0));
    await tellBreaches(ports, free, at(61_000));
    expect(await names()).toEqual(['ORDER_MISMATCH:bot-1']);
  });

  it('[REQ-AL1] [I6] ends the doubt about an order that is in no doubt any more, whoever has settled it', async () => {
    await ports.notifier.notify(
      raised('ORDER_UNKNOWN', 'bot-1', 'no answer', 0),
      raised('ORDER_UNKNOWN', 'bot-2', 'no answer', 0),
    );
    await tellBreaches(ports, free, { ...at(61_000), unknown: ['bot-1', 'bot-2'] });
    expect(await names()).toEqual(['ORDER_UNKNOWN:bot-1', 'ORDER_UNKNOWN:bot-2']);
    await tellBreaches(ports, free, { ...at(121_000), unknown: ['bot-2'] });
    expect(await names()).toEqual(['ORDER_UNKNOWN:bot-2']);
  });

  it('[REQ-AL1] is sent by the next cycle when it could not be sent, also when that one has nothing to say', async () => {
    await ports.notifier.notify(raised('CLOCK', 'account', 'drift', 0));
    const broken = { send: () => Promise.reject(new Error('topic down')) };
    const notifier = alertDesk({ ...desk.ports, channel: broken, policy: POLICY });
    await expect(tellBreaches({ ...ports, notifier }, free, at(61_000))).rejects.toThrow('topic down');
    expect(said('CLOCK')).toEqual(['opened']);
    await tellBreaches(ports, free, at(121_000));
    await tellBreaches(ports, free, at(181_000));
    expect(said('CLOCK')).toEqual(['opened', 'resolved']);
  });

  it('[REQ-AL1] ends nothing when the book cannot be read, and tells the breaches all the same', async () => {
    const facts = { load: () => Promise.reject(new Error('no table')), save: ports.facts.save };
    const told: string[] = [];
    const notifier = {
      notify: async (...alerts: readonly { fingerprint: string }[]) =>
        void told.push(...alerts.map((one) => one.fingerprint)),
    };
    const breaches = [{ kind: 'CLOCK', subject: 'account', detail: 'drift' } as const];
    await tellBreaches({ ...ports, facts, notifier }, { ...free, breaches }, at(0));
    expect(told).toEqual(['CLOCK:account']);
  });
});
