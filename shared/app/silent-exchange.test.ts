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
const APP = { lease: { ttl_seconds: 55 } };

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

/** An exchange that takes every request and never answers, and how long the bot has waited for it. */
function silentExchange(readsWithinMs?: number) {
  const startMs = desk.nowMs;
  const { advanceTo, ...virtual } = virtualClock(startMs);
  const clock = { ...virtual, monotonicMs: virtual.nowMs };
  const budget = createCallBudget(60, clock);
  budget.reset(readsWithinMs);
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
      async deliver() {
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
    const { waitedSeconds, ...silent } = silentExchange(askingMs(APP));

    const report = await runCycle({ ...desk.ports, ...silent }, desk.settings, { slotMs: desk.nowMs });

    expect(report).toMatchObject({ kind: 'completed', degraded: expect.arrayContaining(['gate_exchange']) });
    expect(desk.alerts).toContainEqual(expect.objectContaining({ kind: 'EXCHANGE' }));
    expectInTime(waitedSeconds());
  });

  it('[REQ-CB1] gives up reading its orders one by one', async () => {
    const orders = [BTC, ETH].map((product_id) => approvedOrder(desk, { quantity: '0.1', product_id }));
    await cycleWith(desk.ports, desk.settings, orders);
    const unread = async () => ({ kind: 'unavailable', message: 'no answer' }) as const;
    await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, order: unread } });
    desk.nowMs += 60_000;
    const { waitedSeconds, clock, exchange } = silentExchange(askingMs(APP));
    const ports = { ...desk.ports, clock, exchange: { ...desk.ports.exchange, order: exchange.order } };

    const report = await runCycle(ports, desk.settings, { slotMs: desk.nowMs });

    expect(report).toMatchObject({ kind: 'completed' });
    expectInTime(waitedSeconds());
  });
});

/** What is on its way when the time is over ends, and nothing follows it. */
function expectInTime(seconds: number): void {
  expect(seconds).toBeGreaterThan(askingMs(APP) / 1_000 - 5);
  expect(seconds).toBeLessThan(askingMs(APP) / 1_000 + 2 * (TIMEOUT_MS / 1_000));
  expect(seconds).toBeLessThan(cycleSeconds(APP));
}
