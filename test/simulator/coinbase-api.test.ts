import { Agent } from 'node:https';
import { connect } from 'node:net';
import { CBAdvancedTradeClient } from 'coinbase-api';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';

/**
 * A client that nobody here wrote. It believes that it talks to https://api.coinbase.com, tokens included; only its
 * sockets lead to the simulator, without TLS.
 */
async function foreignClient(
  algorithm: 'ES256' | 'EdDSA' = 'ES256',
): Promise<{ readonly client: CBAdvancedTradeClient; readonly sim: Simulator }> {
  const key = simulatorKey({ algorithm });
  const startMs = Date.now();
  const market = syntheticMarket({ seed: 5, startMs, symbols: ['BTC', 'ETH', 'DOGE'] });
  const sim = await startSimulator({ market, clock: systemClock, keys: [key] });
  const port = Number(new URL(sim.url).port);
  const httpsAgent = new Agent();
  httpsAgent.createConnection = () => connect(port, '127.0.0.1');
  const client = new CBAdvancedTradeClient(
    { apiKey: key.apiKey.name, apiSecret: key.apiKey.privateKey },
    { httpsAgent, timeout: 5_000, proxy: false },
  );
  return { client, sim };
}

describe('coinbase-api against the simulator', () => {
  it.each(['ES256', 'EdDSA'] as const)(
    '[REQ-CB1] reads products, candles, quotes and accounts with an %s key',
    async (algorithm) => {
      const { client, sim } = await foreignClient(algorithm);
      const end = Math.floor(Date.now() / 1000);

      const products = await client.getProducts({ product_type: 'SPOT' });
      const { candles } = await client.getProductCandles({
        product_id: 'BTC-USD',
        start: String(end - 3600),
        end: String(end),
        granularity: 'ONE_MINUTE',
      });
      const { pricebooks } = await client.getBestBidAsk({ product_ids: ['BTC-USD', 'ETH-USD'] });
      const { accounts } = await client.getAccounts({ limit: 10 });
      await sim.close();

      expect(products.products.map(({ product_id }) => product_id)).toEqual(['BTC-USD', 'ETH-USD', 'DOGE-USD']);
      expect(candles.length).toBeGreaterThan(58);
      expect(Number(candles[0]?.start)).toBeGreaterThan(Number(candles[1]?.start));
      expect(pricebooks.map(({ product_id }) => product_id)).toEqual(['BTC-USD', 'ETH-USD']);
      expect(accounts[0]).toMatchObject({ currency: 'USD', available_balance: { value: '10000', currency: 'USD' } });
    },
  );

  it('[REQ-CB1] places, reads and cancels an order, and reads its fills', async () => {
    const { client, sim } = await foreignClient();
    const price = Number((await client.getProduct({ product_id: 'BTC-USD' })).price);

    const client_order_id = client.generateNewOrderId();
    const resting = await client.submitOrder({
      client_order_id,
      product_id: 'BTC-USD',
      side: 'BUY',
      order_configuration: {
        limit_limit_gtc: { base_size: '0.001', limit_price: (price * 0.9).toFixed(2), post_only: true },
      },
    });
    const orderId = resting.success_response?.order_id ?? '';
    const open = await client.getOrders({ order_status: ['OPEN'], product_ids: ['BTC-USD'] });
    const cancelled = await client.cancelOrders({ order_ids: [orderId] });
    const bought = await client.submitOrder({
      client_order_id: client.generateNewOrderId(),
      product_id: 'BTC-USD',
      side: 'BUY',
      order_configuration: { market_market_ioc: { quote_size: '50' } },
    });
    const { fills } = await client.getFills({ order_ids: [bought.success_response?.order_id ?? ''] });
    const { order } = await client.getOrder({ order_id: orderId });
    await sim.close();

    expect([resting.success, bought.success]).toEqual([true, true]);
    expect(open.orders.map((found) => found.client_order_id)).toEqual([client_order_id]);
    expect(cancelled.results).toMatchObject([{ success: true, order_id: orderId }]);
    expect(order.status).toBe('CANCELLED');
    expect(fills).toHaveLength(1);
  });

  it('[REQ-CB1] meets a refused token and a refused order the way it does on the real exchange', async () => {
    const { client, sim } = await foreignClient();
    const refused = await client.submitOrder({
      client_order_id: client.generateNewOrderId(),
      product_id: 'BTC-USD',
      side: 'SELL',
      order_configuration: { market_market_ioc: { base_size: '1' } },
    });
    sim.admin.setFaults([{ match: {}, effect: { kind: '401' } }]);
    const failure = await client.getAccounts().catch((error: unknown) => error);
    await sim.close();

    expect(refused).toMatchObject({ success: false, error_response: { error: 'INSUFFICIENT_FUND' } });
    expect(failure).toMatchObject({ code: 401, body: 'Unauthorized\n' });
  });
});
