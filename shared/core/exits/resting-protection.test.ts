import { describe, expect, it } from 'vitest';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  configOf,
  positionOf,
  SOL,
  snapshotOf,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import { decide } from '../cycle/decide.ts';
import { price, quantity, toText } from '../money/fixed.ts';
import type { Account, WorkingOrder } from '../portfolio/account.ts';
import { restingProtection } from './resting-protection.ts';

type Asked = 'none' | 'stop_limit' | 'bracket';

const HELD = { stop_price: price('95'), take_profit_price: price('120') };

function decided(account: Partial<Account>, asked: Asked = 'bracket', killed: string | null = null) {
  const config = configOf({ policy: { exits: { exchange_protection: asked } } });
  const snapshot = snapshotOf([symbolOf(BTC), symbolOf(SOL)]);
  const conditions = { ...snapshot.conditions, killed };
  return decide({ ...snapshot, conditions }, accountOf(account), config);
}

function protectionOf(account: Partial<Account>, asked: Asked = 'bracket', killed: string | null = null) {
  return decided(account, asked, killed).orders.filter(({ purpose }) => purpose === 'protect');
}

function resting(patch: Partial<WorkingOrder> = {}): Account['working'] {
  const order = workingOf(SOL, {
    client_order_id: 'test-SOL-USD-1-p1',
    side: 'SELL',
    purpose: 'protect',
    route: { kind: 'bracket' },
    quantity: quantity('1.5'),
    limit_price: price('120'),
    stop_price: price('95'),
    ...patch,
  });
  return { [order.client_order_id]: order };
}

const position = { [SOL]: positionOf('1.5', HELD) };

describe('protection on the exchange', () => {
  it('[REQ-X2] is one order for the whole position with its stop and target', () => {
    const [order, ...more] = protectionOf({ positions: position });

    expect(more).toEqual([]);
    expect(order).toMatchObject({
      product_id: SOL,
      side: 'SELL',
      route: { kind: 'bracket' },
      replaces: null,
      quantity: quantity('1.5'),
      limit_price: price('120'),
      stop_price: price('95'),
      reserved: 0n,
    });
    expect(order?.client_order_id).toMatch(/-p1$/);
  });

  it('is a stop-limit with as much room below its stop as an exit has, where that is asked for', () => {
    const [order] = protectionOf({ positions: position }, 'stop_limit');

    expect(order?.route).toEqual({ kind: 'stop_limit' });
    expect([order?.stop_price, order?.limit_price].map((level) => toText(level ?? price('0')))).toEqual([
      '95',
      '94.05',
    ]);
  });

  it('is not there where nobody asks for it, where nothing is held, and where there is no stop', () => {
    expect(protectionOf({ positions: position }, 'none')).toEqual([]);
    expect(protectionOf({})).toEqual([]);
    expect(protectionOf({ positions: { [SOL]: positionOf('1.5') } })).toEqual([]);
  });

  it('takes the plainer order where the exchange has refused the other one, and none where it refused both', () => {
    const refused = (kinds: ('bracket' | 'stop_limit')[], untilMs: number) => ({
      positions: position,
      protection: { [SOL]: { refused: kinds, until_ms: untilMs } },
    });

    expect(protectionOf(refused(['bracket'], AS_OF_MS + 1))[0]?.route.kind).toBe('stop_limit');
    expect(protectionOf(refused(['bracket', 'stop_limit'], AS_OF_MS + 1))).toEqual([]);
    // Believed for a while only.
    expect(protectionOf(refused(['bracket'], AS_OF_MS))[0]?.route.kind).toBe('bracket');
  });

  it('stays while it fits, and is replaced for another size, another target or a stop that moved enough', () => {
    const around = (patch: Partial<WorkingOrder>) => protectionOf({ positions: position, working: resting(patch) });

    expect(around({})).toEqual([]);
    // 25 bps of 95 are 0.2375.
    expect(around({ stop_price: price('94.8') })).toEqual([]);
    expect(around({ stop_price: price('94.7') })[0]?.replaces).toBe('test-SOL-USD-1-p1');
    expect(around({ quantity: quantity('1') })[0]?.replaces).toBe('test-SOL-USD-1-p1');
    expect(around({ quantity: quantity('2'), filled: quantity('0.5') })).toEqual([]);
    expect(around({ limit_price: price('121') })[0]?.replaces).toBe('test-SOL-USD-1-p1');
  });

  it.each(['READY', 'SENDING', 'UNKNOWN'] as const)('waits while the one before is %s', (status) => {
    expect(protectionOf({ positions: position, working: resting({ status, quantity: quantity('1') }) })).toEqual([]);
  });

  it('[I4] [REQ-K1] is not sent while everything is stopped', () => {
    expect(protectionOf({ positions: position }, 'bracket', 'by hand')).toEqual([]);
  });

  it('[I5] gives way to an exit, which names it; nothing new protects what is being sold', () => {
    const reached = { [SOL]: positionOf('1.5', { stop_price: price('100'), take_profit_price: price('120') }) };
    const { orders } = decided({ positions: reached, working: resting() });

    expect(orders.map(({ purpose, reason, replaces }) => [purpose, reason, replaces])).toEqual([
      ['exit', 'stop', 'test-SOL-USD-1-p1'],
    ]);
    const leaving = workingOf(SOL, { side: 'SELL', purpose: 'exit', quantity: quantity('1.5') });
    expect(protectionOf({ positions: position, working: { [leaving.client_order_id]: leaving } })).toEqual([]);
  });

  it('is found by its symbol', () => {
    expect(restingProtection(accountOf({ working: resting() }), SOL)).toBe('test-SOL-USD-1-p1');
    expect(restingProtection(accountOf({ working: resting() }), BTC)).toBeNull();
  });
});
