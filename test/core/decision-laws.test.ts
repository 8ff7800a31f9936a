import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { DecisionConfig, Universe } from '../../shared/core/cycle/decision-config.ts';
import { decodeInputs } from '../../shared/core/cycle/decode.ts';
import { encodeDecision, encodeInputs } from '../../shared/core/cycle/encode.ts';
import type { Candles } from '../../shared/core/market/candles.ts';
import { productId } from '../../shared/core/market/product.ts';
import type { SymbolSnapshot } from '../../shared/core/market/snapshot.ts';
import { type Fixed, toText, usd } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { SYMBOLS, type World, worldOf } from './random-world.ts';
import { snapshotOf, symbolOf, T } from './world.ts';

/** What must hold for every decision, whatever the market, the account and the config. */
const world = fc.integer({ min: 0, max: 2 ** 31 }).map(worldOf);

function decided({ snapshot, account, config }: World) {
  return decide(snapshot, account, config);
}

it('the worlds are worth it: they bring entries, exits, and many kinds of refusal', () => {
  const reasons = new Set(
    Array.from({ length: 300 }, (_, seed) => decided(worldOf(seed)).reasons.map(({ reason }) => reason)).flat(),
  );

  expect([...reasons].sort()).toEqual(
    expect.arrayContaining([
      'cooldown',
      'data_missing',
      'drawdown',
      'entry',
      'exit_signal',
      'exit_stop',
      'exit_time',
      'holding',
    ]),
  );
  expect(reasons.size).toBeGreaterThan(18);
});

it('[I8] the same inputs give the same bytes, also after a round trip through the archive', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { snapshot, account, config } = given;
      const replayed = decodeInputs(encodeInputs(snapshot, account, config));
      expect(encodeDecision(decided(replayed))).toBe(encodeDecision(decided(given)));
      expect(encodeInputs(replayed.snapshot, replayed.account, replayed.config)).toBe(
        encodeInputs(snapshot, account, config),
      );
    }),
  );
});

it('changes none of its inputs', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { snapshot, account, config } = given;
      const before = encodeInputs(snapshot, account, config);
      decided(given);
      expect(encodeInputs(snapshot, account, config)).toBe(before);
      expect(Object.isFrozen(account.strategy_state)).toBe(false);
    }),
  );
});

it('[I12] ends with exactly one reason for every symbol, and an order wherever it says so', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { reasons, orders } = decided(given);
      expect(reasons.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
      const ordered = reasons.filter(({ outcome }) => outcome === 'order').map(({ symbol }) => symbol);
      expect(orders.map(({ product_id }) => product_id).toSorted()).toEqual(ordered);
    }),
  );
});

it('[REQ-BT1] the order in which symbols arrive changes nothing', () => {
  fc.assert(
    fc.property(world, ({ snapshot, account, config }) => {
      const reversed: World = {
        snapshot: { ...snapshot, symbols: snapshot.symbols.toReversed() },
        account: {
          ...account,
          positions: backwards(account.positions),
          working: backwards(account.working),
        } as Account,
        config: {
          ...config,
          universe: turned(config.universe),
          signals: { ...config.signals, strategy: backwards(config.signals.strategy) },
        },
      };
      expect(encodeDecision(decided(reversed))).toBe(encodeDecision(decided({ snapshot, account, config })));
    }),
  );
});

it('[I9] data after the slot changes nothing: neither bars that come later nor bars that are corrupt', () => {
  fc.assert(
    fc.property(world, fc.double({ min: 0.001, max: 1e6, noNaN: true }), ({ snapshot, account, config }, close) => {
      const later = snapshot.symbols.map(
        (symbol): SymbolSnapshot => ({
          ...symbol,
          candles: { '1m': extended(symbol.candles['1m'] as Candles, close) },
        }),
      );
      const disturbed = decide({ ...snapshot, symbols: later }, account, config);
      expect(encodeDecision(disturbed)).toBe(encodeDecision(decide(snapshot, account, config)));
    }),
  );
});

it('a symbol that may not be traded changes nothing for the others', () => {
  const stranger = productId('ZZZ-USD');
  fc.assert(
    fc.property(world, ({ snapshot, account, config }) => {
      const { tiers } = config.universe;
      const wider = {
        ...config.universe,
        tiers: { ...tiers, T3: { ...tiers.T3, symbols: [stranger, ...tiers.T3.symbols] } },
      };
      const symbols = [...snapshot.symbols, symbolOf(stranger, { product: { quoteVolume24h: usd('1') } })];
      const alone = decide(snapshot, account, config);
      const together = decide({ ...snapshot, symbols }, account, { ...config, universe: wider });
      // The one gate that looks at all symbols together is left out: a healthy stranger does keep it open.
      fc.pre(!alone.gates.some(({ gate }) => gate === 'staleness'));
      expect(together.orders).toEqual(alone.orders);
      expect(together.assessments).toEqual(alone.assessments);
      expect(together.reasons.filter(({ symbol }) => symbol !== stranger)).toEqual(alone.reasons);
    }),
  );
});

it('[REQ-R1] [I5] sells only what is held and free, and enters only when no gate is active', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { orders, gates } = decided(given);
      for (const order of orders) {
        if (order.side === 'BUY') expect(gates).toEqual([]);
        else expect(order.quantity <= free(given.account, order.product_id)).toBe(true);
        expect(order.quantity > 0n && order.limit_price > 0n).toBe(true);
      }
    }),
  );
});

describe('scale', () => {
  // A power of two: floats scale exactly, so the shape must be the same and not merely alike.
  const FACTOR = 4n;

  it('four times the prices and four times the money make the same decision', () => {
    fc.assert(
      fc.property(world, ({ snapshot, account, config }) => {
        const plain = decide(snapshot, account, config);
        const scaled = decide(
          { ...snapshot, symbols: snapshot.symbols.map(scaledSymbol) },
          scaledAccount(account),
          scaledConfig(config),
        );
        expect(scaled.reasons.map(({ symbol, reason }) => `${symbol} ${reason}`)).toEqual(
          plain.reasons.map(({ symbol, reason }) => `${symbol} ${reason}`),
        );
        expect(scaled.orders.map(({ quantity }) => toText(quantity))).toEqual(
          plain.orders.map(({ quantity }) => toText(quantity)),
        );
        expect(scaled.orders.map(({ limit_price }) => limit_price)).toEqual(
          plain.orders.map(({ limit_price }) => limit_price * FACTOR),
        );
      }),
    );
  });

  function times<Unit extends string>(value: Fixed<Unit>): Fixed<Unit> {
    return (value * FACTOR) as Fixed<Unit>;
  }

  function scaledSymbol(symbol: SymbolSnapshot): SymbolSnapshot {
    const { product, quote, candles } = symbol;
    const bars = candles['1m'] as Candles;
    const four = (column: Float64Array) => column.map((value) => value * Number(FACTOR));
    return {
      ...symbol,
      product: product && {
        ...product,
        priceIncrement: times(product.priceIncrement),
        quoteMinSize: times(product.quoteMinSize),
        quoteMaxSize: times(product.quoteMaxSize),
        quoteVolume24h: product.quoteVolume24h && times(product.quoteVolume24h),
      },
      quote: quote && { ...quote, bid: times(quote.bid), ask: times(quote.ask) },
      candles: {
        '1m': { ...bars, open: four(bars.open), high: four(bars.high), low: four(bars.low), close: four(bars.close) },
      },
    };
  }

  function scaledAccount(account: Account): Account {
    const each = <Item>(items: Readonly<Record<string, Item>>, change: (item: Item) => Item) =>
      Object.fromEntries(Object.entries(items).map(([key, item]) => [key, change(item)]));
    return {
      ...account,
      cash: times(account.cash),
      high_water_mark: times(account.high_water_mark),
      positions: each(account.positions, (position) => ({
        ...position,
        lots: position.lots.map((lot) => ({ ...lot, cost: times(lot.cost) })),
        stop_price: position.stop_price && times(position.stop_price),
      })) as Account['positions'],
      working: each(account.working, (order) => ({ ...order, reserved: times(order.reserved) })),
    };
  }

  function scaledConfig(config: DecisionConfig): DecisionConfig {
    const { policy, universe } = config;
    const risk = { ...policy.risk, min_trade_notional_usd: times(policy.risk.min_trade_notional_usd) };
    const tier = (name: 'T1' | 'T2' | 'T3') => ({
      ...universe.tiers[name],
      min_24h_volume_usd: times(universe.tiers[name].min_24h_volume_usd),
    });
    return {
      ...config,
      policy: { ...policy, risk },
      universe: { ...universe, tiers: { T1: tier('T1'), T2: tier('T2'), T3: tier('T3') } },
    };
  }
});

it('encodes money as decimal text and refuses what JSON cannot carry', () => {
  const { snapshot, account, config } = worldOf(1);
  const broken = snapshotOf([symbolOf(SYMBOLS[0] as never, { closes: [1, Number.NaN] })]);

  expect(encodeInputs(snapshot, account, config)).toContain('"high_water_mark":"10000"');
  expect(() => encodeInputs(broken, account, config)).toThrow(/cannot carry NaN/);
});

it.each([
  [
    'another format',
    (text: string) => text.replace('"format":2', '"format":1'),
    /is of format 1, this version reads format 2/,
  ],
  ['columns of different length', (text: string) => text.replace(/"length":\d+/, '"length":3'), /columns differ/],
  ['a key nobody wrote', (text: string) => text.replace('"slotMs"', '"slot"'), /slot/],
])('refuses an archive with %s', (_, damage, detail) => {
  const { snapshot, account, config } = worldOf(2);

  expect(() => decodeInputs(damage(encodeInputs(snapshot, account, config)))).toThrow(detail);
});

function extended(candles: Candles, close: number): Candles {
  const column = (values: Float64Array, ...more: readonly number[]) => Float64Array.from([...values, ...more]);
  return {
    length: candles.length + 2,
    index: column(candles.index, T + 1, T + 2),
    open: column(candles.open, close, close),
    high: column(candles.high, close * 2, close),
    low: column(candles.low, close / 2, close),
    close: column(candles.close, close, close),
    volume: column(candles.volume, 1e9, 0),
  };
}

function backwards<Items extends Readonly<Record<string, unknown>>>(items: Items): Items {
  return Object.fromEntries(Object.entries(items).toReversed()) as Items;
}

function turned({ tiers, themes, never_trade, ...others }: Universe): Universe {
  const tier = (name: 'T1' | 'T2' | 'T3') => ({ ...tiers[name], symbols: tiers[name].symbols.toReversed() });
  return {
    ...others,
    tiers: { T3: tier('T3'), T2: tier('T2'), T1: tier('T1') },
    themes: backwards(themes),
    never_trade,
  };
}

/** Counted here by hand, not with the code under test. */
function free(account: Account, symbol: string): bigint {
  const held = Object.entries(account.positions)
    .filter(([id]) => id === symbol)
    .flatMap(([, position]) => position.lots)
    .reduce((sum, lot) => sum + lot.quantity, 0n);
  const selling = Object.values(account.working)
    .filter((order) => order.product_id === symbol && order.side === 'SELL')
    .reduce((sum, order) => sum + order.quantity - order.filled, 0n);
  return held - selling;
}
