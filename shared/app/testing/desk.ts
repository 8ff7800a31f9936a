import { paperExchange } from '../../adapters/paper/paper-exchange.ts';
import { AT_ONCE } from '../../core/execution/routing.ts';
import type { Bar } from '../../core/market/candles.ts';
import { type Product, type ProductId, productId } from '../../core/market/product.ts';
import type { Quote } from '../../core/market/quote.ts';
import { productOf } from '../../core/market/testing/product.ts';
import { price, quantity, ratio, toText, usd } from '../../core/money/fixed.ts';
import type { ApprovedOrder } from '../../core/risk/approved-order.ts';
import { strategyModules } from '../../core/strategies/registry.ts';
import { type Answer, ok } from '../../ports/answer.ts';
import type { Exchange } from '../../ports/exchange.ts';
import type { IntentMessage } from '../../ports/intent-queue.ts';
import type { KillState } from '../../ports/kill-switch.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { Alert } from '../../ports/notifier.ts';
import { createMarketCache } from '../market-cache.ts';
import type { CyclePorts, CycleSettings, HaltPorts } from '../ports.ts';
import type { DeskStores } from './memory-stores.ts';
import { startStores } from './table-stores.ts';
import { testConfig } from './test-config.ts';
import { tradedBars } from './traded-minutes.ts';

export const BTC = productId('BTC-USD');
export const ETH = productId('ETH-USD');
export const START_MS = Date.UTC(2026, 0, 1);
const FEES = { maker: ratio('0.006'), taker: ratio('0.012'), source: 'config' } as const;

/** A whole trading desk on the real stores and the paper exchange, with a clock and a market that the test turns. */
export interface Desk {
  readonly ports: CyclePorts & HaltPorts;
  readonly settings: CycleSettings;
  /** The exchange itself, past every fault a test injects. */
  readonly exchange: Exchange;
  /** Client order ids in the order in which they reached the exchange. */
  readonly posted: string[];
  readonly alerts: Alert[];
  readonly messages: IntentMessage[];
  /** How many messages were given up; throws where the queue does not answer. */
  deadLetters: () => number;
  kill: KillState;
  nowMs: number;
  bid: string;
  ask: string;
  quoteAgeMs: number;
  flags: Partial<Product['flags']>;
  /** The minutes that traded, which fill what rests; see traded-minutes.ts. Products not named here did not trade. */
  readonly bars: Map<ProductId, readonly Bar[]>;
  /** Products that take no brackets. */
  readonly withoutBrackets: Set<ProductId>;
  /** Replaces what the exchange answers to a POST, after it has done its work. */
  afterPost: ((answer: Answer<{ readonly orderId: string }>) => Answer<{ readonly orderId: string }>) | null;
  /** Replaces the POST altogether. */
  insteadOfPost: (() => Answer<never>) | null;
}

export interface DeskStore {
  /** A desk of its own on the shared table: every call a fresh bot. */
  open(): Desk;
  close(): Promise<void>;
}

export async function startDesks(): Promise<DeskStore> {
  const stores = await startStores();
  let desks = 0;
  return {
    open: () => {
      desks += 1;
      return openDesk(stores, `bot${desks}`);
    },
    close: () => stores.close(),
  };
}

function openDesk(all: DeskStores, botId: string): Desk {
  const stores = all.of({ botId, mode: 'PAPER' });
  const clock = {
    nowMs: () => desk.nowMs,
    monotonicMs: () => desk.nowMs,
    sleep: async (ms: number) => {
      desk.nowMs += ms;
    },
  };
  const marketData = marketOf(() => desk);
  const exchange = paperExchange({
    marketData: { ...marketData, candles: async (id, _, from, to) => ok(tradedBars(desk.bars, id, from, to)) },
    takesBrackets: (id) => !desk.withoutBrackets.has(id),
    facts: stores.facts,
    clock,
    startingCashUsd: usd('1000'),
    quoteCurrency: 'USD',
    fees: FEES,
    slippageBps: 0,
  });
  const desk: Desk = {
    exchange,
    posted: [],
    alerts: [],
    messages: [],
    deadLetters: () => 0,
    kill: { kind: 'armed' },
    nowMs: START_MS,
    bid: '99.9',
    ask: '100',
    quoteAgeMs: 0,
    flags: {},
    bars: new Map(),
    withoutBrackets: new Set(),
    afterPost: null,
    insteadOfPost: null,
    settings: {
      mode: 'PAPER',
      quoteCurrency: 'USD',
      config: testConfig(botId),
      maxClockDriftMs: 100,
      startingCash: null,
      owner: 'test',
      leaseTtlMs: 55_000,
      maxCallsPerCycle: 60,
      codeVersion: 'test',
      strategies: strategyModules,
      strategyTime: { budgetMs: 500, benchMs: 120_000 },
      jitterMs: () => 0,
    },
    ports: {
      marketData,
      exchange: { ...exchange, place: (order) => place(desk, exchange, order) },
      ...stores,
      clock,
      killSwitch: { read: async () => desk.kill },
      liveAuthority: { refusal: async () => 'not on this desk' },
      notifier: { notify: async (...alerts) => void desk.alerts.push(...alerts) },
      audit: { append: () => {} },
      archive: { put: async () => {}, get: async () => undefined },
      queue: { send: async (message) => void desk.messages.push(message), deadLetters: async () => desk.deadLetters() },
      marketCache: createMarketCache(),
    },
  };
  return desk;
}

async function place(desk: Desk, exchange: Exchange, order: Parameters<Exchange['place']>[0]) {
  if (desk.insteadOfPost !== null) return desk.insteadOfPost();
  desk.posted.push(order.clientOrderId);
  const answer = await exchange.place(order);
  return desk.afterPost === null ? answer : desk.afterPost(answer);
}

function marketOf(desk: () => Desk): MarketData {
  const quote = (id: ProductId): Quote => ({
    productId: id,
    bid: price(desk().bid),
    bidSize: quantity('1000'),
    ask: price(desk().ask),
    askSize: quantity('1000'),
    timeMs: desk().nowMs - desk().quoteAgeMs,
  });
  return {
    time: async () => ok({ epochMs: desk().nowMs, errorBoundMs: 0 }),
    products: async () => ok([productOf(BTC, desk().flags), productOf(ETH, desk().flags)]),
    product: async (id) => ok(productOf(id, desk().flags)),
    quotes: async (ids) => ok(ids.map(quote)),
    candles: async () => ({ kind: 'unavailable', message: 'this desk has no bars' }),
  };
}

/** What risk would have approved. Only a test may mint one by hand. */
export function approvedOrder(
  desk: { readonly nowMs: number; readonly settings: Pick<CycleSettings, 'config'> },
  over: Partial<Record<'quantity' | 'limit', string>> &
    Partial<Pick<ApprovedOrder, 'side' | 'product_id' | 'reason' | 'purpose'>> & { readonly nonce?: string } = {},
): ApprovedOrder {
  const size = quantity(over.quantity ?? '0.5');
  const limit = price(over.limit ?? '100.2');
  const side = over.side ?? 'BUY';
  const productId = over.product_id ?? BTC;
  const slotMs = Math.floor(desk.nowMs / 60_000) * 60_000;
  const order: unknown = {
    client_order_id: `${desk.settings.config.botId}-${productId}-${slotMs / 1_000}-${over.nonce ?? 'e1'}`,
    product_id: productId,
    side,
    quantity: size,
    limit_price: limit,
    reserved: side === 'BUY' ? usd((Number(toText(size)) * Number(toText(limit)) * 1.013).toFixed(8)) : usd('0'),
    purpose: over.purpose ?? (side === 'BUY' ? 'entry' : 'exit'),
    ...AT_ONCE,
    reason: over.reason ?? 'breakout',
    strategy: 'donchian-breakout',
    stop_price: price('95'),
    take_profit_price: price('120'),
    slot_ms: slotMs,
    not_after_ms: slotMs + 45_000,
  };
  return order as ApprovedOrder;
}
