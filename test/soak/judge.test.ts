import { describe, expect, it } from 'vitest';
import { price, quantity, usd } from '../../shared/core/money/fixed.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { BTC, sampleAccount, sampleOrder } from '../contracts/samples.ts';
import { type Break, type Evidence, judge } from './judge.ts';
import { mostLiveOrders } from './walk-journal.ts';

/** One coin bought at 100 by an intent that was sent once: nothing to object to. */
const INTENT = 'soak-BTC-USD-1-e1';
const RECORD = sampleOrder(INTENT, {
  status: 'FILLED',
  order_id: 'order-1',
  intent: { ...sampleOrder(INTENT).intent, quantity: quantity('1') },
  terms: { type: 'sor_limit_ioc', base_size: quantity('1'), limit_price: price('100') },
  fills: [
    {
      entry_id: 'fill-1',
      price: price('100'),
      quantity: quantity('1'),
      commission: usd('0'),
      time_ms: 1,
      trade_type: 'FILL',
      liquidity: 'TAKER',
    },
  ],
});
const LEFT = { status: 'WORKING', order_id: 'order-1', filled: quantity('0'), sent_at_ms: 1 } as const;
const ACCOUNT = sampleAccount(
  'soak',
  'LIVE',
  { version: 1, fence: 1 },
  {
    cash: usd('900'),
    positions: {
      [BTC]: {
        lots: [{ quantity: quantity('1'), cost: usd('100'), opened_at_ms: 1 }],
        strategy: 'soak',
        opened_at_ms: 1,
        stop_price: null,
        take_profit_price: null,
      },
    },
    external: { BTC: quantity('5') },
    working: {},
    outbox: [],
  },
);
const JOURNAL: readonly ExchangeEvent[] = [order('order-1', INTENT, 'BUY'), fill('fill-1', 'order-1'), end('order-1')];
const CLEAN: Evidence = {
  journal: JOURNAL,
  balances: { USD: { total: '900' }, BTC: { total: '6' } },
  account: ACCOUNT,
  records: [RECORD],
  reserved: new Set([INTENT]),
};

describe('the judgement over a soak', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(judge(CLEAN)).toEqual([]);
  });

  it.each<[string, Break['kind'], Partial<Evidence>]>([
    [
      '[I2] two live orders of one intent',
      'duplicate',
      { journal: [...JOURNAL.slice(0, 2), order('order-2', `${INTENT}r1`, 'BUY'), end('order-1')] },
    ],
    ['[I2] the same id taken twice', 'duplicate', { journal: [...JOURNAL, order('order-2', INTENT, 'BUY')] }],
    [
      '[I2] an order that nobody wrote down',
      'duplicate',
      { journal: [...JOURNAL, order('order-2', 'soak-ETH-USD-1-e1', 'BUY')] },
    ],
    [
      '[I2] an intent that filled more than it was approved for',
      'duplicate',
      { journal: [...JOURNAL.slice(0, 2), fill('fill-2', 'order-1'), end('order-1')] },
    ],
    [
      '[I2] other terms than were claimed',
      'duplicate',
      {
        records: [{ ...RECORD, terms: { type: 'sor_limit_ioc', base_size: quantity('1'), limit_price: price('99') } }],
      },
    ],
    ['[I6] a fill that no record knows', 'lost_fill', { records: [{ ...RECORD, fills: [] }] }],
    [
      '[I6] a fill that two records know',
      'lost_fill',
      { records: [RECORD, { ...RECORD, client_order_id: 'soak-BTC-USD-2-e1' }] },
    ],
    [
      '[I5] more on sale than was bought, though the exchange holds coins from before',
      'oversell',
      { journal: [...JOURNAL, order('order-2', 'soak-BTC-USD-1-x1', 'SELL', '2')] },
    ],
    [
      '[I5] more sold than bought',
      'oversell',
      { journal: [order('order-2', 'soak-BTC-USD-1-x1', 'SELL'), fill('fill-2', 'order-2'), end('order-2')] },
    ],
    ['an intent without an end', 'unexplained', { records: [{ ...RECORD, status: 'UNKNOWN' }] }],
    [
      'an intent that ended without a reason',
      'unexplained',
      { records: [{ ...RECORD, status: 'REJECTED', order_id: null, reason: null }] },
    ],
    ['an intent that vanished', 'unexplained', { reserved: new Set([INTENT, 'soak-BTC-USD-3-e1']) }],
    [
      'a reservation that was left',
      'unexplained',
      { account: { ...ACCOUNT, working: { [INTENT]: { ...RECORD.intent, ...LEFT } } } },
    ],
    ['a frozen product', 'unexplained', { account: { ...ACCOUNT, frozen: { [BTC]: 'ledger' } } }],
    [
      '[I7] books that differ by the last digit',
      'ledger',
      { balances: { ...CLEAN.balances, USD: { total: '900.000000000001' } } },
    ],
    ['[I7] a coin that the books do not know', 'ledger', { balances: { ...CLEAN.balances, SOL: { total: '1' } } }],
  ])('finds %s', (_what, kind, changes) => {
    expect(judge({ ...CLEAN, ...changes }).map((found) => found.kind)).toContain(kind);
  });

  it('counts the orders of an intent that were alive at once, whichever leg', () => {
    const overlapping = [order('a', INTENT, 'BUY'), order('b', `${INTENT}r1`, 'BUY'), end('a'), end('b')];
    const inTurn = [order('a', INTENT, 'BUY'), end('a'), order('b', `${INTENT}r1`, 'BUY'), end('b')];

    expect(mostLiveOrders(overlapping)).toBe(2);
    expect(mostLiveOrders(inTurn)).toBe(1);
  });
});

function order(orderId: string, clientOrderId: string, side: 'BUY' | 'SELL', size = '1'): ExchangeEvent {
  return {
    kind: 'order',
    at_ms: 1,
    order_id: orderId,
    client_order_id: clientOrderId,
    product_id: BTC,
    side,
    order_configuration: { sor_limit_ioc: { base_size: size, limit_price: '100' } },
    attached_order_configuration: null,
    attached_order_id: '',
    originating_order_id: '',
    hold: '0',
  };
}

function fill(entryId: string, orderId: string): ExchangeEvent {
  return {
    kind: 'fill',
    at_ms: 1,
    entry_id: entryId,
    trade_id: entryId,
    order_id: orderId,
    price: '100',
    size: '1',
    commission: '0',
    liquidity: 'TAKER',
  };
}

function end(orderId: string): ExchangeEvent {
  return { kind: 'end', at_ms: 1, order_id: orderId, status: 'FILLED', reject_reason: '', message: '' };
}
