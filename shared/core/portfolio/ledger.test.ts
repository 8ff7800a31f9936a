import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_ONCE } from '../execution/routing.ts';
import { productId } from '../market/product.ts';
import { add, price, quantity, subtract, toText, type Usd, usd } from '../money/fixed.ts';
import type { ApprovedOrder } from '../risk/approved-order.ts';
import type { Account, WorkingOrder } from './account.ts';
import type { Fill } from './fill.ts';
import {
  advanceFillsCursor,
  annotate,
  bookFill,
  FILL_OVERLAP_MS,
  giveWay,
  heldQuantity,
  openAccount,
  release,
  reserve,
  unsentEntries,
} from './ledger.ts';

const BTC = productId('BTC-USD');
const policy = {
  cooldownMs: 30 * 60_000,
  cooldownAfterWinMs: 30 * 60_000,
  cooldownAfterLossMs: 60 * 60_000,
  cooldownAfterStopMs: 120 * 60_000,
};

describe('booking fills', () => {
  it('[I6] books a fill once, however often it is reported', () => {
    const once = bookFill(fresh(), buyFill({ entryId: 'a' }), null, policy);

    const thrice = [1, 2].reduce((account) => bookFill(account, buyFill({ entryId: 'a' }), null, policy), once);

    expect(thrice).toBe(once);
    expect(toText(heldQuantity(once, BTC))).toBe('0.5');
  });

  it('[REQ-X2] puts the fee into the cost of a buy and takes it off the proceeds of a sale', () => {
    const bought = bookFill(
      fresh(),
      buyFill({ entryId: 'a', quantity: '0.5', price: '100', commission: '0.6' }),
      null,
      policy,
    );
    const sold = bookFill(
      bought,
      sellFill({ entryId: 'b', quantity: '0.5', price: '110', commission: '0.66' }),
      null,
      policy,
    );

    expect(toText(bought.cash)).toBe('949.4');
    expect(toText(sold.cash)).toBe('1003.74');
    expect(toText(sold.realised_pnl)).toBe('3.74');
    expect(toText(sold.fees_paid)).toBe('1.26');
    expect(sold.positions[BTC]).toBeUndefined();
  });

  it('books a partial fill and keeps the reservation of the rest', () => {
    const working = reserve(fresh(), [approved({ quantity: '1' })]);
    const order = working.working['bot-BTC-USD-1-e1'] as WorkingOrder;

    const partly = bookFill(working, buyFill({ entryId: 'a', quantity: '0.68' }), order, policy);

    expect(toText((partly.working['bot-BTC-USD-1-e1'] as WorkingOrder).filled)).toBe('0.68');
    expect(toText(heldQuantity(partly, BTC))).toBe('0.68');
    expect(partly.positions[BTC]?.strategy).toBe('donchian-breakout');
  });

  it('sells the oldest lot first and keeps the unit cost of a lot that is cut', () => {
    const two = [
      buyFill({ entryId: 'a', quantity: '1', price: '100' }),
      buyFill({ entryId: 'b', quantity: '1', price: '200' }),
    ];
    const held = two.reduce((account, fill) => bookFill(account, fill, null, policy), fresh());

    const sold = bookFill(held, sellFill({ entryId: 'c', quantity: '1.5', price: '300' }), null, policy);

    expect(toText(sold.realised_pnl)).toBe('250');
    expect(sold.positions[BTC]?.lots.map((lot) => [toText(lot.quantity), toText(lot.cost)])).toEqual([['0.5', '100']]);
  });

  it('gives what was left of an old position the strategy, the stop and the holding time of the entry that joins it', () => {
    const dust = bookFill(fresh(), buyFill({ entryId: 'a', quantity: '0.0001', timeMs: 1_000 }), null, policy);
    const entry = entryOrder();

    const first = bookFill(dust, buyFill({ entryId: 'b', timeMs: 9_000 }), entry, policy);
    const second = bookFill(
      first,
      buyFill({ entryId: 'c', timeMs: 9_500 }),
      { ...entry, filled: quantity('0.5') },
      policy,
    );

    expect([first, second].map((account) => account.positions[BTC]?.opened_at_ms)).toEqual([9_000, 9_000]);
    expect(second.positions[BTC]?.stop_price).toBe(price('95'));
    expect(second.positions[BTC]?.strategy).toBe('donchian-breakout');
    expect(second.positions[BTC]?.lots).toHaveLength(3);
  });

  it('[I7] freezes a product of which more was sold than the books hold', () => {
    const sold = bookFill(fresh(), sellFill({ entryId: 'x', quantity: '1', price: '100' }), null, policy);

    expect(sold.frozen[BTC]).toContain('sold more');
    expect(toText(sold.cash)).toBe('1100');
  });

  it.each(['BUY', 'SELL'] as const)(
    '[I6] [I7] takes back a fill that the exchange reverses, and leaves no position without coins: %s',
    (side) => {
      const start = bookFill(fresh(), buyFill({ entryId: 'f0', quantity: '2', price: '90' }), null, policy);
      const before = side === 'BUY' ? fresh() : start;
      const text = { quantity: '0.5', price: '100', commission: '0.6' };
      const made = bookFill(before, fillOf(side, { entryId: 'f1', ...text }), null, policy);
      const reversal = fillOf(side, { entryId: 'f2', ...text, quantity: '-0.5', commission: '-0.6' });

      const back = bookFill(made, reversal, null, policy);

      expect(back.cash).toBe(before.cash);
      expect(heldQuantity(back, BTC)).toBe(heldQuantity(before, BTC));
      expect(Object.keys(back.positions)).toEqual(Object.keys(before.positions));
      expect(back.positions[BTC]?.lots.every((lot) => lot.quantity > 0n) ?? true).toBe(true);
      expect(back.frozen).toEqual({});
    },
  );

  it('[REQ-CD1] starts the longer cooldown after a stop-out and never shortens a running one', () => {
    const bought = bookFill(fresh(), buyFill({ entryId: 'a', timeMs: 1_000 }), null, policy);
    const stop = { ...entryOrder(), side: 'SELL', purpose: 'exit', reason: 'stop' } as const;
    const stopped = bookFill(bought, sellFill({ entryId: 'b', timeMs: 2_000 }), stop, policy);
    const again = bookFill(stopped, buyFill({ entryId: 'c', timeMs: 3_000 }), null, policy);

    expect(bought.cooldowns[BTC]).toEqual({ until_ms: 1_000 + policy.cooldownMs, reason: 'fill' });
    expect(stopped.cooldowns[BTC]).toEqual({ until_ms: 2_000 + policy.cooldownAfterStopMs, reason: 'stop' });
    expect(again.cooldowns[BTC]).toEqual(stopped.cooldowns[BTC]);
  });

  it('[I7] folds any sequence of fills to the same cash and coins as plain addition', () => {
    fc.assert(
      fc.property(fc.array(anyFill(), { maxLength: 40 }), fc.integer(), (fills, seed) => {
        const repeated = [...fills, ...fills.filter((_, i) => (i + seed) % 2 === 0)];

        const account = repeated.reduce((next, fill) => bookFill(next, fill, null, policy), fresh());

        const cash = fills.reduce<Usd>((sum, fill) => add(sum, cashFlow(fill)), usd('1000'));
        expect(toText(account.cash)).toBe(toText(cash));
        const coins = fills.reduce<bigint>(
          (sum, fill) => sum + (fill.side === 'BUY' ? fill.quantity : -fill.quantity),
          0n,
        );
        if (account.frozen[BTC] === undefined) expect(heldQuantity(account, BTC)).toBe(coins);
        expect(heldQuantity(account, BTC) >= 0n).toBe(true);
      }),
    );
  });
});

describe('reservations', () => {
  it('[I2] refuses to reserve the same client order id twice', () => {
    const account = reserve(fresh(), [approved({})]);

    expect(() => reserve(account, [approved({})])).toThrow('reserved already');
  });

  it.each(['SENDING', 'WORKING', 'UNKNOWN'] as const)(
    '[I3] keeps what an entry may still cost that was sent before its outbox was cleared: %s',
    (status) => {
      const reserved = reserve(fresh(), [approved({})]);
      const sent = annotate(reserved, entryOrder().client_order_id, { status });

      expect(unsentEntries(sent)).toEqual([]);
      expect(unsentEntries(reserved)).toEqual(Object.values(reserved.working));
      expect(unsentEntries({ ...reserved, working: {} })).toEqual([]);
    },
  );

  it('[I2] gives way once: an order that is gone brings no other', () => {
    const account = reserve(fresh(), [approved({})]);
    const { client_order_id: id } = entryOrder();
    const next = { ...entryOrder(), client_order_id: `${id}r1` };
    const once = giveWay(account, id, next);

    expect([Object.keys(once.working), once.outbox]).toEqual([[`${id}r1`], [`${id}r1`]]);
    expect(giveWay(once, id, next)).toBe(once);
    expect(giveWay(account, id, null)).toEqual(release(account, id));
  });

  it('releases exactly once and clears the outbox entry with it', () => {
    const account = reserve(fresh(), [approved({})]);
    const released = release(account, 'bot-BTC-USD-1-e1');

    expect(account.outbox).toEqual(['bot-BTC-USD-1-e1']);
    expect(released.outbox).toEqual([]);
    expect(release(released, 'bot-BTC-USD-1-e1')).toBe(released);
    expect(annotate(released, 'bot-BTC-USD-1-e1', { status: 'WORKING' })).toBe(released);
  });
});

describe('the fills cursor', () => {
  it('[I6] forgets only ids that lie further behind than any read goes back', () => {
    const cursor = 10 * FILL_OVERLAP_MS;
    const old = {
      ...fresh(),
      booked_fills: { gone: cursor - 2 * FILL_OVERLAP_MS - 1, kept: cursor - 2 * FILL_OVERLAP_MS },
    };

    const moved = advanceFillsCursor(old, cursor);

    expect(moved.booked_fills).toEqual({ kept: cursor - 2 * FILL_OVERLAP_MS });
    expect(advanceFillsCursor(moved, cursor - 1)).toBe(moved);
  });

  it('[I6] keeps the ids of an order that is on its way, however long ago it was sent', () => {
    const cursor = 100 * FILL_OVERLAP_MS;
    const resting = { ...entryOrder(), sent_at_ms: 5 * FILL_OVERLAP_MS, filled: quantity('0.1') };
    const booked = { ...fresh(), working: { a: resting }, booked_fills: { old: 4 * FILL_OVERLAP_MS } };

    expect(advanceFillsCursor(booked, cursor).booked_fills).toEqual({ old: 4 * FILL_OVERLAP_MS });
  });

  it('[I6] remembers no more of what others fill while a protection rests untouched for a year', () => {
    const day = 86_400_000;
    const resting = { ...entryOrder(), sent_at_ms: 0 };
    const start: Account = { ...fresh(), working: { [resting.client_order_id]: resting } };

    const year = Array.from({ length: 365 }, (_, at) => at * day).reduce((account, timeMs) => {
      const bought = bookFill(account, { ...buyFill({ entryId: `b${timeMs}` }), timeMs }, null, policy);
      const sold = bookFill(bought, { ...sellFill({ entryId: `s${timeMs}` }), timeMs }, null, policy);
      return advanceFillsCursor(sold, timeMs + day / 2);
    }, start);

    expect(Object.keys(year.booked_fills)).toEqual([]);
  });

  it('[I6] counts a fill once though its id was forgotten: a late one of the same order brings it up again', () => {
    const cursor = 100 * FILL_OVERLAP_MS;
    const account = { ...fresh(), fills_cursor_ms: cursor };
    const old = { ...buyFill({ entryId: 'old' }), timeMs: cursor - 2 * FILL_OVERLAP_MS - 1 };

    expect(bookFill(account, old, null, policy)).toBe(account);
    expect(bookFill(account, { ...old, timeMs: old.timeMs + 1 }, null, policy).booked_fills).toHaveProperty('old');
    expect(bookFill(account, old, entryOrder(), policy)).toBe(account);
    const onItsWay = { ...account, working: { [entryOrder().client_order_id]: entryOrder() } };
    expect(bookFill(onItsWay, old, entryOrder(), policy).booked_fills).toHaveProperty('old');
  });
});

function fresh(): Account {
  return openAccount({ botId: 'bot', mode: 'PAPER', cash: usd('1000'), external: {}, nowMs: 0 });
}

function entryOrder(): WorkingOrder {
  return reserve(fresh(), [approved({})]).working['bot-BTC-USD-1-e1'] as WorkingOrder;
}

function approved(over: { quantity?: string }): ApprovedOrder {
  // The ledger only reads what risk approved; a test stands in for `assess` here.
  const order: unknown = {
    client_order_id: 'bot-BTC-USD-1-e1',
    product_id: BTC,
    side: 'BUY',
    quantity: quantity(over.quantity ?? '0.5'),
    limit_price: price('101'),
    reserved: usd('52'),
    purpose: 'entry',
    ...AT_ONCE,
    reason: 'breakout',
    strategy: 'donchian-breakout',
    stop_price: price('95'),
    take_profit_price: price('120'),
    slot_ms: 1_000,
    not_after_ms: 46_000,
  };
  return order as ApprovedOrder;
}

interface FillText {
  readonly entryId: string;
  readonly quantity?: string;
  readonly price?: string;
  readonly commission?: string;
  readonly timeMs?: number;
}

function fillOf(side: 'BUY' | 'SELL', text: FillText): Fill {
  return {
    entryId: text.entryId,
    productId: BTC,
    side,
    price: price(text.price ?? '100'),
    quantity: quantity(text.quantity ?? '0.5'),
    commission: usd(text.commission ?? '0'),
    timeMs: text.timeMs ?? 5_000,
  };
}

const buyFill = (text: FillText) => fillOf('BUY', text);
const sellFill = (text: FillText) => fillOf('SELL', text);

function anyFill(): fc.Arbitrary<Fill> {
  const cents = (max: number) =>
    fc.integer({ min: 1, max }).map((n) => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`);
  return fc
    .record({
      entryId: fc.uuid(),
      isBuy: fc.boolean(),
      quantity: cents(1_000),
      price: cents(100_000),
      commission: cents(500),
    })
    .map(({ isBuy, ...text }) => fillOf(isBuy ? 'BUY' : 'SELL', text));
}

function cashFlow(fill: Fill): Usd {
  const value = ((fill.quantity * fill.price) / 10n ** 12n) as Usd;
  return fill.side === 'BUY' ? (-add(value, fill.commission) as Usd) : subtract(value, fill.commission);
}
