import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Price, price, toText } from '../core/money/fixed.ts';
import type { Account, Position } from '../core/portfolio/account.ts';
import type { Exchange } from '../ports/exchange.ts';
import { openOrLoad } from './open-account.ts';
import { runCycle } from './run-cycle.ts';
import { approvedOrder, BTC, type Desk, ETH } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { memoryStores } from './testing/memory-stores.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { tradeMinute } from './testing/traded-minutes.ts';
import { updateAccount } from './update-account.ts';

const DAY = 24 * 3_600_000;

const openDesk = deskOpener();

describe('an account that is not in the table although its orders are on the exchange', () => {
  it('[I6] [I7] is rebuilt: positions, cash, open orders as they were, whatever was traded', async () => {
    const step = fc.constantFrom('buy BTC', 'buy ETH', 'sell BTC', 'rest BTC', 'trade through', 'wait');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const desk = openDesk();
        await cycleWith(desk.ports, desk.settings, []);
        for (const [i, name] of steps.entries()) await trade(desk, name, `e${i + 1}`);
        await cycleWith(desk.ports, desk.settings, []);
        const lost = await books(desk);
        fc.pre(desk.posted.length > 0);

        const { account, rebuilt } = await reopened(desk);

        expect(rebuilt).toContain('not in the table');
        expect(lotsOf(account)).toEqual(lotsOf(lost));
        expect(account.cash).toBe(lost.cash);
        expect(account.external).toEqual(lost.external);
        expect(openOf(account)).toEqual(openOf(lost));
        expect(account.realised_pnl).toBe(lost.realised_pnl);
        expect(account.fees_paid).toBe(lost.fees_paid);
        expect(account.frozen).toEqual({});
      }),
      { numRuns: 12 },
    );
  });

  it('[I6] goes on from there: its resting order is followed and filled once, and nothing is frozen', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    await trade(desk, 'rest BTC', 'e2');
    const ports = lostTables(desk);
    await cycleWith(ports, desk.settings, []);

    tradeMinute(desk, { low: 99 });
    await cycleWith(ports, desk.settings, []);
    desk.nowMs += DAY;
    await cycleWith(ports, desk.settings, []);

    const account = (await ports.accounts.load()) as Account;
    expect(lotsOf(account)[BTC]?.map(({ quantity }) => quantity)).toEqual(['0.5', '0.5']);
    expect(account.working).toEqual({});
    expect(account.frozen).toEqual({});
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toEqual([`STATE_REBUILT:${desk.settings.config.botId}`]);
  });

  it('gives a position whose stop nobody remembers the widest one, and its own where its record is left', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');

    const bare = await reopened(desk);
    const recorded = await openOrLoad({ ...lostTables(desk), orders: desk.ports.orders }, desk.settings, 1);

    // 100 plus 1.2 % fee, less 10 %.
    expect(bare.account.positions[BTC]).toMatchObject({ strategy: 'recovered', stop_price: 91_080_000_000_000n });
    if (recorded.kind !== 'open') throw new Error(recorded.detail);
    expect(recorded.account.positions[BTC]).toMatchObject({
      strategy: 'donchian-breakout',
      stop_price: 95_000_000_000_000n,
    });
  });

  it('[I5] leaves none without a stop, whatever the exchange does not answer about its product', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    const product = async () => ({ kind: 'rate_limited', message: '429' }) as const;
    const marketData = { ...desk.ports.marketData, product };

    const opened = await openOrLoad({ ...lostTables(desk), marketData }, desk.settings, 1);

    if (opened.kind !== 'open') throw new Error(opened.detail);
    expect(opened.account.positions[BTC]?.stop_price).toBe(91_080_000_000_000n);
  });

  it.each([
    ['is the widest where nothing was ever held', [], (account: Account) => account, '89.55'],
    ['is the widest where what was held is sold by then', ['buy BTC'], sold, '89.55'],
    ['is that of what is held, had it moved nearer', ['buy BTC'], nearer, '97'],
  ] as const)('[I6] the stop of an entry that fills after its rebuilding %s', async (_what, before, change, stop) => {
    const desk = openDesk();
    for (const name of before) await trade(desk, name, 'e1');
    await trade(desk, 'rest BTC', 'e2');
    const ports = lostTables(desk);
    await cycleWith(ports, desk.settings, []);
    await updateAccount(ports.accounts, change);
    const position = (await ports.accounts.load())?.positions[BTC];

    tradeMinute(desk, { low: 99 });
    await cycleWith(ports, desk.settings, []);

    const filled = ((await ports.accounts.load()) as Account).positions[BTC];
    expect(filled?.lots).toHaveLength((position?.lots.length ?? 0) + 1);
    expect(toText(filled?.stop_price as Price)).toBe(stop);
  });

  it('[I6] has a position that was bought before the longest holding time is over, however long that is', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    desk.nowMs += 80 * DAY;
    const { config } = desk.settings;
    const exits = { ...config.policy.exits, max_hold_hours: 90 * 24 };
    const patient = { ...desk.settings, config: { ...config, policy: { ...config.policy, exits } } };

    const opened = await openOrLoad(lostTables(desk), patient, 1);

    if (opened.kind !== 'open') throw new Error(opened.detail);
    expect(lotsOf(opened.account)[BTC]?.map(({ quantity }) => quantity)).toEqual(['0.5']);
    expect(opened.account.external).toEqual({});
  });

  it('[I4] buys nothing in the cycle that rebuilt it, and says so', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    desk.nowMs += 60_000;

    const report = await runCycle(lostTables(desk), desk.settings, { slotMs: desk.nowMs });

    expect(report.decision?.gates).toContainEqual(expect.objectContaining({ gate: 'ledger' }));
    expect(desk.alerts).toContainEqual(expect.objectContaining({ severity: 'CRITICAL', kind: 'STATE_REBUILT' }));
  });

  it('stays closed while the history cannot be read in full', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    const down = { kind: 'unavailable', message: 'down' } as const;
    const cases: Partial<Exchange>[] = [
      { openOrders: async () => down },
      { ordersSince: async () => down },
      { fillsSince: async () => down },
      { balances: async () => down },
      { fillsSince: async () => ({ kind: 'ok', value: [] }) },
    ];

    for (const exchange of cases) {
      const ports = lostTables(desk);
      const opened = await openOrLoad({ ...ports, exchange: { ...ports.exchange, ...exchange } }, desk.settings, 1);
      expect(opened.kind).toBe('unanswered');
      expect(await ports.accounts.load()).toBeUndefined();
    }
  });

  it('[REQ-AL1] tells somebody for as long as it is closed: nobody sells what is held meanwhile', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    const ports = lostTables(desk);
    const message = 'call budget exhausted (60 requests per cycle)';
    const exchange = { ...ports.exchange, ordersSince: async () => ({ kind: 'unavailable', message }) as const };
    desk.nowMs += 60_000;

    const report = await runCycle({ ...ports, exchange }, desk.settings, { slotMs: desk.nowMs });

    expect(report.degraded).toEqual(['no_account']);
    const detail = expect.stringContaining(message);
    expect(desk.alerts).toEqual([expect.objectContaining({ fingerprint: 'LEDGER:account', status: 'open', detail })]);
  });

  it('takes what is no longer there for gone, oldest lots first, and what no fill explains for the owner’s', async () => {
    const desk = openDesk();
    await trade(desk, 'buy BTC', 'e1');
    await trade(desk, 'buy BTC', 'e2');
    const balances: Exchange['balances'] = async () => {
      const real = await desk.exchange.balances();
      if (real.kind !== 'ok') return real;
      const some = real.value.map((each) =>
        each.currency === 'BTC'
          ? { ...each, available: (each.available - 600_000_000_000n) as typeof each.available }
          : each,
      );
      return { kind: 'ok', value: [...some, { ...(some[0] as (typeof some)[0]), currency: 'DOGE' }] };
    };

    const { account } = await reopened(desk, { balances });

    expect(lotsOf(account)[BTC]?.map(({ quantity }) => quantity)).toEqual(['0.4']);
    expect(Object.keys(account.external)).toEqual(['DOGE']);
  });

  it('opens a bot that the exchange has never heard of as before', async () => {
    const desk = openDesk();

    const { account, rebuilt } = await reopened(desk);

    expect(rebuilt).toBeNull();
    expect(toText(account.cash)).toBe('1000');
    expect(desk.alerts).toEqual([]);
  });
});

function sold(account: Account): Account {
  return { ...account, positions: {} };
}

function nearer(account: Account): Account {
  const held = account.positions[BTC] as Position;
  return { ...account, positions: { [BTC]: { ...held, stop_price: price('97') } } };
}

async function trade(desk: Desk, name: string, nonce: string): Promise<void> {
  if (name === 'trade through') return tradeMinute(desk, { low: 99 });
  desk.nowMs += 60_000;
  if (name === 'wait') return;
  const held = (await desk.ports.accounts.load())?.positions[BTC];
  if (name === 'sell BTC' && held === undefined) return;
  const orders = {
    'buy BTC': approvedOrder(desk, { nonce }),
    'buy ETH': approvedOrder(desk, { nonce, product_id: ETH, quantity: '1.5' }),
    'sell BTC': approvedOrder(desk, { nonce: nonce.replace('e', 'x'), side: 'SELL', quantity: '0.3', limit: '99' }),
    'rest BTC': { ...approvedOrder(desk, { nonce, limit: '99.5' }), route: MAKER },
  } as const;
  await cycleWith(desk.ports, desk.settings, [orders[name as keyof typeof orders]]);
  await drain(desk);
}

const MAKER = { kind: 'maker', ttl_ms: 10 * DAY, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;

/** The same exchange, and tables in which nothing is. */
function lostTables(desk: Desk): Desk['ports'] {
  const { accounts, orders, lease, cycles } = memoryStores({ bot_id: desk.settings.config.botId, mode: 'PAPER' });
  return { ...desk.ports, accounts, orders, lease, cycles };
}

async function reopened(desk: Desk, exchange: Partial<Exchange> = {}) {
  const ports = lostTables(desk);
  const opened = await openOrLoad({ ...ports, exchange: { ...ports.exchange, ...exchange } }, desk.settings, 1);
  if (opened.kind !== 'open') throw new Error(opened.detail);
  expect((await ports.accounts.load())?.version).toBe(1);
  return opened;
}

function lotsOf({ positions }: Account) {
  const entries = Object.entries(positions).map(([id, { lots }]) => [
    id,
    lots.map((lot) => ({ quantity: toText(lot.quantity), cost: toText(lot.cost), at: lot.opened_at_ms })),
  ]);
  return Object.fromEntries(entries) as Record<string, { quantity: string; cost: string; at: number }[]>;
}

function openOf({ working }: Account) {
  return Object.values(working)
    .map(({ client_order_id, order_id, product_id, side, quantity, filled, status, purpose }) => ({
      client_order_id,
      order_id,
      product_id,
      side,
      quantity,
      filled,
      status,
      purpose,
    }))
    .toSorted((a, b) => (a.client_order_id < b.client_order_id ? -1 : 1));
}

async function books(desk: Desk): Promise<Account> {
  return (await desk.ports.accounts.load()) as Account;
}
