import { expect, onTestFinished, test } from 'vitest';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { startSimulator } from '../../simulator/server.ts';
import { keptVenue } from './kept-venue.ts';

test('[REQ-SEC2] [REQ-K1] a warm function takes the rotated key once the exchange refuses the old one', async () => {
  const [old, fresh] = [simulatorKey({ name: 'old-key' }), simulatorKey({ name: 'new-key' })];
  // The old key was deleted at the exchange.
  const market = syntheticMarket({ seed: 7, startMs: Date.now() });
  const simulator = await startSimulator({ market, clock: systemClock, keys: [fresh] });
  onTestFinished(() => simulator.close());
  const inSecret = [old.apiKey, fresh.apiKey];
  const opened: string[] = [];
  const venue = keptVenue({ record: () => undefined }, async (meter) => {
    const key = inSecret.shift() ?? fresh.apiKey;
    opened.push(key.name);
    const client = createCoinbaseClient({
      apiUrl: simulator.url,
      jwtHost: 'api.coinbase.com',
      timeoutMs: 3_000,
      rateLimit: { publicPerSecond: 10, privatePerSecond: 30 },
      retry: { baseMs: 1, capMs: 2, maxAttempts: 3 },
      key,
      clock: systemClock,
      meter,
      random: () => 0,
    });
    onTestFinished(() => client.close());
    return coinbaseExchange(client);
  });

  const answers = [];
  for (let event = 0; event < 3; event += 1) answers.push((await (await venue()).openOrders()).kind);

  expect(answers).toEqual(['unauthorised', 'ok', 'ok']);
  expect(opened).toEqual(['old-key', 'new-key']);
});
