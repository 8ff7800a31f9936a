import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProductId, productId } from '../market/product.ts';
import {
  add,
  type Fixed,
  notional,
  type Price,
  price,
  type Quantity,
  quantity,
  type Usd,
  usd,
} from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { bookFill, heldQuantity, openAccount } from '../portfolio/ledger.ts';
import { type LotMethod, lotsOf, totalsOf } from './lots.ts';
import type { Trade } from './trades.ts';

const BTC = productId('BTC-USD');
const ETH = productId('ETH-USD');
const DAY_MS = 86_400_000;

function trade(
  side: 'BUY' | 'SELL',
  size: string,
  at: string,
  fee: string,
  over: { readonly day?: number; readonly product?: ProductId; readonly id?: string } = {},
): Trade {
  const [amount, paid] = [quantity(size), price(at)];
  const day = over.day ?? 0;
  return {
    entry_id: over.id ?? `${side}-${size}-${at}-${day}`,
    time_ms: day * DAY_MS,
    product_id: over.product ?? BTC,
    side,
    quantity: amount,
    price: paid,
    value: notional(amount, paid, side === 'BUY' ? 'up' : 'down'),
    fee: usd(fee),
    liquidity: 'TAKER',
    trade_type: 'FILL',
    client_order_id: 'o',
    order_id: null,
    strategy: 's',
    reason: 'r',
  };
}

const TWO_LOTS = [
  trade('BUY', '1', '100', '1', { day: 0, id: 'old' }),
  trade('BUY', '1', '200', '2', { day: 10, id: 'dear' }),
];
const SALE = trade('SELL', '1.5', '300', '3', { day: 40, id: 'sale' });

describe('lots', () => {
  it('[REQ-X1] take the oldest purchase first, with both fees', () => {
    const { disposals, open } = lotsOf([...TWO_LOTS, SALE], 'fifo');
    expect(disposals.map(({ quantity: sold, proceeds, lot }) => ({ sold, proceeds, ...lot }))).toEqual([
      {
        sold: quantity('1'),
        proceeds: usd('298'),
        buy_entry_id: 'old',
        acquired_ms: 0,
        holding_days: 40,
        cost: usd('101'),
        gain: usd('197'),
      },
      {
        sold: quantity('0.5'),
        proceeds: usd('149'),
        buy_entry_id: 'dear',
        acquired_ms: 10 * DAY_MS,
        holding_days: 30,
        cost: usd('101'),
        gain: usd('48'),
      },
    ]);
    expect(open).toEqual([
      {
        product_id: BTC,
        buy_entry_id: 'dear',
        acquired_ms: 10 * DAY_MS,
        quantity: quantity('0.5'),
        cost: usd('101'),
      },
    ]);
  });

  it('take the dearest purchase first when asked to', () => {
    const { disposals, open } = lotsOf([...TWO_LOTS, SALE], 'hifo');
    expect(disposals.map(({ lot }) => lot?.buy_entry_id)).toEqual(['dear', 'old']);
    expect(open.map(({ buy_entry_id }) => buy_entry_id)).toEqual(['old']);
  });

  it('take the older of two purchases that cost the same a unit', () => {
    const equals = [trade('BUY', '1', '100', '1', { id: 'a' }), trade('BUY', '2', '100', '2', { id: 'b', day: 1 })];
    const sale = trade('SELL', '1', '90', '0', { day: 2 });
    expect(lotsOf([...equals, sale], 'hifo').disposals[0]?.lot?.buy_entry_id).toBe('a');
  });

  it('tell a sale without a recorded purchase apart, and claim no gain for it', () => {
    const { disposals } = lotsOf([trade('BUY', '1', '100', '0'), trade('SELL', '3', '100', '3', { day: 1 })], 'fifo');
    expect(disposals.map(({ quantity: sold, lot }) => [sold, lot === null])).toEqual([
      [quantity('1'), false],
      [quantity('2'), true],
    ]);
    expect(totalsOf(disposals)).toEqual({
      proceeds: usd('99'),
      cost: usd('100'),
      gain: usd('-1'),
      uncovered_proceeds: usd('198'),
    });
  });

  it('[REQ-X1] are touched by no sale that needs none of them', () => {
    const { disposals } = lotsOf([...TWO_LOTS, trade('SELL', '1', '300', '3', { day: 40 })], 'fifo');
    expect(disposals.map(({ quantity: sold, lot }) => [sold, lot?.buy_entry_id])).toEqual([[quantity('1'), 'old']]);
  });

  it('stand by product, whichever was bought first', () => {
    const history = [trade('BUY', '1', '100', '0', { product: ETH }), trade('BUY', '1', '100', '0', { day: 1 })];
    expect(lotsOf(history, 'fifo').open.map(({ product_id }) => product_id)).toEqual([BTC, ETH]);
  });

  it('count whole days only', () => {
    const late = { ...trade('SELL', '1', '100', '0'), time_ms: 2 * DAY_MS - 1 };
    expect(lotsOf([trade('BUY', '1', '100', '0'), late], 'fifo').disposals[0]?.lot?.holding_days).toBe(1);
  });

  it('keep the products apart', () => {
    const history = [trade('BUY', '1', '100', '0', { product: ETH }), trade('SELL', '1', '100', '0', { day: 1 })];
    expect(lotsOf(history, 'fifo')).toMatchObject({ open: [{ product_id: ETH }], disposals: [{ lot: null }] });
  });
});

/** Trades of two products that never sell more than is held, with amounts down to the last digit. */
const histories = fc
  .array(
    fc.record({
      isEth: fc.boolean(),
      isSale: fc.boolean(),
      size: fc.bigInt(1n, 10n ** 15n),
      at: fc.bigInt(1n, 10n ** 17n),
      fee: fc.bigInt(0n, 10n ** 12n),
    }),
    { maxLength: 40 },
  )
  .map((moves) => {
    const held = new Map<ProductId, bigint>([
      [BTC, 0n],
      [ETH, 0n],
    ]);
    return moves.map(({ isEth, isSale, size, at, fee }, index) => {
      const product = isEth ? ETH : BTC;
      const before = held.get(product) ?? 0n;
      if (!isSale || before === 0n) {
        held.set(product, before + size);
        return exactTrade(index, product, 'BUY', size as Quantity, at as Price, fee as Usd);
      }
      const sold = size > before ? before : size;
      held.set(product, before - sold);
      return exactTrade(index, product, 'SELL', sold as Quantity, at as Price, fee as Usd);
    });
  });

function exactTrade(
  index: number,
  product: ProductId,
  side: 'BUY' | 'SELL',
  amount: Quantity,
  at: Price,
  fee: Usd,
): Trade {
  return {
    ...trade(side, '1', '1', '0', { product, id: `t${index}`, day: index }),
    quantity: amount,
    price: at,
    value: notional(amount, at, side === 'BUY' ? 'up' : 'down'),
    fee,
  };
}

const sumOf = <Unit extends string>(values: readonly Fixed<Unit>[]) => values.reduce((sum, value) => sum + value, 0n);
const methods = fc.constantFrom<LotMethod>('fifo', 'hifo');

/** The account's own books over the same trades. */
function accountAfter(history: readonly Trade[]): Account {
  const opened = openAccount({ botId: 'b', mode: 'PAPER', cash: usd('0'), external: {}, nowMs: 0 });
  const cooldowns = { cooldownMs: 0, cooldownAfterWinMs: 0, cooldownAfterLossMs: 0, cooldownAfterStopMs: 0 };
  return history.reduce((account, { entry_id, product_id, side, price: at, quantity: size, fee, time_ms }) => {
    const fill = { entryId: entry_id, productId: product_id, side, price: at, quantity: size, commission: fee };
    return bookFill(account, { ...fill, timeMs: time_ms }, null, cooldowns);
  }, opened);
}

describe('over any history lots', () => {
  it('[I7] add up to the position, and their fees and costs to what was paid, to the last digit', () => {
    fc.assert(
      fc.property(histories, methods, (history, method) => {
        const { open, disposals } = lotsOf(history, method);
        const account = accountAfter(history);
        for (const product of [BTC, ETH]) {
          const left = open.filter(({ product_id }) => product_id === product);
          expect(sumOf(left.map((lot) => lot.quantity))).toBe(heldQuantity(account, product));
        }
        const bought = history.filter(({ side }) => side === 'BUY');
        const sold = history.filter(({ side }) => side === 'SELL');
        const { cost, proceeds, gain } = totalsOf(disposals);
        expect(add(cost, sumOf(open.map((lot) => lot.cost)) as Usd)).toBe(
          sumOf(bought.map(({ value, fee }) => add(value, fee))),
        );
        expect(proceeds).toBe(sumOf(sold.map(({ value, fee }) => (value - fee) as Usd)));
        expect(gain).toBe(proceeds - cost);
        expect(sumOf(disposals.map((each) => each.quantity))).toBe(sumOf(sold.map((each) => each.quantity)));
      }),
    );
  });

  it('[I7] first in, first out, make the very gain that the account has booked', () => {
    fc.assert(
      fc.property(histories, (history) => {
        expect(totalsOf(lotsOf(history, 'fifo').disposals).gain).toBe(accountAfter(history).realised_pnl);
      }),
    );
  });

  it('make the same gain by either method once everything is sold', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const account = accountAfter(history);
        const closing = [BTC, ETH].flatMap((product, index) => {
          const left = heldQuantity(account, product);
          return left === 0n ? [] : [exactTrade(1_000 + index, product, 'SELL', left, price('7'), usd('0.1'))];
        });
        const all = [...history, ...closing];
        const [fifo, hifo] = [lotsOf(all, 'fifo'), lotsOf(all, 'hifo')];
        expect([...fifo.open, ...hifo.open]).toEqual([]);
        expect(totalsOf(hifo.disposals)).toEqual(totalsOf(fifo.disposals));
      }),
    );
  });

  it('never make hifo gain more than fifo on the first sale of a product', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const first = history.findIndex(({ side, product_id }) => side === 'SELL' && product_id === BTC);
        const until = history.slice(0, first + 1).filter(({ product_id }) => product_id === BTC);
        const gainOf = (method: LotMethod) => totalsOf(lotsOf(until, method).disposals).gain;
        // A share rounds down by less than one unit a lot.
        expect(gainOf('hifo')).toBeLessThanOrEqual(gainOf('fifo') + BigInt(until.length));
      }),
    );
  });
});
