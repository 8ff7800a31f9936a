import { describe, expect, test } from 'vitest';
import { createCallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { productId } from '../../shared/core/market/product.ts';
import { price, quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { openAccount } from '../../shared/core/portfolio/ledger.ts';
import { ok } from '../../shared/ports/answer.ts';
import type { Balance, Exchange, ExchangeOrder } from '../../shared/ports/exchange.ts';
import { auditRun } from './audit.ts';

const BTC = productId('BTC-USD');
const ETH = productId('ETH-USD');
const SOL = productId('SOL-USD');
const held = (size: string): Account['positions'][typeof BTC] => ({
  lots: [{ quantity: quantity(size), cost: usd('10'), opened_at_ms: 1 }],
  strategy: 's',
  opened_at_ms: 1,
  stop_price: price('15'),
  take_profit_price: null,
});

const opened = openAccount({ botId: 'bot', mode: 'LIVE', cash: usd('90'), external: {}, nowMs: 1 });
const ACCOUNT: Account = { ...opened, positions: { [BTC]: held('0.5') } };
const balance = (currency: string, available: string, hold = '0'): Balance => ({
  currency,
  available: quantity(available),
  hold: quantity(hold),
});
const BALANCES = [balance('USD', '80', '10'), balance('BTC', '0.5'), balance('ETH', '0')];
const ORDER = {
  clientOrderId: 'bot-1',
  orderId: 'x1',
  status: 'FILLED',
  filledQuantity: quantity('0.5'),
} as ExchangeOrder;
const RECORD = { status: 'FILLED', filled_quantity: quantity('0.5') } as OrderRecord;

const NONE = async () => ({ orders: [], next: null });

interface World {
  readonly account?: Account;
  readonly balances?: readonly Balance[];
  readonly orders?: readonly ExchangeOrder[];
  readonly records?: Readonly<Record<string, OrderRecord>>;
  readonly isDown?: boolean;
  /** How many more orders of each product there are, at a call for each hundred. */
  readonly ordersEach?: number;
  readonly flowsBefore?: Account['flows'];
}

async function breaksOf(world: World = {}) {
  const { account = ACCOUNT, balances = BALANCES, orders = [ORDER], records = { 'bot-1': RECORD } } = world;
  const down = { kind: 'unavailable', message: 'down' } as const;
  const budget = createCallBudget(60, systemClock);
  const pages = Math.ceil((world.ordersEach ?? 1) / 100);
  const hasCalls = (calls: number) =>
    Array.from({ length: calls }, () => budget.take()).every((refusal) => refusal === undefined);
  const exchange: Partial<Exchange> = {
    balances: async () => (world.isDown !== true && hasCalls(1) ? ok(balances) : down),
    ordersSince: async (_sinceMs, ids) => {
      const isListed = world.isDown !== true && hasCalls(ids.length * pages);
      return isListed ? ok(ids.includes(BTC) ? orders : []) : down;
    },
  };
  const found = await auditRun({
    accounts: { load: async () => account, save: async () => 'saved' },
    orders: { find: async (id) => records[id], create: async () => 'created', save: async () => 'saved', list: NONE },
    exchange: exchange as Exchange,
    quoteCurrency: 'USD',
    botId: 'bot',
    productIds: world.ordersEach === undefined ? [BTC] : [BTC, ETH, SOL],
    sinceMs: 0,
    flowsBefore: world.flowsBefore ?? [],
    renewBudget: budget.reset,
  });
  return found.map(({ invariant, subject }) => `${invariant}: ${subject}`);
}

const working = (status: WorkingOrder['status'], filled = '0.5') => ({
  'bot-1': { client_order_id: 'bot-1', product_id: BTC, status, filled: quantity(filled) } as WorkingOrder,
});

describe('the audit at the end of a run', () => {
  test('finds nothing in books that are right', async () => {
    expect(await breaksOf()).toEqual([]);
  });

  test('reads the orders of a run of months, which are more than the calls of one cycle list', async () => {
    expect(await breaksOf({ ordersEach: 5_000 })).toEqual([]);
  });

  test('[I7] finds the last digit of cash and of coins', async () => {
    expect(await breaksOf({ balances: [balance('USD', '90.000000000001'), balance('BTC', '0.5')] })).toEqual([
      'I7 ledger: USD',
    ]);
    expect(await breaksOf({ balances: [balance('USD', '90'), balance('BTC', '0.500000000001')] })).toEqual([
      'I7 ledger: BTC',
    ]);
    expect(await breaksOf({ balances: [balance('USD', '90'), balance('BTC', '0.5'), balance('ETH', '1')] })).toEqual([
      'I7 ledger: ETH',
    ]);
    expect(await breaksOf({ balances: [balance('USD', '90')] })).toEqual(['I7 ledger: BTC']);
  });

  test('[I7] finds a difference that was taken for money from outside', async () => {
    const account = { ...ACCOUNT, flows: [{ at_ms: 1, amount: usd('-0.2') }] };

    expect(await breaksOf({ account })).toEqual(['I7 ledger: flows']);
    // Accepted by an operator before the run went on.
    expect(await breaksOf({ account, flowsBefore: account.flows })).toEqual([]);
  });

  test('[I7] counts coins that were there before, and waits for what is on its way', async () => {
    const external = { ...ACCOUNT, external: { ETH: quantity('1') } };
    expect(await breaksOf({ account: external, balances: [...BALANCES.slice(0, 2), balance('ETH', '1')] })).toEqual([]);
    const inFlight = { ...ACCOUNT, working: working('SENDING') };
    const sending = { 'bot-1': { ...RECORD, status: 'SENDING' } as OrderRecord };
    expect(await breaksOf({ account: inFlight, balances: [balance('USD', '1')], records: sending })).toEqual([]);
  });

  test('[I7] compares beside an order that rests, as long as the books know what it has filled', async () => {
    const resting = { 'bot-1': { ...RECORD, status: 'WORKING' } as OrderRecord };
    const orders = [{ ...ORDER, status: 'OPEN' } as const];
    const gone = [balance('USD', '89'), balance('BTC', '0.4')];
    const known = { ...ACCOUNT, working: working('WORKING') };
    const filledSince = { ...ACCOUNT, working: working('WORKING', '0.4') };

    expect(await breaksOf({ account: known, orders, records: resting })).toEqual([]);
    expect(await breaksOf({ account: known, orders, records: resting, balances: gone })).toEqual([
      'I7 ledger: BTC',
      'I7 ledger: USD',
    ]);
    expect(await breaksOf({ account: filledSince, orders, records: resting, balances: gone })).toEqual([]);
  });

  test('[I3] [I6] finds an order that rests and is on nobody’s list', async () => {
    const records = { 'bot-1': { ...RECORD, status: 'WORKING' } as OrderRecord };

    expect(await breaksOf({ records, orders: [{ ...ORDER, status: 'OPEN' }] })).toEqual([
      'I6 truth: bot-1',
      'I3 caps: bot-1',
    ]);
    expect(await breaksOf({ records })).toEqual(['I6 truth: bot-1']);
  });

  test('[I6] finds a position without a stop', async () => {
    const positions = { [BTC]: { ...held('0.5'), stop_price: null } };

    expect(await breaksOf({ account: { ...ACCOUNT, positions } })).toEqual(['I6 truth: BTC-USD']);
  });

  test('[I2] finds one intent that became two orders', async () => {
    expect(await breaksOf({ orders: [ORDER, { ...ORDER, orderId: 'x2' }] })).toEqual(['I2 once: bot-1']);
  });

  test('[I6] finds an order without a record and one with other fills; foreign orders are none of its business', async () => {
    expect(await breaksOf({ records: {} })).toEqual(['I6 truth: bot-1']);
    const other = { ...RECORD, filled_quantity: quantity('0.4') } as OrderRecord;
    expect(await breaksOf({ records: { 'bot-1': other } })).toEqual(['I6 truth: bot-1']);
    expect(await breaksOf({ orders: [ORDER, { ...ORDER, clientOrderId: 'hand-1' }] })).toEqual([]);
  });

  test('[I3] finds money reserved for a finished order', async () => {
    expect(await breaksOf({ account: { ...ACCOUNT, working: working('WORKING') } })).toEqual(['I3 caps: bot-1']);
  });

  test('[I5] finds negative positions and cash', async () => {
    const short = { ...ACCOUNT, cash: usd('-1'), positions: { [BTC]: held('-0.5') } };
    expect(await breaksOf({ account: short, balances: [balance('USD', '-1'), balance('BTC', '-0.5')] })).toEqual([
      'I5 long: BTC-USD',
      'I5 long: cash',
    ]);
  });

  test('an exchange that does not answer proves nothing, so it counts', async () => {
    expect(await breaksOf({ isDown: true })).toEqual(['audit: balances', 'audit: orders']);
  });
});
