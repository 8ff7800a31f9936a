import { expect, test } from 'vitest';
import { NO_CANDLES } from '../core/market/candles.ts';
import { lastClosedBarIndex } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';
import { ok } from '../ports/answer.ts';
import type { MarketData } from '../ports/market-data.ts';
import { fetchMarket } from './fetch-snapshot.ts';
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
