import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accountSchema, OPEN_STATUSES } from './account.ts';

const order = (id: string, over: object = {}) => ({
  client_order_id: id,
  product_id: 'BTC-USD',
  side: 'BUY',
  quantity: '1',
  limit_price: '100',
  reserved: '100.6',
  purpose: 'entry',
  route: { kind: 'taker' },
  leg: 0,
  prior_filled: '0',
  replaces: null,
  expected_price: null,
  reason: 'breakout',
  strategy: 's',
  stop_price: null,
  take_profit_price: null,
  slot_ms: 0,
  not_after_ms: 1,
  status: 'READY',
  order_id: null,
  filled: '0',
  sent_at_ms: null,
  ...over,
});
const maker = (ttl_ms: number, count: number, fallback: string) => ({
  route: { kind: 'maker', ttl_ms, ticks_away: count, reprices_left: count, fallback },
});
const seen = (side: string) => ({ product_id: 'BTC-USD', side, size: null, alerted_ms: 0 });
const dealt = (side: string) => ({ order_id: 'o', product_id: 'BTC-USD', side, price: '1', quantity: '2', at_ms: 3 });
const score = (count: number) => ({
  since_ms: 0,
  open: {
    'ETH-USD': {
      quantity: '1',
      cost: '2',
      fee: '0.1',
      opened_at_ms: 0,
      stop_price: '1',
      take_profit_price: '3',
    },
  },
  closed: count,
  wins: count,
  notional: '1',
  cost: '1',
  proceeds: '1',
  fees: '0',
  unscored: count,
});

/** One of everything that an account may hold, as it stands on file. */
const FULL = {
  bot_id: 'bot',
  mode: 'PAPER',
  version: 0,
  fence: 7,
  cash: '1000.000000000001',
  positions: {
    'BTC-USD': {
      lots: [{ quantity: '0.1', cost: '10', opened_at_ms: 0 }],
      strategy: 's',
      opened_at_ms: 5,
      stop_price: '90',
      take_profit_price: null,
      peak_price: '101',
    },
  },
  external: { ADA: '5' },
  working: {
    a: order('a', maker(1_000, 0, 'taker')),
    b: order('b', { ...maker(90_000, 2, 'none'), leg: 3, prior_filled: '0.5', status: 'WORKING', order_id: 'x' }),
    c: order('c', { side: 'SELL', purpose: 'protect', route: { kind: 'bracket' }, status: 'SENDING', sent_at_ms: 4 }),
    d: order('d', { side: 'SELL', purpose: 'protect', route: { kind: 'stop_limit' }, replaces: 'c' }),
    e: order('e', { side: 'SELL', purpose: 'exit', status: 'UNKNOWN', expected_price: '120', sent_at_ms: 4 }),
  },
  outbox: ['a'],
  cooldowns: {
    'A-USD': { until_ms: 1, reason: 'fill' },
    'B-USD': { until_ms: 1, reason: 'win' },
    'C-USD': { until_ms: 1, reason: 'loss' },
    'D-USD': { until_ms: 1, reason: 'stop' },
  },
  entries: [{ product_id: 'BTC-USD', at_ms: 5 }],
  exit_results: { e: { at_ms: 1, realised_pnl: '-3' } },
  booked_fills: { f: 5 },
  fills_cursor_ms: 5,
  high_water_mark: '1000',
  marks: { day: { start_ms: 0, equity: '1' }, week: { start_ms: 0, equity: '2' }, peaks: { '0': '3' } },
  flows: [{ at_ms: 1, amount: '-5' }],
  unsettled_flow: '-5',
  unsettled_coins: { ADA: '1' },
  external_counted: true,
  realised_pnl: '-3',
  fees_paid: '0.5',
  frozen: { 'BTC-USD': 'why' },
  halted: true,
  sightings: {
    opened_at_ms: 1,
    orders_listed_ms: 2,
    foreign_orders: { x: seen('BUY'), y: { ...seen('SELL'), size: '4' } },
    foreign_fills: { x: dealt('BUY'), y: dealt('SELL') },
    gaps: { at_ms: 1, cash: '-1', coins: { ADA: '1' } },
  },
  protection: { 'BTC-USD': { refused: ['bracket', 'stop_limit'], until_ms: 9 } },
  universe_memory: { 'BTC-USD': { member: true, cycles: 0 }, 'ETH-USD': { member: false, cycles: 3 } },
  benched: { s: 9 },
  shadow: { s: score(0), t: score(5) },
  strategy_state: { s: { any: ['thing', 1, null] } },
};
const read = (doc: unknown) => z.safeDecode(accountSchema, doc as z.input<typeof accountSchema>);

describe('an account on file', () => {
  it.each(['DRY_RUN', 'PAPER', 'LIVE'])('[I8] is what it was after it was read and written, of a bot in %s', (mode) => {
    const doc = { ...FULL, mode };
    const account = read(doc);
    expect(account.error).toBeUndefined();
    expect(z.encode(accountSchema, account.data as z.output<typeof accountSchema>)).toEqual(doc);
  });

  it.each(OPEN_STATUSES)('keeps an order that is %s', (status) => {
    expect(read({ ...FULL, working: { a: order('a', { status }) } }).success).toBe(true);
  });

  it('from before something was kept has nothing of it', () => {
    const { halted, sightings, entries, exit_results, marks, flows, unsettled_flow, unsettled_coins, ...rest } = FULL;
    const { external_counted, protection, universe_memory, benched, shadow, ...old } = rest;
    const { route, leg, prior_filled, replaces, expected_price, ...oldOrder } = order('a');
    const { data } = read({ ...old, working: { a: oldOrder } });
    expect(data).toMatchObject({
      halted: false,
      sightings: { opened_at_ms: 0, orders_listed_ms: 0, foreign_orders: {}, foreign_fills: {}, gaps: null },
      entries: [],
      exit_results: {},
      marks: null,
      flows: [],
      unsettled_flow: 0n,
      unsettled_coins: {},
      external_counted: null,
      protection: {},
      universe_memory: {},
      benched: {},
      shadow: {},
    });
    expect(data?.working['a']).toMatchObject({
      route: { kind: 'taker' },
      leg: 0,
      prior_filled: 0n,
      replaces: null,
      expected_price: null,
    });
  });

  it.each([
    ['a product that is none', { frozen: { btc: 'why' } }],
    ['a product that is a number', { entries: [{ product_id: 5, at_ms: 1 }] }],
    ['a time before all times', { fills_cursor_ms: -1 }],
    ['a position of no lots', { positions: { 'BTC-USD': { ...FULL.positions['BTC-USD'], lots: [] } } }],
    ['an order that rests for less than a second', { working: { a: order('a', maker(999, 0, 'none')) } }],
    ['a leg before the first', { working: { a: order('a', { leg: -1 }) } }],
    ['ticks into the market', { working: { a: order('a', maker(1_000, -1, 'none')) } }],
    ['less than no trades', { shadow: { s: score(-1) } }],
    ['less than no cycles', { universe_memory: { 'BTC-USD': { member: true, cycles: -1 } } }],
    ['a field that this code does not know', { of_a_newer_version: null }],
  ])('is refused with %s', (_what, change) => {
    expect(read({ ...FULL, ...change }).success).toBe(false);
  });
});
