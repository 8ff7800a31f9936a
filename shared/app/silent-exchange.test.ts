import { describe, expect, it } from 'vitest';
import { createCallBudget } from '../adapters/coinbase/call-budget.ts';
import { createCoinbaseClient } from '../adapters/coinbase/client.ts';
import { coinbaseExchange } from '../adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../adapters/coinbase/market-data.ts';
import { REQUIRED_RETRY } from '../adapters/coinbase/settings.ts';
import { TEST_KEY } from '../adapters/coinbase/testing/test-client.ts';
import { virtualClock } from '../adapters/local/virtual-clock.ts';
import { askingMs, cycleSeconds } from '../config/cycle-time.ts';
import { runCycle } from './run-cycle.ts';
import { approvedOrder, BTC, type Desk, ETH } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

const TIMEOUT_MS = 3_000;
const JSON_REPLY = { contentType: 'application/json', retryAfter: undefined };
const APP = { lease: { ttl_seconds: 55 } };
const ASKING_SECONDS = askingMs(APP) / 1_000;

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

/** An exchange that takes every request and never answers, and how long the bot has waited for it. */
function silentExchange(answers: (target: string) => unknown = () => undefined) {
  const startMs = desk.nowMs;
  const { advanceTo, ...virtual } = virtualClock(startMs);
  const clock = { ...virtual, monotonicMs: virtual.nowMs };
  const budget = createCallBudget(60, clock);
  budget.reset(askingMs(APP));
  const client = createCoinbaseClient({
    apiUrl: 'https://api.coinbase.com',
    jwtHost: 'api.coinbase.com',
    timeoutMs: TIMEOUT_MS,
    rateLimit: { publicPerSecond: 10, privatePerSecond: 30 },
    retry: REQUIRED_RETRY,
    key: TEST_KEY,
    clock,
    random: () => 0.5,
    budget,
    transport: {
      async deliver({ target }) {
        const body = answers(target);
        if (body !== undefined) return { kind: 'reply', status: 200, ...JSON_REPLY, body: JSON.stringify(body) };
        await clock.sleep(TIMEOUT_MS);
        return { kind: 'lost', why: 'timeout' };
      },
      close: () => undefined,
    },
  });
  return {
    clock,
    exchange: coinbaseExchange(client, { mayResend: async () => true }),
    marketData: coinbaseMarketData(client),
    waitedSeconds: () => (clock.nowMs() - startMs) / 1_000,
  };
}

describe('a cycle whose exchange takes every request and answers none', () => {
  it('[REQ-CB1] [REQ-AL1] decides, saves and tells within its time', async () => {
    await runCycle(desk.ports, desk.settings, { slotMs: desk.nowMs });
    desk.nowMs += 60_000;
    const { waitedSeconds, ...silent } = silentExchange();

    const report = await runCycle({ ...desk.ports, ...silent }, desk.settings, { slotMs: desk.nowMs });

    expect(report).toMatchObject({ kind: 'completed', degraded: expect.arrayContaining(['gate_exchange']) });
    expect(desk.alerts).toContainEqual(expect.objectContaining({ kind: 'EXCHANGE' }));
    expectInTime(waitedSeconds(), 1.5 * ASKING_SECONDS);
  });

  it('[REQ-CB1] gives up reading its orders one by one', async () => {
    const orders = [BTC, ETH].map((product_id) => approvedOrder(desk, { quantity: '0.1', product_id }));
    await cycleWith(desk.ports, desk.settings, orders);
    const unread = async () => ({ kind: 'unavailable', message: 'no answer' }) as const;
    await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, order: unread } });
    desk.nowMs += 60_000;
    const { waitedSeconds, clock, exchange } = silentExchange();
    const ports = { ...desk.ports, clock, exchange: { ...desk.ports.exchange, order: exchange.order } };

    const report = await runCycle(ports, desk.settings, { slotMs: desk.nowMs });

    expect(report).toMatchObject({ kind: 'completed' });
    expectInTime(waitedSeconds(), ASKING_SECONDS);
  });
});

const PRICE = [{ price: '100', size: '1' }];

describe('a cycle whose exchange answers everything but bars', () => {
  it('[REQ-X1] [REQ-CB1] knows the quotes all the same: what is held can be sold', async () => {
    await runCycle(desk.ports, desk.settings, { slotMs: desk.nowMs });
    desk.nowMs += 60_000;
    const { clock, marketData } = silentExchange((target) =>
      target.includes('best_bid_ask') ? { pricebooks: [bookOf(BTC), bookOf(ETH)] } : undefined,
    );
    const { candles, quotes } = marketData;
    const ports = { ...desk.ports, clock, marketData: { ...desk.ports.marketData, candles, quotes } };

    const report = await runCycle(ports, desk.settings, { slotMs: desk.nowMs });

    expect(report).toMatchObject({ degraded: expect.arrayContaining(['candles_unavailable']) });
    expect(report).toMatchObject({ degraded: expect.not.arrayContaining(['quotes_unavailable']) });
  });

  const bookOf = (product_id: string) => ({
    product_id,
    bids: PRICE,
    asks: PRICE,
    time: new Date(desk.nowMs).toISOString(),
  });
});

/** What is on its way when the time is over ends, and nothing follows it. */
function expectInTime(seconds: number, mostSeconds: number): void {
  expect(seconds).toBeGreaterThan(mostSeconds - 5);
  expect(seconds).toBeLessThan(mostSeconds + 2 * (TIMEOUT_MS / 1_000));
  expect(seconds).toBeLessThan(cycleSeconds(APP) - 5);
}
