import { expect, test } from 'vitest';
import { candlesFrom, NO_CANDLES } from '../core/market/candles.ts';
import { lastClosedBarIndex } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';
import { quantity, usd } from '../core/money/fixed.ts';
import { ok } from '../ports/answer.ts';
import type { MarketData } from '../ports/market-data.ts';
import { fetchMarket, symbolsOf } from './fetch-snapshot.ts';
import { createMarketCache } from './market-cache.ts';
import { BTC, ETH } from './testing/desk.ts';
import { testConfig } from './testing/test-config.ts';

const SLOT_MS = Date.UTC(2026, 0, 1, 1);

function market(listed: readonly ProductId[], asked: ProductId[]): MarketData {
  return {
    products: async () => ok(listed.map((id) => ({ id }) as Product)),
    quotes: async (ids) => {
      asked.push(...ids);
      return ok([]);
    },
    candles: async (id) => {
      asked.push(id);
      return ok(NO_CANDLES);
    },
    time: async () => ({ kind: 'unavailable', message: 'not asked' }),
    product: async () => ({ kind: 'unavailable', message: 'not asked' }),
  };
}

const ORDER = {
  symbolsOf: () => [BTC, ETH],
  slotMs: SLOT_MS,
  needs: [{ interval: '1m', fromIndex: lastClosedBarIndex(SLOT_MS, '1m') - 9, products: 'all' }],
  maxCalls: 60,
} as const;

const clock = { nowMs: () => SLOT_MS, monotonicMs: () => 0, sleep: async () => undefined };

test('a symbol the exchange does not list is not asked for, so it cannot spoil the quotes of all', async () => {
  const asked: ProductId[] = [];
  const ports = { marketData: market([BTC], asked), marketCache: createMarketCache(), clock };
  const { symbols, exchangeDown } = await fetchMarket(ports, testConfig('bot'), ORDER);
  expect(asked).toEqual([BTC, BTC]);
  expect(exchangeDown).toBeNull();
  expect(symbols.map(({ product, faults }) => [product?.id ?? null, faults])).toEqual([
    [BTC, []],
    [null, []],
  ]);
});

test('[REQ-ST1] [I9] bars that closed after the slot make nothing fresh: a tick that comes late finds old data', async () => {
  const marketCache = createMarketCache();
  const t = lastClosedBarIndex(SLOT_MS, '1m');
  const bars = candlesFrom([t - 3, t + 8].map((index) => ({ index, open: 1, high: 1, low: 1, close: 1, volume: 1 })));
  marketCache.putBars(BTC, '1m', { bars, fromIndex: t - 9, toIndex: t + 8, settledIndex: t + 8 });
  const ports = { marketData: market([BTC], []), marketCache, clock };
  const { symbols } = await fetchMarket(ports, testConfig('bot'), ORDER);
  expect(symbols.map(({ lastTradedBarIndex }) => lastTradedBarIndex)).toEqual([t - 3, null]);
});

test('without the list of products everything is asked for and every symbol names the fault', async () => {
  const asked: ProductId[] = [];
  const marketData: MarketData = {
    ...market([], asked),
    products: async () => ({ kind: 'unavailable', message: 'down' }),
  };
  const ports = { marketData, marketCache: createMarketCache(), clock };
  const { symbols, exchangeDown } = await fetchMarket(ports, testConfig('bot'), ORDER);
  expect(asked).toHaveLength(4);
  expect(exchangeDown).toContain('products: unavailable: down');
  expect(symbols.every(({ faults }) => faults.includes('products_unavailable'))).toBe(true);
});

test('[REQ-U3] days that could not be read are absent, and empty only where the exchange has none', async () => {
  const t = lastClosedBarIndex(SLOT_MS, '1d');
  const needs = [...ORDER.needs, { interval: '1d', fromIndex: t - 9, products: [BTC] }] as const;
  const daysOf = async (candles: MarketData['candles']) => {
    const ports = { marketData: { ...market([BTC], []), candles }, marketCache: createMarketCache(), clock };
    const { symbols, unreadBars } = await fetchMarket(ports, testConfig('bot'), { ...ORDER, needs });
    return [symbols[0]?.candles['1d']?.length, unreadBars];
  };
  const failing: MarketData['candles'] = async (_, interval) =>
    interval === '1d' ? { kind: 'unavailable', message: 'down' } : ok(NO_CANDLES);

  expect(await daysOf(failing)).toEqual([undefined, 1]);
  expect(await daysOf(async () => ok(NO_CANDLES))).toEqual([0, 0]);
});

test('[REQ-U1] the symbols to read are the lists, what discovery finds, what is held and the coins that count', () => {
  const { universe, policy } = testConfig('bot');
  const listed: readonly unknown[] = ['AAA-USD', 'BBB-USD', 'USDT-USD', 'EEE-EUR'].map((id) => ({
    id,
    base: id.slice(0, -4),
    quote: id.slice(-3),
    quoteVolume24h: usd(id === 'BBB-USD' ? '1' : '900000000'),
  }));
  const none = { positions: {}, working: {}, unsettled_coins: {} };
  const account = { ...none, external: { BBB: quantity('1'), ZZZ: quantity('1') } };
  const added = (change: { readonly discovery?: boolean; readonly external?: 'ignore' | 'count' }) => {
    const config = {
      ...testConfig('bot'),
      universe: { ...universe, discovery: { ...universe.discovery, enabled: change.discovery ?? false } },
      policy: { ...policy, external_holdings: change.external ?? 'ignore' },
    };
    const lists = new Set<string>(symbolsOf(testConfig('bot'), account as never, []));
    return symbolsOf(config, account as never, listed as readonly Product[]).filter((id) => !lists.has(id));
  };

  expect(added({})).toEqual([]);
  expect(added({ discovery: true })).toEqual(['AAA-USD']);
  expect(added({ external: 'count' })).toEqual(['BBB-USD']);
  Object.assign(account, { external_counted: true });
  expect(added({})).toEqual(['BBB-USD']);
  Object.assign(account, { external_counted: false });
  // Coins that are gone still need a price, so that they are no loss.
  Object.assign(account, { external: {}, unsettled_coins: { BBB: quantity('-1') } });
  expect(added({ external: 'count' })).toEqual(['BBB-USD']);
});
