import { join } from 'node:path';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { type VirtualClock, virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { createMarketCache } from '../../shared/app/market-cache.ts';
import type { CyclePorts, CycleSettings } from '../../shared/app/ports.ts';
import { memoryStores } from '../../shared/app/testing/memory-stores.ts';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import type { Market } from '../../simulator/market/market.ts';
import { streamOf, textKey } from '../../simulator/market/random.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';

export const START_MS = Date.parse('2025-01-06T00:00:00Z');
/** Two of them take no bracket, so that a refused protection is met as well. */
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'DOGE', 'LINK', 'PEPE', 'FIL', 'ALGO'] as const;
/** Coins that were there before the bot: the exchange itself would let it sell them. */
const BEFORE_THE_BOT = { BTC: '5', DOGE: '1000000', FIL: '10000' } as const;
const CASH = '1000000';
/** A busy machine must not look like a silent exchange: a request sent again would move the virtual clock. */
const PATIENT_MS = 120_000;
const UNLIMITED = { publicPerSecond: 100_000, privatePerSecond: 100_000 };

/** One bot, one exchange, one time: everything outlives the bot's processes but the bot's processes. */
export interface SoakWorld {
  readonly seed: number;
  readonly simulator: Simulator;
  readonly market: Market;
  readonly clock: VirtualClock;
  readonly ports: CyclePorts;
  readonly settings: CycleSettings;
  readonly messages: IntentMessage[];
  readonly journalPath: string;
  /** A stream of numbers of its own for each use. */
  random(use: string): () => number;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  /** For the exchange's journal. */
  readonly dir: string;
  /** A cancelled order may fill so long after; drawn from the seed when absent. */
  readonly cancelLagMs?: number | undefined;
}

export async function openWorld({ seed, dir, cancelLagMs }: WorldOptions): Promise<SoakWorld> {
  const real = virtualClock(START_MS);
  // Whole milliseconds, as a real clock tells them; durations pass as the time does, not at the machine's pace.
  const clock: VirtualClock = { ...real, monotonicMs: real.nowMs, sleep: (ms) => real.sleep(Math.ceil(ms)) };
  const market = syntheticMarket({ seed, startMs: START_MS, symbols: SYMBOLS });
  const random = (use: string) => streamOf(seed, textKey('soak'), textKey(use)).next;
  const journalPath = join(dir, `exchange-${seed}.jsonl`);
  const habits = habitsOf(random('exchange'));
  const simulator = await startSimulator({
    market,
    clock,
    seed,
    journalPath,
    startingBalances: { USD: CASH, ...BEFORE_THE_BOT },
    ...habits,
    cancelLagMs: cancelLagMs ?? habits.cancelLagMs,
  });
  const { app, decision } = loadedFrom(shippedTexts('local'), 'local', { overrides: { app: { mode: 'LIVE' } } });
  const settings: CycleSettings = {
    mode: 'LIVE',
    quoteCurrency: app.quote_currency,
    config: { ...decision, botId: 'soak' },
    maxClockDriftMs: app.clock.max_drift_ms,
    startingCash: null,
    owner: 'soak',
    leaseTtlMs: app.lease.ttl_seconds * 1_000,
    maxCallsPerCycle: Number.MAX_SAFE_INTEGER,
    codeVersion: 'test',
    strategies: strategyModules,
    strategyTime: { budgetMs: 500, benchMs: 120_000 },
    jitterMs: () => 0,
  };
  const messages: IntentMessage[] = [];
  const client = clientOf(simulator, clock, random('retries'), app.exchange);
  const stores = memoryStores({ bot_id: 'soak', mode: 'LIVE' });
  const ports: CyclePorts = {
    ...stores,
    exchange: coinbaseExchange(client, { mayResend: async () => true }),
    marketData: coinbaseMarketData(client),
    clock,
    killSwitch: { read: async () => ({ kind: 'armed' }) },
    liveAuthority: { refusal: async () => null },
    notifier: { notify: async () => {} },
    audit: { append: () => {} },
    archive: { put: async () => {}, get: async () => undefined },
    queue: { send: async (message) => void messages.push(message), deadLetters: async () => 0 },
    marketCache: createMarketCache(),
  };
  const close = async () => {
    client.close();
    await simulator.close();
  };
  return { seed, simulator, market, clock, ports, settings, messages, journalPath, random, close };
}

/** What the exchange may do either way. */
function habitsOf(random: () => number) {
  return {
    cancelLagMs: random() < 0.5 ? 0 : 700,
    visibilityLagMs: random() < 0.5 ? 0 : 400,
    repeatedId: random() < 0.5 ? ('replay' as const) : ('refuse' as const),
  };
}

type ExchangeConfig = ReturnType<typeof loadedFrom>['app']['exchange'];

function clientOf(
  simulator: Simulator,
  clock: VirtualClock,
  random: () => number,
  { jwt_host, retry }: ExchangeConfig,
) {
  return createCoinbaseClient({
    apiUrl: simulator.url,
    jwtHost: jwt_host,
    timeoutMs: PATIENT_MS,
    rateLimit: UNLIMITED,
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    key: simulator.keys[0]?.apiKey,
    clock,
    random,
  });
}
