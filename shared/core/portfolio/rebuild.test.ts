import { describe, expect, it } from 'vitest';
import { BTC, configOf, workingOf } from '../../../test/core/world.ts';
import { price, quantity, toText, usd } from '../money/fixed.ts';
import type { Position } from './account.ts';
import { type ExchangeHistory, type PastOrder, rebuildAccount, withWidestLevels } from './rebuild.ts';

const POLICY = { cooldownMs: 0, cooldownAfterWinMs: 0, cooldownAfterLossMs: 0, cooldownAfterStopMs: 0 };
const WHO = { bot_id: 'bot', mode: 'LIVE' } as const;

const past = (id: string, side: 'BUY' | 'SELL', isOpen = false): PastOrder => ({
  orderId: `x-${id}`,
  isOpen,
  order: workingOf(BTC, { client_order_id: id, side, purpose: side === 'BUY' ? 'entry' : 'exit' }),
});
const filled = (
  orderId: string,
  side: 'BUY' | 'SELL',
  size: string,
  at: { ms: number; price?: string; id?: string },
) => ({
  orderId: `x-${orderId}`,
  entryId: at.id ?? `${orderId}-${at.ms}`,
  productId: BTC,
  side,
  price: price(at.price ?? '100'),
  quantity: quantity(size),
  commission: usd('0'),
  timeMs: at.ms,
});
const rebuilt = (history: Partial<ExchangeHistory>) =>
  rebuildAccount(WHO, { cash: usd('1000'), coins: {}, orders: [], fills: [], atMs: 100_000, ...history }, POLICY);
const lotsOf = (position: Position | undefined) => position?.lots.map(({ quantity: size }) => toText(size));

describe('[I6] books made again from what the exchange remembers', () => {
  const orders = [past('a', 'BUY'), past('b', 'SELL'), past('c', 'BUY')];

  it('book the fills as they were dealt, first in first out, in whatever order they are listed', () => {
    const fills = [
      filled('a', 'BUY', '1', { ms: 1, price: '100' }),
      filled('c', 'BUY', '2', { ms: 2, price: '200' }),
      filled('b', 'SELL', '1', { ms: 3, price: '150' }),
    ];
    const account = rebuilt({ orders, fills: fills.toReversed(), coins: { BTC: quantity('2') } });

    expect(lotsOf(account.positions[BTC])).toEqual(['2']);
    expect(account.positions[BTC]?.lots[0]?.cost).toBe(usd('400'));
    expect(toText(account.realised_pnl)).toBe('50');
    expect(account.frozen).toEqual({});
    expect(rebuilt({ orders, fills, coins: { BTC: quantity('2') } })).toEqual(account);
  });

  it('tell fills of the same moment apart by their ids, in whatever order they are listed', () => {
    const fills = [
      filled('c', 'BUY', '1', { ms: 1, price: '200', id: 'second' }),
      filled('a', 'BUY', '1', { ms: 1, price: '100', id: 'first' }),
      filled('b', 'SELL', '1', { ms: 2, price: '150' }),
    ];
    const account = rebuilt({ orders, fills, coins: { BTC: quantity('1') } });

    expect(account.positions[BTC]?.lots[0]?.cost).toBe(usd('200'));
    expect(rebuilt({ orders, fills: fills.toReversed(), coins: { BTC: quantity('1') } })).toEqual(account);
  });

  it('book a fill whose order nobody remembers like any other', () => {
    const fills = [filled('gone', 'BUY', '1', { ms: 1, price: '100' })];

    expect(lotsOf(rebuilt({ orders, fills, coins: { BTC: quantity('1') } }).positions[BTC])).toEqual(['1']);
  });

  it('hold what is there: the oldest lots are gone first, what no fill explains is the owner’s', () => {
    const fills = [filled('a', 'BUY', '1', { ms: 1 }), filled('c', 'BUY', '2', { ms: 2 })];
    const less = rebuilt({ orders, fills, coins: { BTC: quantity('2.5') } });
    expect(lotsOf(less.positions[BTC])).toEqual(['0.5', '2']);
    expect(less.external).toEqual({});

    const more = rebuilt({ orders, fills, coins: { BTC: quantity('3.5'), ETH: quantity('4') } });
    expect(lotsOf(more.positions[BTC])).toEqual(['1', '2']);
    expect(more.external).toEqual({ BTC: quantity('0.5'), ETH: quantity('4') });
    expect(rebuilt({ orders, fills }).positions).toEqual({});
  });

  it('follow what is still open, and measure losses from cash and cost', () => {
    const open = [...orders, past('d', 'BUY', true)];
    const account = rebuilt({
      orders: open,
      fills: [filled('a', 'BUY', '1', { ms: 1 })],
      coins: { BTC: quantity('1') },
    });

    expect(Object.keys(account.working)).toEqual(['d']);
    expect(account.cash).toBe(usd('1000'));
    expect(account.high_water_mark).toBe(usd('1100'));
  });
});

describe('[I6] a position whose stop nobody remembers', () => {
  const policy = {
    proposals: {
      ...configOf().policy.proposals,
      stop_loss_pct: { min: 1, max: 7 },
      take_profit_pct: { min: 1, max: 11 },
    },
  };
  const position = rebuilt({
    orders: [past('a', 'BUY')],
    fills: [filled('a', 'BUY', '2', { ms: 1, price: '150' })],
    coins: { BTC: quantity('2') },
  }).positions[BTC] as Position;

  it('gets the widest that a proposal may ask for, from what it cost, on no grid but the finest', () => {
    const bare = { ...position, stop_price: null, take_profit_price: null };
    const { stop_price, take_profit_price } = withWidestLevels(bare, policy);

    expect([stop_price, take_profit_price]).toEqual([price('139.5'), price('166.5')]);
  });

  it('keeps what is known of it', () => {
    const known = { ...position, stop_price: price('120') };
    expect(withWidestLevels(known, policy)).toBe(known);
    const target = { ...position, stop_price: null, take_profit_price: price('155') };
    expect(withWidestLevels(target, policy).take_profit_price).toBe(price('155'));
  });
});
