import { describe, expect, it } from 'vitest';
import { add, quantity, toText, usd } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import type { Exchange, ExchangeOrder } from '../ports/exchange.ts';
import { acceptLedger, reviewLedger } from './accept-ledger.ts';
import { foreignOrdersOf, reconcile } from './reconcile.ts';
import { balancesLess, foreignOrder, soldByHand, withMore } from './testing/by-hand.ts';
import { approvedOrder, BTC, type Desk, ETH } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { tradeMinute } from './testing/traded-minutes.ts';
import { updateAccount } from './update-account.ts';

const DAY = 24 * 3_600_000;

let desk: Desk;
const openDesk = eachDesk((opened) => {
  desk = opened;
});

describe('the ledger check beside an order that rests', () => {
  it('[I7] still sees that coins of the resting product and cash are gone', async () => {
    await rest();

    await cycle({ balances: balancesLess(desk, 'USD', '7') });
    const first = await books();
    await cycle({ balances: balancesLess(desk, 'BTC', '0.1') });

    expect(first.sightings.gaps?.cash).toBe(usd('-7'));
    expect((await books()).frozen[BTC]).toContain('ledger:');
    expect(fingerprints()).toContain('LEDGER_BREAK:BTC-USD');
  });

  it('[I6] [I7] books a fill that came after the order was followed, without an alert', async () => {
    await rest();
    let areStale = true;
    const order: Exchange['order'] = async (id) => {
      const seen = await desk.exchange.order(id);
      if (seen.kind !== 'ok' || !areStale) return seen;
      areStale = false;
      // Followed, then filled: the balances read next know more than the books.
      tradeMinute(desk, { low: 99 });
      return seen;
    };

    await cycle({ order });

    expect(fingerprints()).toEqual([]);
    expect(toText(heldQuantity(await books(), BTC))).toBe('1');
    expect((await books()).working).toEqual({});
  });

  it('[I7] reads the balances again after booking: the order may have filled further meanwhile', async () => {
    await rest();
    const left = { follow: 1, fills: 1 };
    const order: Exchange['order'] = async (id) => {
      const seen = await desk.exchange.order(id);
      // 15 % of what a minute trades is there for the order: 0.3 of its 0.5 at first.
      if (left.follow > 0) tradeMinute(desk, { low: 99, volume: 2 });
      left.follow -= 1;
      return seen;
    };
    const fillsSince: Exchange['fillsSince'] = async (sinceMs) => {
      if (left.fills > 0) tradeMinute(desk, { low: 99 });
      left.fills -= 1;
      return desk.exchange.fillsSince(sinceMs);
    };

    await cycle({ order, fillsSince });

    expect(fingerprints()).toEqual([]);
    expect((await books()).frozen).toEqual({});
    expect(toText(heldQuantity(await books(), BTC))).toBe('1');
  });

  it.each([
    [
      'the fills of an order are listed later than its quantity',
      { fillsSince: async () => ({ kind: 'ok', value: [] }) },
    ],
    [
      'an order that may have moved the balances has no answer',
      { order: async () => ({ kind: 'unavailable', message: 'down' }) },
    ],
  ] satisfies [string, Partial<Exchange>][])('[I7] waits, unfrozen, while %s', async (_what, exchange) => {
    await rest();
    tradeMinute(desk, { low: 99 });

    await cycle(exchange);
    const before = await books();
    await cycle({});

    expect(before.frozen).toEqual({});
    expect(Object.keys(before.working)).toHaveLength(1);
    expect(fingerprints()).toEqual([]);
    expect(toText(heldQuantity(await books(), BTC))).toBe('1');
  });
});

describe('an account whose mode the gates refuse', () => {
  it('[I7] [I10] is still held against the balances: its money is real, only its orders are not sent', async () => {
    await hold();
    const dry = { ...desk.settings, mode: 'DRY_RUN' } as const;
    const exchange = { ...desk.ports.exchange, balances: balancesLess(desk, 'BTC', '0.1') };
    const before = await books();

    const { account } = await reconcile({ ...desk.ports, exchange }, dry, before, before.fence);

    expect(account.frozen[BTC]).toContain('ledger:');
    expect(fingerprints()).toContain('LEDGER_BREAK:BTC-USD');
  });
});

describe('a DRY_RUN account', () => {
  it('[I10] is hypothetical: what the owner trades does not look like a broken ledger', async () => {
    await hold();
    const exchange = { ...desk.ports.exchange, balances: balancesLess(desk, 'BTC', '0.1') };
    const before = { ...(await books()), mode: 'DRY_RUN' } as const;

    const result = await reconcile({ ...desk.ports, exchange }, desk.settings, before, before.fence);

    expect(result).toEqual({ account: before, ledgerBreak: null, broken: null, faults: [] });
    expect(fingerprints()).toEqual([]);
  });
});

describe('orders that nobody here placed', () => {
  it('[REQ-X2] are reported once a day each, stand in the books and are never cancelled or counted', async () => {
    const cancelled: string[] = [];
    const exchange: Partial<Exchange> = {
      openOrders: async () => ({ kind: 'ok', value: [foreignOrder(desk)] }),
      cancel: async (ids) => {
        cancelled.push(...ids);
        return { kind: 'ok', value: [] };
      },
    };

    await cycle(exchange);
    await cycle(exchange);
    desk.nowMs += DAY;
    await cycle(exchange);

    expect(fingerprints()).toEqual(['FOREIGN_ORDER:theirs', 'FOREIGN_ORDER:theirs']);
    expect(desk.alerts[0]).toMatchObject({ severity: 'WARNING', detail: expect.stringContaining('SELL 0.25 BTC-USD') });
    expect(foreignOrdersOf(await books())).toEqual(['SELL BTC-USD theirs']);
    expect((await books()).working).toEqual({});
    expect(cancelled).toEqual([]);
  });

  it('are looked for again in the next cycle where the list could not be read, which says so', async () => {
    const down = async () => ({ kind: 'unavailable', message: 'down' }) as const;
    await cycleWith(desk.ports, desk.settings, []);
    desk.nowMs += 5 * 60_000;
    expect((await reconciled({ openOrders: down })).faults).toEqual(['open_orders_unavailable']);

    await cycle({ openOrders: async () => ({ kind: 'ok', value: [foreignOrder(desk)] }) });
    expect(fingerprints()).toEqual(['FOREIGN_ORDER:theirs']);
  });

  it('are looked for every five minutes, and forgotten when they are gone', async () => {
    await cycle({});
    desk.nowMs += 4 * 60_000;
    let asked = 0;
    let open: ExchangeOrder[] = [foreignOrder(desk)];
    const openOrders: Exchange['openOrders'] = async () => {
      asked += 1;
      return { kind: 'ok', value: open };
    };

    await cycle({ openOrders });
    open = [];
    for (let minute = 0; minute < 5; minute += 1) await cycle({ openOrders });

    expect(asked).toBe(2);
    expect((await books()).sightings.foreign_orders).toEqual({});
  });

  it('[I7] freeze the product they trade, in words that say so, and their cash is never taken for a withdrawal', async () => {
    await hold();
    const exchange = soldByHand(desk);

    for (let minute = 0; minute < 40; minute += 1) await cycle(exchange);

    const { frozen, flows, sightings } = await books();
    expect(frozen[BTC]).toBe(
      'ledger: traded by hand: SELL 0.2 at 101 (order theirs); the books say 0.5, the exchange 0.3',
    );
    expect(flows).toEqual([]);
    expect(Object.keys(sightings.foreign_fills)).toEqual(['hand-1']);
    expect(new Set(fingerprints())).toEqual(new Set(['LEDGER_BREAK:cash', 'LEDGER_BREAK:BTC-USD']));
  });
});

describe('a trade by hand that an operator has accepted', () => {
  it('[I7] speaks against no deposit that comes behind it', async () => {
    await hold();
    const exchange = soldByHand(desk);
    await cycle(exchange);
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, ...exchange } };
    const review = await reviewLedger(ports, desk.settings);
    if (review.kind !== 'review') throw new Error(review.reason);
    expect(await acceptLedger(ports, desk.settings, review.code)).toMatchObject({ kind: 'accepted' });
    desk.nowMs += 60_000;
    await cycle(exchange);

    const paidIn = { ...exchange, balances: withMore(desk, exchange.balances, '250') };
    const first = await reconciled(paidIn);
    const second = await reconciled(paidIn);

    expect(first.ledgerBreak).toContain('seen once');
    expect(second.ledgerBreak).toBeNull();
    expect(fingerprints()).toContain('DEPOSIT:USD');
  });
});

describe('money that comes in or goes out', () => {
  it('stops entries at the first look and is a deposit at the second', async () => {
    await cycle({});
    const exchange = { balances: balancesLess(desk, 'USD', '-250') };

    const first = await reconciled(exchange);
    const second = await reconciled(exchange);

    expect(first.ledgerBreak).toContain('seen once');
    expect(second.ledgerBreak).toBeNull();
    expect(toText(second.account.cash)).toBe('1250');
    expect(second.account.unsettled_flow).toBe(usd('250'));
    expect(desk.alerts.map(({ severity, fingerprint }) => [severity, fingerprint])).toEqual([['INFO', 'DEPOSIT:USD']]);
  });

  it.each([
    ['500', 'WARNING'],
    ['500.01', 'CRITICAL'],
  ])('warns of a withdrawal, and pages when it is more than half: %s', async (amount, severity) => {
    await cycle({});
    const exchange = { balances: balancesLess(desk, 'USD', amount) };

    await cycle(exchange);
    await cycle(exchange);

    expect(desk.alerts).toMatchObject([{ severity, fingerprint: 'WITHDRAWAL:USD' }]);
    expect((await books()).frozen).toEqual({});
  });

  it('takes a coin that appears for the owner’s after two looks, frozen in between', async () => {
    await cycle({});
    const exchange = { balances: balancesLess(desk, 'ETH', '-3') };

    await cycle(exchange);
    const between = await books();
    await cycle(exchange);

    expect(between.frozen[ETH]).toContain('ledger:');
    expect((await books()).external).toEqual({ ETH: quantity('3') });
    expect((await books()).frozen).toEqual({});
    expect(desk.alerts).toMatchObject([{ severity: 'INFO', fingerprint: 'DEPOSIT:ETH' }]);
  });

  it('[I7] keeps no stop from selling: a reward in a held coin is the owner’s after two looks', async () => {
    await hold();
    const exchange = { balances: balancesLess(desk, 'BTC', '-0.001') };

    await cycle(exchange);
    await cycle(exchange);
    const stop = approvedOrder(desk, { side: 'SELL', reason: 'stop', limit: '98', nonce: 'x1' });
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, ...exchange } };
    await cycleWith(ports, desk.settings, [stop]);
    await drain(desk, ports);

    expect((await books()).positions).toEqual({});
    expect((await books()).external).toEqual({ BTC: quantity('0.001') });
  });

  it('[I6] is counted once when the process dies between the write and the alert', async () => {
    await cycle({});
    const exchange = { balances: balancesLess(desk, 'USD', '-250') };
    await cycle(exchange);
    const notify = async () => Promise.reject(new Error('died'));
    await expect(reconciled(exchange, { notify })).rejects.toThrow('died');

    await cycle(exchange);

    expect((await books()).flows).toHaveLength(1);
    expect(toText((await books()).cash)).toBe('1250');
  });
});

describe('an order that the lists show late', () => {
  it('[I2] [I6] GHOST: given up as never placed, it is cancelled when it turns up, and its fills count once', async () => {
    await rest();
    const [id] = Object.keys((await books()).working);
    await updateAccount(desk.ports.accounts, (account) => ({ ...account, working: {} }));
    const record = await desk.ports.orders.find(id as string);
    if (record === undefined) throw new Error('no record');
    await desk.ports.orders.save({ ...record, version: record.version + 1, status: 'NOT_PLACED' });

    desk.nowMs += 5 * 60_000;
    await cycle({});
    await cycle({});

    const open = await desk.exchange.openOrders();
    expect(open.kind === 'ok' && open.value).toEqual([]);
    expect(fingerprints()).toEqual([`GHOST_ORDER:${id}`]);
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
  });

  it('[I4] GHOST: freezes its product where this process may not cancel', async () => {
    await rest();
    const [id] = Object.keys((await books()).working);
    await updateAccount(desk.ports.accounts, (account) => ({ ...account, working: {} }));
    const record = await desk.ports.orders.find(id as string);
    if (record === undefined) throw new Error('no record');
    await desk.ports.orders.save({ ...record, version: record.version + 1, status: 'NOT_PLACED' });
    const refusal = { kind: 'refused', status: 403, reasons: [], message: 'the viewing key' } as const;

    desk.nowMs += 5 * 60_000;
    await cycle({ cancel: async () => refusal });

    expect((await books()).frozen[BTC]).toContain('alive on the exchange');
    expect(desk.alerts).toMatchObject([{ severity: 'CRITICAL', detail: expect.stringContaining('end it by hand') }]);
  });

  it('GHOST: still listed open after it was cancelled, it is neither cancelled again nor counted', async () => {
    await rest();
    const listed = await desk.exchange.openOrders();
    const [id] = listed.kind === 'ok' ? listed.value.map(({ orderId }) => orderId) : [];
    await desk.exchange.cancel([id as string]);
    await cycle({});
    let cancels = 0;
    const cancel: Exchange['cancel'] = async () => {
      cancels += 1;
      return { kind: 'ok', value: [] };
    };

    desk.nowMs += 5 * 60_000;
    await cycle({ openOrders: async () => listed, cancel });

    expect(cancels).toBe(0);
    expect(fingerprints()).toEqual([]);
    expect((await books()).working).toEqual({});
  });

  it('[I6] is taken back when the stores have lost it, and followed to its end', async () => {
    await rest();
    const [id] = Object.keys((await books()).working);
    await updateAccount(desk.ports.accounts, (account) => ({ ...account, working: {} }));
    const orders = openDesk().ports.orders;

    desk.nowMs += 5 * 60_000;
    await cycle({}, { orders });
    const back = await books();
    tradeMinute(desk, { low: 99 });
    await cycle({}, { orders });

    expect(Object.keys(back.working)).toEqual([id]);
    expect(fingerprints()).toEqual([`LOST_ORDER:${id}`]);
    expect(toText(heldQuantity(await books(), BTC))).toBe('1');
    expect((await books()).working).toEqual({});
  });

  it('[I6] is taken back as it was meant when only its reservation is gone: with stop, route and strategy', async () => {
    await rest();
    const { working } = await books();
    await updateAccount(desk.ports.accounts, (account) => ({ ...account, working: {} }));

    desk.nowMs += 5 * 60_000;
    await cycle({});

    expect((await books()).working).toEqual(working);
    expect(fingerprints()).toEqual([`LOST_ORDER:${Object.keys(working)[0]}`]);
  });
});

describe('after days off', () => {
  it('[I6] [I7] books what filled in three days, all of it once, whatever the order in which it is listed', async () => {
    await rest();
    desk.nowMs += DAY;
    tradeMinute(desk, { low: 99 });
    await desk.exchange.balances();
    desk.nowMs += 2 * DAY;
    const fillsSince: Exchange['fillsSince'] = async (sinceMs) => {
      const fills = await desk.exchange.fillsSince(sinceMs);
      // Twice and backwards: pages overlap.
      return fills.kind === 'ok' ? { kind: 'ok', value: [...fills.value, ...fills.value].toReversed() } : fills;
    };

    await cycle({ fillsSince });
    await cycle({ fillsSince });

    expect(toText(heldQuantity(await books(), BTC))).toBe('1');
    expect((await books()).working).toEqual({});
    expect(fingerprints()).toEqual([]);
  });
});

/** Buys half a coin at once. */
async function hold(): Promise<void> {
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  await drain(desk);
  desk.nowMs += 60_000;
}

/** Holds half a coin, and a bid for another half rests below the market. */
async function rest(): Promise<void> {
  await hold();
  const route = { kind: 'maker', ttl_ms: 10 * DAY, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
  const order = { ...approvedOrder(desk, { limit: '99.5', nonce: 'e2' }), route };
  await cycleWith(desk.ports, desk.settings, [order]);
  await drain(desk);
  desk.nowMs += 60_000;
}

async function cycle(exchange: Partial<Exchange>, ports: Partial<Desk['ports']> = {}): Promise<void> {
  await cycleWith({ ...desk.ports, ...ports, exchange: { ...desk.ports.exchange, ...exchange } }, desk.settings, []);
  desk.nowMs += 60_000;
}

async function reconciled(exchange: Partial<Exchange>, notifier = desk.ports.notifier) {
  const account = await books();
  const ports = { ...desk.ports, notifier, exchange: { ...desk.ports.exchange, ...exchange } };
  const result = await reconcile(ports, desk.settings, account, account.fence);
  desk.nowMs += 60_000;
  return result;
}

function fingerprints(): readonly string[] {
  return desk.alerts.map(({ fingerprint }) => fingerprint);
}

async function books(): Promise<Account> {
  return (await desk.ports.accounts.load()) as Account;
}

describe('books that the balances prove', () => {
  it('[I6] move the cursor along and forget old ids; a message that comes again after that books nothing twice', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const [message] = desk.messages;
    await drain(desk);
    const bought = await books();
    expect(Object.keys(bought.booked_fills)).toHaveLength(1);

    for (let hour = 0; hour < 3; hour += 1) {
      desk.nowMs += 3_600_000;
      await cycle({});
    }

    const later = await books();
    expect(later.booked_fills).toEqual({});
    expect(later.fills_cursor_ms).toBeGreaterThan(bought.fills_cursor_ms);
    if (message !== undefined) desk.messages.push(message);
    await drain(desk);
    expect([await held(), toText((await books()).cash)]).toEqual(['0.5', toText(bought.cash)]);
  });

  it('[I7] take over what fees were rounded by: after thousands of fills it is no deposit that nobody made', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    const bought = await books();

    // Each fee is rounded up by half of 1e-12 on average: dust beside what the exchange has, growing with every fill.
    for (const more of ['0.000000006', '0.000000012', '0.000000018', '0.000000024']) {
      desk.nowMs += 3 * 3_600_000;
      await cycle({ balances: balancesLess(desk, 'USD', `-${more}`) });
      await cycle({ balances: balancesLess(desk, 'USD', `-${more}`) });
    }

    expect(fingerprints()).toEqual([]);
    expect((await books()).flows).toEqual([]);
    expect((await books()).cash).toBe(add(bought.cash, usd('0.000000024')));
  });

  it('[I6] leave the cursor where it is while they differ from the balances', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    desk.nowMs += 3 * 3_600_000;
    const fillsSince = async () => ({ kind: 'unavailable', message: 'down' }) as const;

    await cycle({ balances: balancesLess(desk, 'USD', '7'), fillsSince });

    expect(Object.keys((await books()).booked_fills)).toHaveLength(1);
  });
});

async function held(): Promise<string> {
  return toText(heldQuantity(await books(), BTC));
}
