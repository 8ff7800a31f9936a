import { Agent } from 'node:http';
import { onTestFinished } from 'vitest';
import { type VirtualClock, virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import type { Bar } from '../../shared/core/market/candles.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { barMarket } from '../../simulator/market/bar-market.ts';
import { listingFor } from '../../simulator/market/listing.ts';
import type { BarSource, Market } from '../../simulator/market/market.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { type Answered, sender, token } from './client.ts';

export const MINUTE = 60_000;
/** A full hour and a full day. */
export const START = Date.UTC(2026, 0, 5);

type Shape = readonly [open: number, high: number, low: number, close: number, volume: number] | null;

/** Minutes from START on; null is a minute without a trade. The hour before is flat at the first open and volume. */
export function scriptedMarket(script: Readonly<Record<string, readonly Shape[]>>, quote = 'USD'): Market {
  const series = new Map<ProductId, ReadonlyMap<number, Bar>>();
  const first = START / MINUTE;
  const listings = Object.entries(script).map(([base, shapes]) => {
    const [open, , , , usual] = shapes.find((shape) => shape !== null) ?? [100, 100, 100, 100, 1000];
    const bars = new Map<number, Bar>();
    for (let back = 60; back > 0; back -= 1) {
      bars.set(first - back, { index: first - back, open, high: open, low: open, close: open, volume: usual });
    }
    shapes.forEach((shape, i) => {
      if (shape === null) return;
      const [o, high, low, close, volume] = shape;
      bars.set(first + i, { index: first + i, open: o, high, low, close, volume });
    });
    const listing = listingFor(base, quote, open);
    series.set(listing.productId, bars);
    return listing;
  });
  const source: BarSource = {
    baseInterval: '1m',
    listings,
    bars: (productId, fromIndex, toIndex) =>
      [...(series.get(productId)?.values() ?? [])].filter(({ index }) => index >= fromIndex && index <= toIndex),
    atOrBefore: (productId, index) =>
      [...(series.get(productId)?.values() ?? [])].findLast((bar) => bar.index <= index),
  };
  return barMarket(source, 1);
}

export const flat = (price: number, count: number, volume = 1000): readonly Shape[] =>
  Array.from({ length: count }, () => [price, price, price, price, volume] as const);

/** One minute that spans a range and comes back. */
export const spike = (price: number, low: number, high: number, volume = 1000): Shape => [
  price,
  high,
  low,
  price,
  volume,
];

export interface Stage {
  readonly sim: Simulator;
  readonly clock: VirtualClock;
  /** Signed with the first key. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  /** A create-order call with a fresh client id. */
  order(side: 'BUY' | 'SELL', configuration: unknown, more?: Readonly<Record<string, unknown>>): Promise<Answered>;
  read(orderId: string): Promise<Answered['body']>;
  raw: ReturnType<typeof sender>;
}

/** A running simulator that ends with the test. BTC-USD unless the body says otherwise. */
export async function stage(options: Partial<SimulatorOptions> = {}): Promise<Stage> {
  const clock = (options.clock as VirtualClock | undefined) ?? virtualClock(START);
  const market = options.market ?? scriptedMarket({ BTC: flat(50_000, 120), ETH: flat(2_000, 120) });
  const sim = await startSimulator({ ...options, clock, market });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(async () => {
    agent.destroy();
    await sim.close();
  });
  const raw = sender(sim.url, agent);
  const apiKey = sim.keys[0]?.apiKey ?? { name: '', privateKey: '' };
  const call: Stage['call'] = (method, path, body) =>
    raw(method, path, { authorization: `Bearer ${token(apiKey, method, path, clock.nowMs())}`, body });
  let count = 0;
  const order: Stage['order'] = (side, configuration, more = {}) => {
    count += 1;
    const body = { client_order_id: `id-${count}`, product_id: 'BTC-USD', side, order_configuration: configuration };
    return call('POST', '/orders', { ...body, ...more });
  };
  const read: Stage['read'] = async (orderId) => (await call('GET', `/orders/historical/${orderId}`)).body.order;
  return { sim, clock, call, order, read, raw };
}

export const limitGtc = (baseSize: string, limitPrice: string, postOnly = false) => ({
  limit_limit_gtc: { base_size: baseSize, limit_price: limitPrice, post_only: postOnly },
});
export const limitIoc = (baseSize: string, limitPrice: string) => ({
  sor_limit_ioc: { base_size: baseSize, limit_price: limitPrice },
});
export const marketBuy = (quoteSize: string) => ({ market_market_ioc: { quote_size: quoteSize } });
export const marketSell = (baseSize: string) => ({ market_market_ioc: { base_size: baseSize } });
