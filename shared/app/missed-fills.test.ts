import { describe, expect, it } from 'vitest';
import { configOf, positionOf } from '../../test/core/world.ts';
import { type Price, price, quantity, toText } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import type { OrderStore } from '../ports/stores.ts';
import { bookMissedFills } from './missed-fills.ts';
import { approvedOrder, BTC, START_MS } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

describe('fills that the books have missed', () => {
  const openDesk = deskOpener();

  it.each([
    ['', (timeMs: number) => timeMs],
    [', even within one millisecond', () => START_MS + 180_000],
  ])('[I5] [I6] are booked as they were dealt, though the exchange lists the newest first%s', async (_, told) => {
    const desk = openDesk();
    const trade = async (over: Parameters<typeof approvedOrder>[1]) => {
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, over)]);
      await drain(desk);
      desk.nowMs += 60_000;
    };
    const books = async () => (await desk.ports.accounts.load()) as Account;
    await cycleWith(desk.ports, desk.settings, []);
    const before = await books();
    await trade({ quantity: '0.5' });
    await trade({ side: 'SELL', quantity: '0.5', limit: '99' });
    await trade({ quantity: '0.4' });
    const after = await books();
    expect(toText(heldQuantity(after, BTC))).toBe('0.4');

    // The table of before these trades.
    const { version, fence } = after;
    const older = { ...before, version: version + 1, fence };
    expect(await desk.ports.accounts.save(older)).toBe('saved');
    const fillsSince: typeof desk.exchange.fillsSince = async (sinceMs) => {
      const fills = await desk.exchange.fillsSince(sinceMs);
      if (fills.kind !== 'ok') return fills;
      const newestFirst = fills.value.toSorted((a, b) => b.timeMs - a.timeMs);
      return { ...fills, value: newestFirst.map((fill) => ({ ...fill, timeMs: told(fill.timeMs) })) };
    };
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, fillsSince } };
    await bookMissedFills(ports, desk.settings, older);

    const again = await books();
    if (told(START_MS) === START_MS) expect(again.positions).toEqual(after.positions);
    expect(toText(heldQuantity(again, BTC))).toBe('0.4');
    expect(again.cash).toBe(after.cash);
    expect(again.frozen).toEqual({});
  });

  it.each(['order', 'fillsSince'] as const)(
    '[I5] [I7] wait behind a purchase whose %s is not answered: no sale is booked before it',
    async (silent) => {
      const desk = openDesk();
      await cycleWith(desk.ports, desk.settings, []);
      const before = (await desk.ports.accounts.load()) as Account;
      const orders = [{ quantity: '0.5' }, { side: 'SELL', quantity: '0.5', limit: '99' }] as const;
      for (const over of orders) {
        await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, over)]);
        await drain(desk);
        desk.nowMs += 60_000;
      }
      const { version, fence, cash } = (await desk.ports.accounts.load()) as Account;
      const older = { ...before, version: version + 1, fence };
      expect(await desk.ports.accounts.save(older)).toBe('saved');
      const down = { kind: 'unavailable', message: 'down' } as const;
      const bought = desk.posted[0];
      const isBought = async (id: string | undefined) => {
        const seen = id === undefined ? down : await desk.exchange.order(id);
        return seen.kind === 'ok' && seen.value.clientOrderId === bought;
      };
      const faulty: Partial<typeof desk.exchange> = {
        order: async (id) => (silent === 'order' && (await isBought(id)) ? down : desk.exchange.order(id)),
        fillsSince: async (sinceMs, ids) =>
          silent === 'fillsSince' && (await isBought(ids?.[0])) ? down : desk.exchange.fillsSince(sinceMs, ids),
      };

      const unread = { ...desk.ports, exchange: { ...desk.ports.exchange, ...faulty } };
      expect(await bookMissedFills(unread, desk.settings, older)).toBeNull();
      const still = (await desk.ports.accounts.load()) as Account;
      expect(still).toMatchObject({ cash: before.cash, frozen: {}, positions: {} });
      await bookMissedFills(desk.ports, desk.settings, still);

      expect(await desk.ports.accounts.load()).toMatchObject({ cash, frozen: {}, positions: {} });
    },
  );

  it('[I6] [I7] are looked for again, however long it takes, while the list of their order lags behind', async () => {
    const desk = openDesk();
    await cycleWith(desk.ports, desk.settings, []);
    const before = (await desk.ports.accounts.load()) as Account;
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { quantity: '0.5', limit: '100' })]);
    await drain(desk);
    const { version, fence, positions } = (await desk.ports.accounts.load()) as Account;
    // The table of before that trade: without its record.
    const older: Account = { ...before, version: version + 1, fence };
    expect(await desk.ports.accounts.save(older)).toBe('saved');
    const orders = forgetful(desk.ports.orders);
    const lagging: typeof desk.exchange.fillsSince = async (sinceMs, ids) =>
      ids === undefined ? desk.exchange.fillsSince(sinceMs) : { kind: 'ok', value: [] };
    const exchange = { ...desk.ports.exchange, fillsSince: lagging };
    expect(await bookMissedFills({ ...desk.ports, orders, exchange }, desk.settings, older)).toBeNull();

    desk.nowMs += 3_600_000;
    const still = (await desk.ports.accounts.load()) as Account;
    await bookMissedFills({ ...desk.ports, orders }, desk.settings, still);

    const found = (await desk.ports.accounts.load()) as Account;
    expect(found.positions[BTC]?.lots).toEqual(positions[BTC]?.lots);
  });

  it('[I7] do not keep the books from an end where an order never tells them, for longer than a day', async () => {
    const desk = openDesk();
    await cycleWith(desk.ports, desk.settings, []);
    const before = (await desk.ports.accounts.load()) as Account;
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { quantity: '0.5', limit: '100' })]);
    await drain(desk);
    const { version, fence } = (await desk.ports.accounts.load()) as Account;
    const older: Account = { ...before, version: version + 1, fence };
    expect(await desk.ports.accounts.save(older)).toBe('saved');
    const silent: typeof desk.exchange.fillsSince = async (sinceMs, ids) =>
      ids === undefined ? desk.exchange.fillsSince(sinceMs) : { kind: 'ok', value: [] };
    const ports = {
      ...desk.ports,
      orders: forgetful(desk.ports.orders),
      exchange: { ...desk.ports.exchange, fillsSince: silent },
    };
    desk.nowMs += 86_400_000 - 60_000;
    expect(await bookMissedFills(ports, desk.settings, older)).toBeNull();
    desk.nowMs += 120_000;
    const still = (await desk.ports.accounts.load()) as Account;

    expect(await bookMissedFills(ports, desk.settings, still)).not.toBeNull();
  });

  it('[I6] [I7] are nobody’s only when all of them are so old that their order should be found', async () => {
    const desk = openDesk();
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    desk.nowMs += 20 * 60_000;
    const gone = { kind: 'refused', status: 404, reasons: [], message: 'no such order' } as const;
    const agesMs = [16 * 60_000, 60_000];
    const fillsSince: typeof desk.exchange.fillsSince = async () => {
      const real = await desk.exchange.fillsSince(START_MS);
      const [fill] = real.kind === 'ok' ? real.value : [];
      if (real.kind !== 'ok' || fill === undefined) return real;
      const theirs = agesMs.map((ms) => ({
        ...fill,
        entryId: `theirs${ms}`,
        orderId: 'theirs',
        timeMs: desk.nowMs - ms,
      }));
      return { kind: 'ok', value: theirs };
    };
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, order: async () => gone, fillsSince } };
    const books = (await desk.ports.accounts.load()) as Account;

    expect(await bookMissedFills(ports, desk.settings, books)).toBeNull();
    expect((await desk.ports.accounts.load())?.sightings.foreign_fills).toEqual({});
    agesMs.pop();
    expect(await bookMissedFills(ports, desk.settings, books)).not.toBeNull();
    expect(Object.keys((await desk.ports.accounts.load())?.sightings.foreign_fills ?? {})).toHaveLength(1);
  });

  describe('of an entry that nobody remembers', () => {
    const { stop_loss_pct, take_profit_pct } = configOf().policy.proposals;

    it.each([
      ['the widest stop and target where it has none', null, 100 - stop_loss_pct.max, 100 + take_profit_pct.max],
      ['no wider stop than the one it has', price('99.5'), 99.5, null],
    ] as const)('[I6] give their position %s', async (_what, stop_price, stop, target) => {
      const desk = openDesk();
      await cycleWith(desk.ports, desk.settings, []);
      const before = (await desk.ports.accounts.load()) as Account;
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { quantity: '0.5', limit: '100' })]);
      await drain(desk);
      const { version, fence } = (await desk.ports.accounts.load()) as Account;
      const positions = stop_price === null ? {} : { [BTC]: positionOf('0.1', { stop_price }) };
      // The table of before that trade: without its record.
      const older: Account = { ...before, positions, version: version + 1, fence };
      expect(await desk.ports.accounts.save(older)).toBe('saved');
      await bookMissedFills({ ...desk.ports, orders: forgetful(desk.ports.orders) }, desk.settings, older);

      const found = ((await desk.ports.accounts.load()) as Account).positions[BTC];
      expect(found?.lots.at(-1)?.quantity).toBe(quantity('0.5'));
      const level = (text: Price | null | undefined) => (text ? Number(toText(text)) : null);
      expect([level(found?.stop_price), level(found?.take_profit_price)]).toEqual([stop, target]);
    });
  });
});

/** Knows of no order but of those that are created from now on. */
function forgetful(orders: OrderStore): OrderStore {
  const known = new Set<string>();
  return {
    ...orders,
    find: async (id) => (known.has(id) ? orders.find(id) : undefined),
    async create(record) {
      const stored = await orders.find(record.client_order_id);
      known.add(record.client_order_id);
      if (stored === undefined) return orders.create(record);
      await orders.save({ ...record, version: stored.version + 1 });
      return 'created';
    },
  };
}
