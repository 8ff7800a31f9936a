import fc from 'fast-check';
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
import type { Product } from '../market/product.ts';
import { type Price, price, quantity, toText, usd } from '../money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../portfolio/account.ts';
import { missingProtection, restingProtection } from './resting-protection.ts';

type Asked = 'none' | 'stop_limit' | 'bracket';
type Exits = NonNullable<NonNullable<NonNullable<Parameters<typeof configOf>[0]>['policy']>['exits']>;

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
  it('[REQ-X2] covers the whole position where the exchange states no largest size, and no more than the largest where it does', () => {
    const sized = (baseMaxSize: string) => {
      const config = configOf({ policy: { exits: { exchange_protection: 'bracket' } } });
      const snapshot = snapshotOf([symbolOf(SOL, { product: { baseMaxSize: quantity(baseMaxSize) } })]);
      const { orders } = decide(snapshot, accountOf({ positions: position }), config);
      return orders.filter(({ purpose }) => purpose === 'protect').map(({ quantity: size }) => toText(size));
    };

    expect([sized('0'), sized('1'), sized('10')]).toEqual([['1.5'], ['1'], ['1.5']]);
  });

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

  it('is replaced as a stop-limit when it may sell further below its stop, or less far, than it rests with', () => {
    const around = (stop: string, limit: string) => {
      const patch = { route: { kind: 'stop_limit' }, stop_price: price(stop), limit_price: price(limit) } as const;
      return protectionOf({ positions: position, working: resting(patch) }, 'stop_limit');
    };

    expect(around('95', '94.05')).toEqual([]);
    expect(around('94.8', '93.85')).toEqual([]);
    expect(around('95', '94.52')[0]?.replaces).toBe('test-SOL-USD-1-p1');
    expect(around('95', '92.15')[0]?.replaces).toBe('test-SOL-USD-1-p1');
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

describe('the order that should rest', () => {
  interface Scene {
    readonly exits?: Exits;
    readonly size?: string;
    readonly product?: Partial<Product> | null;
    readonly bid?: Price;
    readonly peak?: Price;
    readonly working?: Account['working'];
  }

  function missing(held: Partial<Position>, scene: Scene = {}) {
    const { exits, size = '1.5', product, bid = price('100'), peak, working = {} } = scene;
    const quote = { bid, ask: (bid + 1n) as Price };
    const symbol = symbolOf(SOL, { quote, ...(product === undefined ? {} : { product }) });
    return missingProtection(accountOf({ positions: { [SOL]: positionOf(size, held) }, working }), {
      snapshot: snapshotOf([symbol]),
      symbols: new Map([[SOL, symbol]]),
      config: configOf({ policy: { exits: { exchange_protection: 'bracket', ...exits } } }),
      regime: 'chop',
      peaks: peak === undefined ? {} : { [SOL]: peak },
    });
  }

  const levels = (held: Partial<Position>, scene: Scene = {}) =>
    missing(held, scene).map(({ guard }) => guard && [toText(guard.stop), toText(guard.limit)]);
  const plain = { exchange_protection: 'stop_limit' } as const;

  it('says on record what it is', () => {
    expect(missing(HELD)[0]?.records).toMatchObject([
      { rule: 'protection', verdict: 'allow', detail: 'bracket: stop 95, limit 120' },
    ]);
  });

  it('[I5] waits for no order but a sale of the same coins', () => {
    const buying = workingOf(SOL);
    const leaving = workingOf(BTC, { side: 'SELL', purpose: 'exit', client_order_id: 'test-BTC-USD-1-x1' });

    expect(
      missing(HELD, { working: { [buying.client_order_id]: buying, [leaving.client_order_id]: leaving } }),
    ).toHaveLength(1);
  });

  it('leaves to the exit kit what is due at the bid', () => {
    expect(levels({ ...HELD, stop_price: price('99.99') })).toEqual([['99.99', '120']]);
    expect(levels({ ...HELD, stop_price: price('100') })).toEqual([]);
    expect(levels({ ...HELD, take_profit_price: price('100.01') })).toEqual([['95', '100.01']]);
    expect(levels({ ...HELD, take_profit_price: price('100') })).toEqual([]);
    expect(levels({ ...HELD, take_profit_price: price('99') })).toEqual([]);
  });

  it('stops at the nearer of stop and trailing stop, or at the one there is', () => {
    const trailing = { exits: { ...plain, trailing_stop_pct: 10 } };

    expect(levels(HELD, { ...trailing, peak: price('110') })).toEqual([['99', '98.01']]);
    expect(levels(HELD, { ...trailing, peak: price('100') })).toEqual([['95', '94.05']]);
    expect(levels({ stop_price: null }, { ...trailing, peak: price('110') })).toEqual([['99', '98.01']]);
  });

  it('does not rest without a price on the grid, or on a product that is not known', () => {
    const cheap = { size: '1000', bid: price('0.05') };

    expect(levels({ stop_price: price('0.02') }, cheap)).toEqual([['0.02', '0.01']]);
    // Down to one tick below the last one: an order at 0.
    expect(levels({ stop_price: price('0.01') }, cheap)).toEqual([]);
    expect(levels({ ...HELD, stop_price: price('0.009') }, cheap)).toEqual([]);
    expect(levels(HELD, { product: null })).toEqual([]);
  });

  it('is not replaced for a crumb that is finer than the exchange sells', () => {
    expect(missing(HELD, { size: '1.500000005' })[0]?.quantity).toBe(quantity('1.5'));
    expect(missing(HELD, { size: '1.500000005', working: resting() })).toEqual([]);
  });

  it.each([
    ['79.8', 0],
    ['79.79', 1],
    ['80.2', 0],
    ['80.21', 1],
  ])('is replaced for a stop that moved by more than 25 bps of 80, up or down: %s', (wanted, replaced) => {
    const held = { ...HELD, stop_price: price(wanted) };

    expect(missing(held, { working: resting({ stop_price: price('80') }) })).toHaveLength(replaced);
  });

  it('never stops above the level, takes less than the target, or leaves less room than an exit has', () => {
    const scenes = fc.record({
      increment: fc.integer({ min: 0, max: 12 }).map((digits) => (10n ** BigInt(digits)) as Price),
      ticks: fc.bigInt({ min: 100n, max: 1_000_000n }),
      crumbs: fc.bigInt({ min: 0n, max: 999_999n }),
      bps: fc.integer({ min: 1, max: 1000 }),
      kind: fc.constantFrom('bracket' as const, 'stop_limit' as const),
    });
    fc.assert(
      fc.property(scenes, ({ increment, ticks, crumbs, bps, kind }) => {
        const off = (crumbs * increment) / 1_000_000n;
        const level = ticks * increment + off;
        const target = level * 2n + off;
        const [order] = missing(
          { stop_price: level as Price, take_profit_price: target as Price },
          {
            exits: { exchange_protection: kind, exit_slippage_tolerance_bps: bps },
            product: { priceIncrement: increment, quoteMinSize: usd('0') },
            bid: (level + increment) as Price,
          },
        );
        const { stop, limit } = order?.guard ?? { stop: price('0'), limit: price('0') };
        expect(stop <= level && stop > level - increment).toBe(true);
        if (kind === 'bracket') expect(limit >= target && limit < target + increment).toBe(true);
        else {
          const lowest = stop * BigInt(10_000 - bps);
          expect(limit * 10_000n <= lowest && (limit + increment) * 10_000n > lowest).toBe(true);
        }
      }),
    );
  });
});
