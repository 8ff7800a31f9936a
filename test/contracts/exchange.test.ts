import { onTestFinished } from 'vitest';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { type VirtualClock, virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { paperExchange } from '../../shared/adapters/paper/paper-exchange.ts';
import { memoryFacts } from '../../shared/adapters/paper/testing/paper-desk.ts';
import { ratio, usd } from '../../shared/core/money/fixed.ts';
import { startSimulator } from '../../simulator/server.ts';
import { MINUTE, START, scriptedMarket } from '../simulator/stage.ts';
import { exchangeContract } from './exchange.contract.ts';

/** Both look at one market: the simulator's, over the wire. */
async function openMarket(script: Parameters<typeof scriptedMarket>[0]) {
  const clock = virtualClock(START);
  const simulator = await startSimulator({ market: scriptedMarket(script), clock });
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
  onTestFinished(async () => {
    client.close();
    await simulator.close();
  });
  return { client, clock };
}

const at = (clock: VirtualClock) => (minutes: number) => clock.advanceTo(START + minutes * MINUTE);

exchangeContract('Coinbase client on the simulator', async (script) => {
  const { client, clock } = await openMarket(script);
  return { exchange: coinbaseExchange(client), at: at(clock) };
});

exchangeContract('paper on the same market', async (script) => {
  const { client, clock } = await openMarket(script);
  const exchange = paperExchange({
    marketData: coinbaseMarketData(client),
    facts: memoryFacts(),
    clock,
    startingCashUsd: usd('10000'),
    quoteCurrency: 'USD',
    fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'config' },
    slippageBps: 5,
    takesBrackets: (productId) => productId !== 'NOB-USD',
  });
  return { exchange, at: at(clock) };
});
