import { ok } from '../../ports/answer.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { CoinbaseClient } from './client.ts';
import { bestBidAsk, publicQuotes } from './endpoints/books.ts';
import { getCandles } from './endpoints/candles.ts';
import { getProduct, listProducts } from './endpoints/products.ts';
import { exchangeTime } from './endpoints/time.ts';

/** A sharp reading of the clock takes one sample; a blurred one is repeated at most this often. */
const TIME_SAMPLES = 3;

/** Market data through the key where there is one (fresh), else through the public twins. */
export function coinbaseMarketData(client: CoinbaseClient): MarketData {
  return {
    time: () => exchangeTime(client, TIME_SAMPLES),
    products: () => listProducts(client),
    product: (productId) => getProduct(client, productId),
    async quotes(productIds) {
      // Without ids the exchange would answer for all products.
      if (productIds.length === 0) return ok([]);
      return client.hasKey ? bestBidAsk(client, productIds) : publicQuotes(client, productIds);
    },
    candles: (productId, interval, fromIndex, toIndex) => getCandles(client, productId, interval, fromIndex, toIndex),
  };
}
