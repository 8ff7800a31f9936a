import { type CoinbaseClient, createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { type VirtualClock, virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { paperExchange } from '../../shared/adapters/paper/paper-exchange.ts';
import { memoryFacts } from '../../shared/adapters/paper/testing/paper-desk.ts';
import { ratio, usd } from '../../shared/core/money/fixed.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import { startSimulator } from '../../simulator/server.ts';
import { START, scriptedMarket } from '../simulator/stage.ts';

/** The simulator's market over the wire: what the paper exchange and the Coinbase client both look at. */
export interface OpenMarket {
  readonly client: CoinbaseClient;
  readonly clock: VirtualClock;
  close(): Promise<void>;
}

export async function openMarket(
  script: Parameters<typeof scriptedMarket>[0],
  startingBalances: Readonly<Record<string, string>> = { USD: '10000' },
): Promise<OpenMarket> {
  const clock = virtualClock(START);
  const simulator = await startSimulator({ market: scriptedMarket(script), clock, startingBalances });
  const client = createCoinbaseClient({
    apiUrl: simulator.url,
    jwtHost: 'api.coinbase.com',
    timeoutMs: 20_000,
    rateLimit: { publicPerSecond: 100_000, privatePerSecond: 100_000 },
    retry: { baseMs: 1, capMs: 2, maxAttempts: 2 },
    key: simulator.keys[0]?.apiKey,
    clock,
    random: () => 0,
  });
  const close = async () => {
    client.close();
    await simulator.close();
  };
  return { client, clock, close };
}

export function openSimulated({ client }: OpenMarket): Exchange {
  return coinbaseExchange(client);
}

export function openPaper({ client, clock }: OpenMarket): Exchange {
  return paperExchange({
    marketData: coinbaseMarketData(client),
    facts: memoryFacts(),
    clock,
    startingCashUsd: usd('10000'),
    quoteCurrency: 'USD',
    fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'config' },
    slippageBps: 5,
    takesBrackets: (productId) => productId !== 'NOB-USD',
  });
}
