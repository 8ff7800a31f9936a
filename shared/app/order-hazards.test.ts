import { describe, expect, it } from 'vitest';
import { quantity, toText, usd } from '../core/money/fixed.ts';
import type { Route } from '../core/portfolio/account.ts';
import { heldQuantity, release } from '../core/portfolio/ledger.ts';
import type { ApprovedOrder } from '../core/risk/approved-order.ts';
import type { Exchange } from '../ports/exchange.ts';
import { reviewLedger } from './accept-ledger.ts';
import { reconcile } from './reconcile.ts';
import { approvedOrder, BTC, type Desk, ETH } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { booksOf, toldUnfilled } from './testing/steps.ts';
import { tradeMinute } from './testing/traded-minutes.ts';
import { updateAccount } from './update-account.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('a fill of an order that was told as ended and unfilled', () => {
  it('[I6] makes a position with the stop, the target and the strategy of its intent', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk, withExchange({ order: unfilled }));
    expect((await books()).working).toEqual({});

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    const account = await books();
    expect(toText(heldQuantity(account, BTC))).toBe('0.5');
    const { stop_price, take_profit_price, strategy } = approvedOrder(desk);
    expect(account.positions[BTC]).toMatchObject({ stop_price, take_profit_price, strategy });
    expect(account.entries).toHaveLength(1);
  });

  it('[REQ-CD1] starts the pause after a stop when it sold by one', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    desk.nowMs += 60_000;
    const stop = approvedOrder(desk, { side: 'SELL', reason: 'stop', limit: '98', nonce: 'x1' });
    await cycleWith(desk.ports, desk.settings, [stop]);
    await drain(desk, withExchange({ order: unfilled }));

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    const account = await books();
    expect(account.positions).toEqual({});
    expect(account.cooldowns[BTC]?.reason).toBe('stop');
    expect(Object.keys(account.exit_results)).toEqual([stop.client_order_id]);
  });
});

describe('the pause after a fill', () => {
  it.each([
    ['a purchase', null, '100', 1],
    ['a sale that won', 'target', '110', 2],
    ['a sale that lost', 'time', '100', 3],
    ['a stop', 'stop', '100', 4],
  ])('[REQ-CD1] is as many minutes as the config gives %s', async (_, reason, bid, minutes) => {
    const { config } = desk.settings;
    const risk = {
      ...config.policy.risk,
      cooldown_minutes: 1,
      per_symbol_cooldown_win_minutes: 2,
      per_symbol_cooldown_loss_minutes: 3,
      cooldown_after_stop_minutes: 4,
    };
    const settings = { ...desk.settings, config: { ...config, policy: { ...config.policy, risk } } };
    const trading = { ...desk, ports: desk.ports, settings };
    await cycleWith(desk.ports, settings, [approvedOrder(desk)]);
    await drain(trading);
    if (reason !== null) {
      desk.nowMs += 3_600_000;
      Object.assign(desk, { bid, ask: bid });
      await cycleWith(desk.ports, settings, [approvedOrder(desk, { side: 'SELL', reason, limit: '98', nonce: 'x1' })]);
      await drain(trading);
    }

    expect((await books()).cooldowns[BTC]?.until_ms).toBe(desk.nowMs + minutes * 60_000);
  });
});

describe('a fill that the exchange has taken back', () => {
  it('[I6] was told as well: its order ends, and what is left of it is held', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const fillsSince: Exchange['fillsSince'] = async (sinceMs, ids) => {
      const real = await desk.exchange.fillsSince(sinceMs, ids);
      const [fill] = real.kind === 'ok' ? real.value : [];
      if (real.kind !== 'ok' || fill === undefined) return real;
      const back = {
        ...fill,
        entryId: 'back',
        tradeType: 'REVERSAL',
        quantity: quantity('-0.2'),
        commission: usd('-0.24'),
      };
      return { kind: 'ok', value: [...real.value, back] };
    };

    const [outcome] = await drain(desk, withExchange({ fillsSince }));

    expect(outcome?.kind).toBe('settled');
    expect((await books()).working).toEqual({});
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.3');
    expect(toText((await books()).cash)).toBe('969.64');
  });
});

describe('a list of fills that cannot be read', () => {
  it('[I6] stops nobody: the order keeps what it reserves until its fills are known', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const fillsSince: Exchange['fillsSince'] = async () => ({ kind: 'unavailable', message: 'down' });
    const [outcome] = await drain(desk, withExchange({ fillsSince }));
    expect(outcome?.kind).toBe('working');
    const before = await books();
    expect(Object.values(before.working)).toMatchObject([{ status: 'WORKING' }]);
    const { faults } = await reconcile(withExchange({ fillsSince }), desk.settings, before, before.fence);
    expect(faults).toContain('order_unanswered');

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);
    expect((await books()).working).toEqual({});
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
  });
});

describe('an intent whose reservation is given up while its worker is on the way', () => {
  it('[I3] is not sent: what was freed may be spent by somebody else', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const preview: Exchange['preview'] = async (order) => {
      await updateAccount(desk.ports.accounts, (account) => Object.keys(account.working).reduce(release, account));
      return desk.exchange.preview(order);
    };

    const [outcome] = await drain(desk, withExchange({ preview }));

    expect(desk.posted).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'its reservation is gone' });
  });
});

describe('an order that was refused and is there all the same', () => {
  it('[I2] [I6] is found by its fills, booked once, and known by its id on the exchange', async () => {
    desk.afterPost = () => ({ kind: 'refused', status: 400, reasons: [], message: 'http 400: INVALID_ARGUMENT' });
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [order]);
    const [outcome] = await drain(desk);
    expect(outcome?.kind).toBe('refused');

    for (let minute = 0; minute < 2; minute += 1) {
      desk.nowMs += 60_000;
      await cycleWith(desk.ports, desk.settings, []);
    }

    const account = await books();
    expect(toText(heldQuantity(account, BTC))).toBe('0.5');
    expect(account.positions[BTC]?.stop_price).toBe(order.stop_price);
    expect(account.frozen).toEqual({});
    const record = await desk.ports.orders.find(order.client_order_id);
    expect(record?.filled_quantity).toBe(order.quantity);
    expect(record?.order_id).not.toBeNull();
  });
});

describe('a stranger’s fill whose order cannot be read', () => {
  it.each<[string, number, readonly string[]]>([
    ['while it may only be too new', 60_000, ['fills_unavailable']],
    ['and is not asked for again when that cannot be', 16 * 60_000, []],
  ])('[I6] [I7] keeps no fill of ours from being booked, %s', async (_when, agoMs, faults) => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk, withExchange({ order: unfilled }));
    desk.nowMs += agoMs;
    const gone = { kind: 'refused', status: 404, reasons: [], message: 'no such order' } as const;
    const order: Exchange['order'] = async (id) => (id === 'theirs' ? gone : desk.exchange.order(id));
    const fillsSince: Exchange['fillsSince'] = async (sinceMs) => {
      const real = await desk.exchange.fillsSince(sinceMs);
      if (real.kind !== 'ok') return real;
      const [ours] = real.value;
      if (ours === undefined) return real;
      return { kind: 'ok', value: [{ ...ours, entryId: 'theirs', orderId: 'theirs' }, ...real.value] };
    };

    const before = await books();
    const result = await reconcile(withExchange({ order, fillsSince }), desk.settings, before, before.fence);

    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
    expect(result.faults).toEqual(faults);
  });
});

describe('a protection that is told as cancelled and unfilled', () => {
  it('[I5] leaves to the exit only what it has not sold itself', async () => {
    const { guard, exit } = await exitBehindGuard();
    // Its target is reached for a part of it just before it is cancelled.
    tradeMinute(desk, { high: 121, volume: 2 });
    const order: Exchange['order'] = async (id) => {
      const seen = await desk.exchange.order(id);
      if (seen.kind !== 'ok' || seen.value.clientOrderId !== guard.client_order_id) return seen;
      return { kind: 'ok', value: { ...seen.value, filledQuantity: quantity('0') } };
    };

    await drain(desk, withExchange({ order }));

    const sold = await desk.ports.orders.find(guard.client_order_id);
    const sent = await desk.ports.orders.find(exit.client_order_id);
    expect(toText(sold?.filled_quantity ?? quantity('0'))).toBe('0.3');
    expect(toText(sent?.terms?.base_size ?? quantity('0'))).toBe('0.2');
    expect((await books()).positions).toEqual({});
  });
});

describe('a protection that sells all of it while it gives way', () => {
  it('[I5] leaves nothing to the exit, which is never claimed', async () => {
    await exitBehindGuard();
    const cancel: Exchange['cancel'] = async (ids) => {
      tradeMinute(desk, { high: 121 });
      return desk.exchange.cancel(ids);
    };

    const [outcome] = await drain(desk, withExchange({ cancel }));

    expect(outcome).toMatchObject({ kind: 'withdrawn', record: { status: 'CANCELLED', sent_at_ms: null } });
    expect(await books()).toMatchObject({ positions: {}, working: {}, frozen: {} });
  });
});

describe('a decision whose books are written meanwhile', () => {
  it.each([
    [11, 'READY'],
    [12, undefined],
  ])('[I6] is made again %i times, as often as a halt may write them, and then given up', async (conflicts, status) => {
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, []);
    let left = conflicts;
    const save: Desk['ports']['accounts']['save'] = async (next) => {
      if (next.working[order.client_order_id] === undefined || left === 0) return desk.ports.accounts.save(next);
      left -= 1;
      return 'stale';
    };
    const ports = { ...desk.ports, accounts: { ...desk.ports.accounts, save } };
    await cycleWith(ports, desk.settings, [order]).catch(() => undefined);

    expect((await books()).working[order.client_order_id]?.status).toBe(status);
  });
});

describe('an order of unknown fate while the books do not balance', () => {
  it('[I2] [I6] stays in doubt, and its record does not grow with every look', async () => {
    desk.insteadOfPost = () => ({ kind: 'ambiguous', message: 'no answer' });
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [order]);
    await drain(desk);
    let missing = 1;
    const balances: Exchange['balances'] = async () => {
      const real = await desk.exchange.balances();
      missing += 1;
      const less = { currency: 'DOGE', available: quantity(String(missing)), hold: quantity('0') };
      return real.kind === 'ok' ? { kind: 'ok', value: [...real.value, less] } : real;
    };

    for (let minute = 0; minute < 30; minute += 1) {
      desk.nowMs += 60_000;
      await cycleWith(withExchange({ balances }), desk.settings, []);
    }

    const record = await desk.ports.orders.find(order.client_order_id);
    expect(record?.status).toBe('UNKNOWN');
    expect(record?.history.length).toBeLessThan(10);
    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);
    expect((await desk.ports.orders.find(order.client_order_id))?.status).toBe('NOT_PLACED');
  });

  it('[I6] [I7] is known as such also when its worker died before the books knew: nobody can accept beside one that is being sent', async () => {
    desk.insteadOfPost = () => ({ kind: 'ambiguous', message: 'no answer' });
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [order]);
    const save: Desk['ports']['accounts']['save'] = async (next) => {
      if (next.working[order.client_order_id]?.status === 'UNKNOWN') throw new Error('killed');
      return desk.ports.accounts.save(next);
    };
    await expect(drain(desk, { ...desk.ports, accounts: { ...desk.ports.accounts, save } })).rejects.toThrow('killed');
    const balances = moved({ BTC: '0.2' });
    for (let minute = 0; minute < 4; minute += 1) {
      desk.nowMs += 60_000;
      await cycleWith(withExchange({ balances }), desk.settings, []);
    }

    expect((await desk.ports.orders.find(order.client_order_id))?.status).toBe('UNKNOWN');
    expect((await books()).working[order.client_order_id]?.status).toBe('UNKNOWN');
    expect(await reviewLedger(withExchange({ balances }), desk.settings)).toMatchObject({ kind: 'review' });
  });

  async function lostEntry(minutes: number, change: Partial<Exchange>) {
    desk.insteadOfPost = () => ({ kind: 'ambiguous', message: 'no answer' });
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [order]);
    await drain(desk);
    for (let minute = 0; minute < minutes; minute += 1) {
      desk.nowMs += 60_000;
      await cycleWith(withExchange(change), desk.settings, []);
    }
    return (await desk.ports.orders.find(order.client_order_id))?.status;
  }
  const moved = (changes: Readonly<Record<string, string>>) => async () => {
    const real = await desk.exchange.balances();
    if (real.kind !== 'ok') return real;
    const rows = Object.entries(changes).map(([currency, amount]) => {
      const known = real.value.find((balance) => balance.currency === currency);
      const available = ((known?.available ?? 0n) + BigInt(quantity(amount))) as ReturnType<typeof quantity>;
      return { currency, available, hold: known?.hold ?? quantity('0') };
    });
    return { ...real, value: [...real.value.filter(({ currency }) => changes[currency] === undefined), ...rows] };
  };

  it.each([
    ['taken out', '-100', 'WITHDRAWAL:USD'],
    ['paid in', '100', 'DEPOSIT:USD'],
  ])('[I7] ends when the exchange has twice not known it and money was %s meanwhile', async (_, amount, told) => {
    expect(await lostEntry(8, { balances: moved({ USD: amount }) })).toBe('NOT_PLACED');

    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toContain(told);
    expect(toText((await books()).cash)).toBe(toText(usd(String(1000 + Number(amount)))));
  });

  it('[I6] proves no books while it lasts, although balances may agree with them: its fills are still to be found', async () => {
    await cycleWith(desk.ports, desk.settings, []);
    const begun = (await books()).fills_cursor_ms;
    let reads = 0;
    const less = moved({ USD: '-100' });
    // Each cycle reads twice: money moves before the first and is back with the second.
    const balances: Exchange['balances'] = () => {
      reads += 1;
      return reads % 2 === 1 ? less() : desk.exchange.balances();
    };

    expect(await lostEntry(90, { balances })).toBe('UNKNOWN');
    expect((await books()).fills_cursor_ms).toBe(begun);
  });

  it('[I2] [I7] stays in doubt and is told where coins came for cash: it has filled, and no list says so', async () => {
    const filled = { USD: '-50.6', BTC: '0.5' };

    expect(await lostEntry(12, { balances: moved(filled) })).toBe('UNKNOWN');
    const account = await books();
    expect(account.flows).toEqual([]);
    expect(account.frozen[BTC]).toContain('ledger:');
    const told = desk.alerts.map(({ fingerprint }) => fingerprint);
    expect(told).toEqual(expect.arrayContaining(['LEDGER_BREAK:cash', 'LEDGER_BREAK:BTC-USD']));
  });
});

describe('an order of unknown fate beside one that fills with every look', () => {
  it('[I2] is found not to have been placed all the same: what has filled is booked before the books are held against it', async () => {
    const route: Route = { kind: 'maker', ttl_ms: 3_600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' };
    const filling = { ...approvedOrder(desk, { product_id: ETH, limit: '99.5', quantity: '4', nonce: 'e2' }), route };
    await cycleWith(desk.ports, desk.settings, [filling as ApprovedOrder]);
    await drain(desk);
    desk.insteadOfPost = () => ({ kind: 'ambiguous', message: 'no answer' });
    const lost = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [lost]);
    await drain(desk);

    const held: string[] = [];
    for (let look = 0; look < 5; look += 1) {
      tradeMinute(desk, { low: 99, volume: 2 }, ETH);
      await cycleWith(desk.ports, desk.settings, []);
      held.push(toText(heldQuantity(await books(), ETH)));
    }

    expect(new Set(held).size).toBe(5);
    expect((await desk.ports.orders.find(lost.client_order_id))?.status).toBe('NOT_PLACED');
  });
});

const unfilled: Exchange['order'] = (id) => toldUnfilled(desk)(id);

function withExchange(exchange: Partial<Exchange>): Desk['ports'] {
  return { ...desk.ports, exchange: { ...desk.ports.exchange, ...exchange } };
}

const books = () => booksOf(desk);

/** A position, the bracket that rests behind it, and the exit that is to take its place, not sent yet. */
async function exitBehindGuard() {
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  await drain(desk);
  desk.nowMs += 60_000;
  const sale = { side: 'SELL', limit: '120', nonce: 'p1', purpose: 'protect' } as const;
  const guard = { ...approvedOrder(desk, sale), route: { kind: 'bracket' as const } };
  await cycleWith(desk.ports, desk.settings, [guard]);
  await drain(desk);
  desk.nowMs += 60_000;
  const exit = approvedOrder(desk, { side: 'SELL', reason: 'time', limit: '98', nonce: 'x1' });
  await cycleWith(desk.ports, desk.settings, [
    { ...exit, replaces: guard.client_order_id, not_after_ms: desk.nowMs + 600_000 },
  ]);
  return { guard, exit };
}
