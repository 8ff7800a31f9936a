import type { SendableOrder } from '../../../core/execution/sendable-order.ts';
import { type Bar, candlesFrom } from '../../../core/market/candles.ts';
import { ONLINE, type Product, type ProductId, productId } from '../../../core/market/product.ts';
import type { Quote } from '../../../core/market/quote.ts';
import { price, quantity, ratio, toText, usd } from '../../../core/money/fixed.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { Exchange } from '../../../ports/exchange.ts';
import type { FactStore } from '../../../ports/stores.ts';
import { paperExchange } from '../paper-exchange.ts';
import type { PaperExchangeParts } from '../parts.ts';

export const BTC = productId('BTC-USD');
export const FEES = { maker: ratio('0.004'), taker: ratio('0.006'), source: 'config' } as const;

export function product(id: ProductId, flags: Partial<Product['flags']> = {}): Product {
  return {
    id,
    base: id.split('-')[0] as string,
    quote: 'USD',
    priceIncrement: price('0.01'),
    baseIncrement: quantity('0.00000001'),
    quoteIncrement: usd('0.01'),
    baseMinSize: quantity('0.00000001'),
    baseMaxSize: quantity('1000'),
    quoteMinSize: usd('1'),
    quoteMaxSize: usd('1000000'),
    quoteVolume24h: null,
    listedAtMs: null,
    flags: { ...ONLINE, ...flags },
  };
}

/** 99 / 101 with ten coins a side, unless said otherwise. */
function quoteOf(
  id: ProductId,
  over: Partial<Record<'bid' | 'ask' | 'bidSize' | 'askSize', string>>,
  timeMs: number,
): Quote {
  return {
    productId: id,
    bid: price(over.bid ?? '99'),
    bidSize: quantity(over.bidSize ?? '10'),
    ask: price(over.ask ?? '101'),
    askSize: quantity(over.askSize ?? '10'),
    timeMs,
  };
}

export function memoryFacts(): FactStore {
  const items = new Map<string, { version: number; value: string }>();
  return {
    async load(name) {
      const item = items.get(name);
      return item && { version: item.version, value: JSON.parse(item.value) };
    },
    async save(name, value, version) {
      if ((items.get(name)?.version ?? 0) !== version) return 'stale';
      items.set(name, { version: version + 1, value: JSON.stringify(value) });
      return 'saved';
    },
  };
}

export interface Desk {
  readonly exchange: Exchange;
  readonly reopen: () => Exchange;
  quote: (over?: Parameters<typeof quoteOf>[1]) => void;
  fail: (failure: Answer<never> | null) => void;
  list: (listed: Answer<Product>) => void;
  at: (ms: number) => void;
  /** A minute that traded: at a price, or over a range from open to close. Told again, it is corrected. */
  bar: (minute: number, prices: number | Omit<Bar, 'index' | 'volume'>, volume?: number) => void;
  /** Product, first and last bar of every call for candles. */
  readonly candleCalls: (readonly [string, number, number])[];
}

export function desk(over: Partial<PaperExchangeParts> = {}): Desk {
  let now = 1_000;
  let quoteMs = 1;
  let current = quoteOf(BTC, {}, quoteMs);
  let failure: Answer<never> | null = null;
  let listed: Answer<Product> = ok(product(BTC));
  const bars: Bar[] = [];
  const candleCalls: (readonly [string, number, number])[] = [];
  const parts: PaperExchangeParts = {
    marketData: {
      quotes: async (ids) => failure ?? ok(ids.includes(BTC) ? [current] : []),
      product: async () => listed,
      candles: async (id, _, fromIndex, toIndex) => {
        candleCalls.push([id, fromIndex, toIndex]);
        return failure ?? ok(candlesFrom(bars.filter(({ index }) => index >= fromIndex && index <= toIndex)));
      },
    },
    facts: memoryFacts(),
    clock: { nowMs: () => now, monotonicMs: () => now, sleep: async () => undefined },
    startingCashUsd: usd('10000'),
    quoteCurrency: 'USD',
    fees: FEES,
    slippageBps: 10,
    ...over,
  };
  return {
    exchange: paperExchange(parts),
    reopen: () => paperExchange(parts),
    quote: (next = {}) => {
      quoteMs += 1;
      current = quoteOf(BTC, next, quoteMs);
    },
    fail: (next) => {
      failure = next;
    },
    list: (next) => {
      listed = next;
    },
    at: (ms) => {
      now = ms;
    },
    bar: (minute, prices, volume = 1_000) => {
      const shape = typeof prices === 'number' ? { open: prices, high: prices, low: prices, close: prices } : prices;
      const corrected = bars.findIndex(({ index }) => index === minute);
      bars.splice(corrected < 0 ? bars.length : corrected, 1, { index: minute, ...shape, volume });
      bars.sort((a, b) => a.index - b.index);
    },
    candleCalls,
  };
}

export type Wire = Record<string, Record<string, string | boolean>>;

export function order(id: string, side: 'BUY' | 'SELL', order_configuration: Wire, extra: object = {}): SendableOrder {
  const body = { client_order_id: id, product_id: BTC, side, order_configuration, ...extra };
  return { clientOrderId: id, body: JSON.stringify(body) } as unknown as SendableOrder;
}

export const limitIoc = (base_size: string, limit_price: string): Wire => ({
  sor_limit_ioc: { base_size, limit_price },
});
export const limitGtc = (base_size: string, limit_price: string, post_only = true): Wire => ({
  limit_limit_gtc: { base_size, limit_price, post_only },
});

export const limitGtd = (base_size: string, limit_price: string, endMs: number, post_only = true): Wire => ({
  limit_limit_gtd: { base_size, limit_price, end_time: new Date(endMs).toISOString(), post_only },
});
export const stopLimit = (base_size: string, limit_price: string, stop_price: string): Wire => ({
  stop_limit_stop_limit_gtc: { base_size, limit_price, stop_price, stop_direction: 'STOP_DIRECTION_STOP_DOWN' },
});
export const bracket = (base_size: string, limit_price: string, stop_trigger_price: string): Wire => ({
  trigger_bracket_gtc: { base_size, limit_price, stop_trigger_price },
});

export function answered<Value>(answer: Answer<Value>): Value {
  if (answer.kind !== 'ok') throw new Error(`expected an answer, got ${JSON.stringify(answer)}`);
  return answer.value;
}

export async function balances(exchange: Exchange) {
  const entries = answered(await exchange.balances());
  return Object.fromEntries(
    entries.map(({ currency, available, hold }) => [currency, [toText(available), toText(hold)]]),
  );
}

export async function reasonOf(answer: Promise<Answer<unknown>>) {
  const settled = await answer;
  return settled.kind === 'refused' ? settled.reasons[0] : settled.kind;
}
