import { beforeEach, describe, expect, it } from 'vitest';
import { quantity, toText } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity, reserve } from '../core/portfolio/ledger.ts';
import type { Exchange } from '../ports/exchange.ts';
import { acceptLedger, type LedgerReview, reviewLedger } from './accept-ledger.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { updateAccount } from './update-account.ts';

let desk: Desk;
const openDesk = deskOpener();
beforeEach(async () => {
  desk = openDesk();
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  await drain(desk);
  desk.nowMs += 60_000;
});

describe('an operator who accepts the exchange’s word', () => {
  it('[I7] sees the difference, accepts just that, and the next cycle finds nothing wrong', async () => {
    const ports = withCoins('-0.2');
    await cycleWith(ports, desk.settings, []);
    const review = await reviewed(ports);

    const outcome = await acceptLedger(ports, desk.settings, review.code);
    desk.nowMs += 60_000;
    await cycleWith(ports, desk.settings, []);

    expect(review.differences).toEqual({ [BTC]: 'the books say 0.5, the exchange 0.3' });
    expect(outcome.kind).toBe('accepted');
    const account = await books();
    expect(toText(heldQuantity(account, BTC))).toBe('0.3');
    expect(account.frozen).toEqual({});
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toEqual([
      'LEDGER_BREAK:BTC-USD',
      `LEDGER_ACCEPTED:${desk.settings.config.botId}`,
    ]);
  });

  it('accepts nothing that is not what was reviewed', async () => {
    const review = await reviewed(withCoins('-0.2'));
    const before = await books();

    const outcome = await acceptLedger(withCoins('-0.3'), desk.settings, review.code);

    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('not what was reviewed') });
    expect((await books()).positions).toEqual(before.positions);
  });

  it('[I7] accepts nothing when a worker has booked something in between, and says so', async () => {
    const ports = withCoins('-0.2');
    const review = await reviewed(ports);
    const save: Desk['ports']['accounts']['save'] = async (next) => {
      if (toText(heldQuantity(next, BTC)) !== '0.3') return desk.ports.accounts.save(next);
      await updateAccount(desk.ports.accounts, (account) => ({ ...account, halted: !account.halted }));
      return 'stale';
    };

    const accounts = { ...desk.ports.accounts, save };
    const outcome = await acceptLedger({ ...ports, accounts }, desk.settings, review.code);

    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('moved meanwhile') });
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).not.toContain(
      `LEDGER_ACCEPTED:${desk.settings.config.botId}`,
    );
  });

  it('[I10] accepts nothing for a DRY_RUN account: its trades are on no exchange', async () => {
    const dry = { ...desk.settings, mode: 'DRY_RUN' } as const;

    expect(await acceptLedger(withCoins('-0.2'), dry, 'any')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('hypothetical'),
    });
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.5');
  });

  it('has nothing to accept before the first cycle', async () => {
    const fresh = openDesk();

    expect(await acceptLedger(fresh.ports, fresh.settings, 'any')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('no books yet'),
    });
  });

  it('[I2] waits for an order of unknown fate, which may explain the difference', async () => {
    await updateAccount(desk.ports.accounts, (account) => reserve(account, [approvedOrder(desk, { nonce: 'e9' })]));

    expect(await reviewLedger(withCoins('-0.2'), desk.settings)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('it may explain the difference'),
    });
  });

  it('[I7] does not wait for an order that nobody has sent: it explains nothing', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { nonce: 'e8' })]);
    const [ready] = Object.values((await books()).working);
    const ports = withCoins('-0.2');
    const review = await reviewed(ports);

    expect(ready?.status).toBe('READY');
    expect(review.differences).toEqual({ [BTC]: 'the books say 0.5, the exchange 0.3' });
    expect((await acceptLedger(ports, desk.settings, review.code)).kind).toBe('accepted');
    const account = await books();
    expect(toText(heldQuantity(account, BTC))).toBe('0.3');
    expect(Object.keys(account.working)).toEqual([ready?.client_order_id]);
  });

  it('[I2] [I7] waits where a worker has claimed one while it looked: the balances may know of it', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { nonce: 'e8' })]);
    const ports = withCoins('-0.2');
    const [id = ''] = Object.keys((await books()).working);
    const balances: Exchange['balances'] = async () => {
      const record = await desk.ports.orders.find(id);
      const sent = { status: 'SENDING', sent_at_ms: desk.nowMs, body_hash: 'x' } as const;
      if (record?.status === 'READY') await desk.ports.orders.save({ ...record, ...sent, version: record.version + 1 });
      return ports.exchange.balances();
    };

    expect(await reviewLedger({ ...ports, exchange: { ...ports.exchange, balances } }, desk.settings)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('is being sent'),
    });
  });

  it('[REQ-SI1] does nothing while a cycle runs, and gives the lease back after', async () => {
    const { lease } = desk.ports;
    const held = await lease.acquire('a cycle', 55_000, desk.nowMs);
    const busy = await reviewLedger(desk.ports, desk.settings);
    if (held.kind === 'held') await lease.release(held.fence);

    expect(busy).toMatchObject({ kind: 'refused', reason: expect.stringContaining('a cycle is running') });
    expect((await reviewLedger(desk.ports, desk.settings)).kind).toBe('review');
    expect((await lease.acquire('a cycle', 55_000, desk.nowMs)).kind).toBe('held');
  });

  it('has nothing to accept when all agrees', async () => {
    expect(await reviewed(desk.ports)).toMatchObject({ code: '', differences: {} });
    expect(await acceptLedger(desk.ports, desk.settings, '')).toMatchObject({ kind: 'refused' });
  });

  describe('about an order that the exchange does not know', () => {
    const notFound = { kind: 'refused', status: 404, reasons: ['NOT_FOUND'], message: 'no such order' } as const;
    const route = { kind: 'maker', ttl_ms: 864_000_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
    const without = (exchange: Partial<Exchange>) => ({
      ...desk.ports,
      exchange: { ...desk.ports.exchange, ...exchange },
    });
    const gone = () => without({ order: async () => notFound, ordersSince: async () => ({ kind: 'ok', value: [] }) });
    beforeEach(async () => {
      const order = { ...approvedOrder(desk, { limit: '99.5', nonce: 'e2' }), route };
      await cycleWith(desk.ports, desk.settings, [order]);
      await drain(desk);
    });
    const someTimeLater = () => {
      desk.nowMs += 600_000;
    };

    it('[I5] [I6] waits while it is new: it may be on its way into what the exchange shows', async () => {
      desk.nowMs += 100_000;
      expect(await reviewLedger(gone(), desk.settings)).toEqual({
        kind: 'refused',
        reason: expect.stringMatching(/^order \S+ was sent a moment ago and is not found yet: try again/),
      });

      desk.nowMs += 30_000;
      expect((await reviewed(gone())).lost_orders).toHaveLength(1);
    });

    it('[I6] waits while it has filled more than the books say: the balances may know of that already', async () => {
      someTimeLater();
      const filledQuantity = quantity('0.1');
      const filled = without({
        order: async (id) => {
          const seen = await desk.exchange.order(id);
          return seen.kind === 'ok' ? { ...seen, value: { ...seen.value, filledQuantity } } : seen;
        },
      });

      expect(await reviewLedger(filled, desk.settings)).toEqual({
        kind: 'refused',
        reason: expect.stringMatching(/^order \S+ is being filled: try again/),
      });
    });

    it('[I6] ends it and frees what it held, and the next cycle finds nothing wrong', async () => {
      someTimeLater();
      const review = await reviewed(gone());
      expect(review.lost_orders).toEqual([expect.stringMatching(/^BUY 0\.5 BTC-USD, order /)]);
      expect(Object.keys((await books()).working)).toHaveLength(1);

      expect(await acceptLedger(gone(), desk.settings, review.code)).toMatchObject({ kind: 'accepted' });
      const [id] = review.lost_orders.map((text) => text.split('order ')[1] ?? '');
      expect((await books()).working).toEqual({});
      expect(await desk.ports.orders.find(id ?? '')).toMatchObject({ status: 'CANCELLED' });
      expect(desk.alerts.at(-1)).toMatchObject({ kind: 'LEDGER_ACCEPTED', detail: expect.stringContaining(id ?? '') });
      expect((await reviewed(gone())).code).toBe('');
    });

    it('[I6] leaves alone one that is listed, or whose list or answer cannot be had', async () => {
      someTimeLater();
      const down = { kind: 'unavailable', message: 'down' } as const;
      for (const exchange of [{ order: async () => notFound }, { order: async () => down }, {}]) {
        expect((await reviewed(without(exchange))).lost_orders).toEqual([]);
      }
      const unlisted = without({ order: async () => notFound, ordersSince: async () => down });
      expect((await reviewed(unlisted)).lost_orders).toEqual([]);
      const silent = without({ order: async () => down, ordersSince: async () => ({ kind: 'ok', value: [] }) });
      expect((await reviewed(silent)).lost_orders).toEqual([]);
    });

    it('[I6] is told from others of its product that the list shows', async () => {
      someTimeLater();
      const [id] = Object.keys((await books()).working);
      const listing = (isShown: (clientOrderId: string) => boolean) =>
        without({
          order: async () => notFound,
          ordersSince: async (sinceMs, products) => {
            const real = await desk.exchange.ordersSince(sinceMs - 3_600_000, products);
            return real.kind === 'ok'
              ? { kind: 'ok', value: real.value.filter(({ clientOrderId }) => isShown(clientOrderId)) }
              : real;
          },
        });

      expect((await reviewed(listing((shown) => shown !== id))).lost_orders).toHaveLength(1);
      expect((await reviewed(listing((shown) => shown === id))).lost_orders).toEqual([]);
    });
  });

  it('refuses what it cannot read', async () => {
    const down = { kind: 'unavailable', message: 'down' } as const;
    const cases: Partial<Exchange>[] = [{ balances: async () => down }, { fillsSince: async () => down }];
    for (const exchange of cases) {
      const ports = withCoins('-0.2');
      const outcome = await reviewLedger({ ...ports, exchange: { ...ports.exchange, ...exchange } }, desk.settings);
      expect(outcome.kind).toBe('refused');
    }
  });
});

async function reviewed(ports: Desk['ports']): Promise<LedgerReview> {
  const outcome = await reviewLedger(ports, desk.settings);
  if (outcome.kind !== 'review') throw new Error(outcome.reason);
  return outcome;
}

/** The exchange has so many coins more or less than were traded. */
function withCoins(change: string): Desk['ports'] {
  const balances: Exchange['balances'] = async () => {
    const real = await desk.exchange.balances();
    if (real.kind !== 'ok') return real;
    const moved = real.value.map((each) =>
      each.currency === 'BTC'
        ? { ...each, available: (each.available + quantity(change)) as typeof each.available }
        : each,
    );
    return { kind: 'ok', value: moved };
  };
  return { ...desk.ports, exchange: { ...desk.ports.exchange, balances } };
}

async function books(): Promise<Account> {
  return (await desk.ports.accounts.load()) as Account;
}
