import { describe, expect, it } from 'vitest';
import { price, quantity, toText } from '../core/money/fixed.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import { ok } from '../ports/answer.ts';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { bookMissedFills } from './missed-fills.ts';
import { placeOrder } from './place-order.ts';
import { approvedOrder, BTC, type Desk, ETH, START_MS } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { booksOf, recordOf, tradeOnce } from './testing/steps.ts';
import { updateAccount } from './update-account.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('placing an order', () => {
  it('[REQ-X2] previews, places, books fill and fee, releases the reservation and keeps the chain', async () => {
    const [outcome] = await trade();

    const account = await books();
    expect(outcome?.kind).toBe('settled');
    expect(toText(heldQuantity(account, BTC))).toBe('0.5');
    // 0.5 at 100 and 1.2 % of it.
    expect(toText(account.cash)).toBe('949.4');
    expect(toText(account.fees_paid)).toBe('0.6');
    const record = recordOf(outcome);
    expect(record.history.map(({ event }) => event)).toEqual(['approve', 'claim', 'accept', 'fill']);
    expect(toText(record.filled_value)).toBe('50');
    expect(record.body_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(record.decided.config_hash).toBe(desk.settings.config.configHash);
  });

  it('[REQ-X2] [I6] follows what takes until it is settled, past a read that fails and one that still shows it open', async () => {
    const askedAtMs: number[] = [];
    const order: Desk['exchange']['order'] = async (id) => {
      askedAtMs.push(desk.nowMs);
      const seen = await desk.exchange.order(id);
      if (seen.kind !== 'ok' || askedAtMs.length > 2) return seen;
      if (askedAtMs.length === 1) return { kind: 'unavailable', message: 'down' };
      return ok({ ...seen.value, status: 'OPEN', filledQuantity: quantity('0') });
    };
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);

    const [outcome] = await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, order } });

    expect(outcome).toMatchObject({ kind: 'settled', record: { status: 'FILLED' } });
    expect(toText((await books()).cash)).toBe('949.4');
    // Not all at once: an exchange needs a moment.
    expect(new Set(askedAtMs).size).toBe(3);
  });

  it('[REQ-X2] tells the audit log of the POST and its fills, or of the end of what was not sent', async () => {
    const told: unknown[] = [];
    const audit = { append: (event: string, facts: object) => void told.push({ event, ...facts }) };
    const ports = { ...desk.ports, audit };
    const [sent, stopped] = [approvedOrder(desk), approvedOrder(desk, { nonce: 'e2' })];
    await cycleWith(desk.ports, desk.settings, [sent]);
    await drain(desk, ports);
    await cycleWith(desk.ports, desk.settings, [stopped]);
    desk.kill = { kind: 'killed', reason: 'drill' };
    await drain(desk, ports);

    const [fill] = Object.keys((await books()).booked_fills);
    expect(told).toMatchObject([
      { event: 'order_posted', client_order_id: sent.client_order_id, outcome: 'ok' },
      { event: 'order_followed', client_order_id: sent.client_order_id, status: 'FILLED', fills: [fill] },
      { event: 'order_ended', client_order_id: stopped.client_order_id, status: 'CANCELLED', reason: 'killed: drill' },
    ]);
  });

  it('[I2] [REQ-X1] posts once however often the message is delivered', async () => {
    await trade();
    const message = { client_order_id: desk.posted[0] as string, slot_ms: desk.nowMs };

    const again = await Promise.all([1, 2, 3].map(() => placeOrder(desk.ports, desk.settings, message)));

    expect(again.map(({ kind }) => kind)).toEqual(['settled', 'settled', 'settled']);
    expect(desk.posted).toHaveLength(1);
    expect(toText((await books()).cash)).toBe('949.4');
  });

  it('[I2] lets one of two racing workers post', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const message = desk.messages[0] as (typeof desk.messages)[number];

    const both = await Promise.all([1, 2].map(() => placeOrder(desk.ports, desk.settings, message)));

    expect(desk.posted).toHaveLength(1);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['settled', 'taken']);
  });

  it('drops a message without a record and says so', async () => {
    const outcome = await placeOrder(desk.ports, desk.settings, { client_order_id: 'nobody', slot_ms: 0 });

    expect(outcome.kind).toBe('absent');
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['INTENT_WITHOUT_RECORD:nobody']);
  });
});

const lost = { kind: 'ambiguous', message: 'socket hang up' } as const;

describe('a POST without a readable answer', () => {
  it('[I2] [I6] [REQ-CB1] is UNKNOWN, counts at worst case, and is adopted when the exchange lists it', async () => {
    desk.afterPost = () => lost;
    const ordersSince = async () => ok([]);
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);

    // The list lags behind the POST: the first look finds nothing.
    const [outcome] = await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, ordersSince } });

    expect(outcome?.kind).toBe('unknown');
    expect(Object.values((await books()).working)[0]).toMatchObject({
      status: 'UNKNOWN',
      reserved: expect.any(BigInt),
    });
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toContain(`ORDER_UNKNOWN:${desk.posted[0]}`);

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    expect((await books()).working).toEqual({});
    expect(toText((await books()).cash)).toBe('949.4');
    expect(desk.posted).toHaveLength(1);
  });

  it('[I2] [REQ-CB1] is found at once where the list shows it already, and the books are right', async () => {
    desk.afterPost = () => lost;

    const [outcome] = await trade();

    expect(outcome).toMatchObject({ kind: 'settled', record: { status: 'FILLED' } });
    expect((await books()).working).toEqual({});
    expect(desk.posted).toHaveLength(1);
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toEqual([`ORDER_UNKNOWN:${desk.posted[0]}`]);
  });

  it('[I2] [I6] is known by its id from then on where the list shows that it rests', async () => {
    desk.afterPost = () => lost;
    const route = { kind: 'maker', ttl_ms: 600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
    await cycleWith(desk.ports, desk.settings, [{ ...approvedOrder(desk, { limit: '99.5' }), route }]);

    const [outcome] = await drain(desk);

    expect(outcome).toMatchObject({ kind: 'working', record: { status: 'WORKING', order_id: expect.any(String) } });
    const { order_id } = recordOf(outcome);
    expect(Object.values((await books()).working)).toMatchObject([{ status: 'WORKING', order_id }]);
    expect(desk.alerts.map(({ status }) => status)).toEqual(['resolved']);
  });

  it('[REQ-AL1] [I6] leaves nobody in doubt about a protective exit that was sent once more', async () => {
    await trade();
    const sale = approvedOrder(desk, { side: 'SELL', limit: '99', nonce: 'x1', reason: 'stop' });
    await cycleWith(desk.ports, desk.settings, [sale]);
    desk.insteadOfPost = () => {
      desk.insteadOfPost = null;
      return lost;
    };

    const [outcome] = await drain(desk);

    expect(outcome).toMatchObject({ kind: 'settled', record: { status: 'FILLED' } });
    const doubts = desk.alerts.filter(({ fingerprint }) => fingerprint === `ORDER_UNKNOWN:${sale.client_order_id}`);
    expect(doubts.map(({ status }) => status)).toEqual(['open', 'resolved']);
  });

  it('[I2] [I6] is left to whoever knows more of it by then', async () => {
    desk.afterPost = () => lost;
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const save: typeof desk.ports.orders.save = async (record) =>
      record.status === 'UNKNOWN' ? 'stale' : desk.ports.orders.save(record);

    const [outcome] = await drain(desk, { ...desk.ports, orders: { ...desk.ports.orders, save } });

    expect(outcome).toEqual({ kind: 'taken' });
    expect(Object.values((await books()).working)[0]?.status).toBe('SENDING');
  });

  it('[I2] is NOT_PLACED only after two empty scans past the settle time, and is never sent again', async () => {
    desk.insteadOfPost = () => lost;
    await trade();
    const statuses: string[] = [];

    for (let minute = 1; minute <= 5; minute += 1) {
      desk.nowMs += 60_000;
      await cycleWith(desk.ports, desk.settings, []);
      statuses.push(Object.values((await books()).working)[0]?.status ?? 'gone');
    }

    // Sent at minute 0, settled from minute 2 on: scans at 2 and 3, given up at 4.
    expect(statuses).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'gone', 'gone']);
    expect(desk.posted).toEqual([]);
    expect(toText((await books()).cash)).toBe('1000');
  });

  it('[I2] stays UNKNOWN while the exchange cannot be asked', async () => {
    desk.insteadOfPost = () => lost;
    await trade();
    const ordersSince = async () => ({ kind: 'unavailable', message: 'down' }) as const;
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, ordersSince } };

    for (let minute = 1; minute <= 6; minute += 1) {
      desk.nowMs += 60_000;
      await cycleWith(ports, desk.settings, []);
    }

    expect(Object.values((await books()).working)[0]?.status).toBe('UNKNOWN');
  });

  it.each(['refused', 'rate_limited', 'unauthorised', 'unavailable'] as const)(
    'is not in doubt when nothing was executed (%s): the reservation goes at once',
    async (kind) => {
      desk.insteadOfPost = () => ({ kind, status: 400, reasons: ['INSUFFICIENT_FUND'], message: 'no' }) as never;

      const [outcome] = await trade();

      expect(outcome?.kind).toBe('refused');
      expect((await books()).working).toEqual({});
    },
  );
});

describe('a message that comes again for an order that was claimed', () => {
  const id = () => approvedOrder({ ...desk, nowMs: START_MS }).client_order_id;
  const again = () => placeOrder(desk.ports, desk.settings, { client_order_id: id(), slot_ms: START_MS });
  const stored = () => desk.ports.orders.find(id());

  /** Its worker dies, behind the POST or before it. */
  async function claimed(isPosted: boolean): Promise<void> {
    const die = () => {
      throw new Error('killed');
    };
    if (isPosted) desk.afterPost = die;
    else desk.insteadOfPost = die;
    await expect(trade()).rejects.toThrow('killed');
    desk.afterPost = null;
    desk.insteadOfPost = null;
  }

  it.each([
    ['posted it', true],
    ['did not get to that', false],
  ])(
    '[I2] leaves it to the worker that has it, for as long as one may run, and then asks the exchange: it %s',
    async (_, isPosted) => {
      await claimed(isPosted);
      const sentAtMs = (await stored())?.sent_at_ms ?? 0;
      const posts = desk.posted.length;
      desk.nowMs = sentAtMs + 60_000;
      expect(await again()).toEqual({ kind: 'taken' });
      expect((await stored())?.status).toBe('SENDING');

      desk.nowMs += 1;
      const outcome = await again();

      expect(outcome).toMatchObject(isPosted ? { kind: 'settled' } : { kind: 'unknown' });
      expect((await stored())?.status).toBe(isPosted ? 'FILLED' : 'UNKNOWN');
      expect(desk.posted).toHaveLength(posts);
      expect(toText(heldQuantity(await books(), BTC))).toBe(isPosted ? '0.5' : '0');
    },
  );

  it('[I2] [I6] is lost to a cycle, too, after as long as a worker may run, and not before', async () => {
    await claimed(false);
    const sentAtMs = (await stored())?.sent_at_ms ?? 0;
    desk.nowMs = sentAtMs + 60_000;
    await cycleWith(desk.ports, desk.settings, []);
    expect((await stored())?.status).toBe('SENDING');

    desk.nowMs = sentAtMs + 60_001;
    await cycleWith(desk.ports, desk.settings, []);
    expect((await stored())?.status).toBe('UNKNOWN');
    expect(Object.values((await books()).working)).toMatchObject([{ status: 'UNKNOWN' }]);
    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toContain(`ORDER_UNKNOWN:${id()}`);
  });

  it('[I3] keeps what it reserves when a worker claims it while a cycle gives it up for too late', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    desk.nowMs += 60_000;
    const save: typeof desk.ports.orders.save = async (record) =>
      record.status === 'EXPIRED' ? 'stale' : desk.ports.orders.save(record);
    await cycleWith({ ...desk.ports, orders: { ...desk.ports.orders, save } }, desk.settings, []);
    expect(Object.keys((await books()).working)).toEqual([id()]);

    await cycleWith(desk.ports, desk.settings, []);
    expect((await stored())?.status).toBe('EXPIRED');
    expect((await books()).working).toEqual({});
  });

  it('[I2] [I6] finds it booked where its fills were met, long before its worker counts as lost', async () => {
    await claimed(true);
    desk.nowMs += 20_000;
    await bookMissedFills(desk.ports, desk.settings, await books());

    expect((await stored())?.history.map(({ event }) => event)).toEqual(['approve', 'claim', 'accept', 'fill']);
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
    expect((await books()).working).toEqual({});
    expect((await again()).kind).toBe('settled');
    expect(toText((await books()).cash)).toBe('949.4');
  });

  it('[I2] sends nothing while its fate is unknown, and keeps what it reserves', async () => {
    desk.insteadOfPost = () => lost;
    await trade();
    desk.insteadOfPost = null;
    const { working } = await books();

    expect(await again()).toMatchObject({ kind: 'unknown', reason: lost.message });
    expect(desk.posted).toEqual([]);
    expect((await books()).working).toEqual(working);
  });

  it('[I2] [I6] follows one that rests, whatever speaks against sending it now', async () => {
    const route = { kind: 'maker', ttl_ms: 600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
    await cycleWith(desk.ports, desk.settings, [{ ...approvedOrder(desk, { limit: '99.5' }), route }]);
    await drain(desk);
    const { working } = await books();
    desk.kill = { kind: 'killed', reason: 'drill' };
    desk.nowMs += 60_000;

    expect((await again()).kind).toBe('working');
    expect((await stored())?.status).toBe('WORKING');
    expect((await books()).working).toEqual(working);
  });
});

describe('an order that came back as another one', () => {
  it.each<[string, Partial<ExchangeOrder>]>([
    ['another size', { baseSize: quantity('0.6') }],
    ['another limit price', { limitPrice: price('100.3') }],
    ['side SELL', { side: 'SELL' }],
    ['product ETH-USD', { productId: ETH }],
    ['client order id other', { clientOrderId: 'other' }],
    ['filled more than asked for', { filledQuantity: quantity('0.50000001') }],
  ])(
    '[I2] freezes the product and pages, for a reused id may have executed another body: %s',
    async (detail, other) => {
      const order = async (id: string) => {
        const seen = await desk.exchange.order(id);
        return seen.kind === 'ok' ? ok({ ...seen.value, ...other }) : seen;
      };
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);

      await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, order } });

      expect((await books()).frozen).toEqual({ [BTC]: expect.stringContaining(detail) });
      expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toContain('ORDER_MISMATCH:BTC-USD');
      expect(Object.values((await books()).working)).toMatchObject([{ status: 'WORKING' }]);
    },
  );

  it('[I2] is the same one where the exchange does not say its size and its limit', async () => {
    const order = async (id: string) => {
      const seen = await desk.exchange.order(id);
      return seen.kind === 'ok' ? ok({ ...seen.value, baseSize: null, limitPrice: null }) : seen;
    };
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const [outcome] = await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, order } });

    expect(outcome?.kind).toBe('settled');
    expect((await books()).frozen).toEqual({});
  });
});

describe('a fill that shows up late', () => {
  it('[I6] is booked once it is seen, and the reservation stays until then', async () => {
    let areVisible = false;
    const fillsSince = async (sinceMs: number) =>
      areVisible ? desk.exchange.fillsSince(sinceMs) : ({ kind: 'ok', value: [] } as const);
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, fillsSince } };
    await cycleWith(ports, desk.settings, [approvedOrder(desk)]);

    const [outcome] = await drain(desk, ports);
    const before = await books();
    areVisible = true;
    desk.nowMs += 60_000;
    await cycleWith(ports, desk.settings, []);

    expect(outcome?.kind).toBe('working');
    expect(Object.keys(before.working)).toHaveLength(1);
    expect((await books()).working).toEqual({});
    expect(toText((await books()).cash)).toBe('949.4');
  });

  it('[I7] is found through the balances when its order was thought settled', async () => {
    await trade();
    // The books lose the fill as if it had never been reported.
    await updateAccount(desk.ports.accounts, (account) => ({
      ...account,
      cash: account.high_water_mark,
      positions: {},
      booked_fills: {},
    }));

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    expect(toText((await books()).cash)).toBe('949.4');
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
    expect((await books()).frozen).toEqual({});
  });

  it('[I7] freezes the product and pages when no fill explains the difference, and thaws when it is gone', async () => {
    await trade();
    const balances = async () => ({ kind: 'ok', value: [] }) as const;
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, balances } };

    desk.nowMs += 60_000;
    await cycleWith(ports, desk.settings, []);
    const frozen = (await books()).frozen;
    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    expect(frozen[BTC]).toBe('ledger: the books say 0.5, the exchange 0');
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['LEDGER_BREAK:cash', 'LEDGER_BREAK:BTC-USD']);
    expect((await books()).frozen).toEqual({});
  });
});

const trade = () => tradeOnce(desk);

const books = () => booksOf(desk);
