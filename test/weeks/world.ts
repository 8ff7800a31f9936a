import { gunzipSync, gzipSync } from 'node:zlib';
import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { createCallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { type DelayQueue, delayedBy, delayQueue } from '../../shared/adapters/local/delay-queue.ts';
import { type FifoQueue, fifoIntentQueue, fifoQueue } from '../../shared/adapters/local/fifo-queue.ts';
import { type VirtualClock, virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { paperExchange } from '../../shared/adapters/paper/paper-exchange.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { configuredFees } from '../../shared/app/configured-fees.ts';
import { agedKeysRefused } from '../../shared/app/key-ages.ts';
import { createMarketCache, type MarketCache } from '../../shared/app/market-cache.ts';
import type { CyclePorts, CycleSettings, HaltSettings } from '../../shared/app/ports.ts';
import { strategyTimeOf } from '../../shared/app/strategy-bench.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { EXTERNAL } from '../../shared/core/portfolio/external.ts';
import { positionQuantity } from '../../shared/core/portfolio/valuation.ts';
import { secretAgeVerdict } from '../../shared/core/secrets/key-age.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { CycleDay, ProductArchive } from '../../shared/ports/day-archive.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import type { KeyVault } from '../../shared/ports/key-vault.ts';
import type { KillState } from '../../shared/ports/kill-switch.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { streamOf, textKey } from '../../simulator/market/random.ts';
import type { PortCall } from '../once/cut.ts';
import { type Turnstile, turnstile } from '../soak/turnstile.ts';
import type { Adopted } from '../soak/walk-journal.ts';
import { type BarInterval, configOf, SYMBOLS } from './configs.ts';
import { HOST, type NearExchange, nearExchange } from './near-exchange.ts';
import { type BotTable, openTable, type RequestFault, type TableKind } from './table.ts';
import { liveVenue, type PaperVenue, paperVenue, type Venue } from './venue.ts';
import { type WildMarket, wildMarket } from './wild-market.ts';

export const START_MS = Date.parse('2025-01-06T00:00:00Z');
export const BOT_ID = 'weeks';
export type WeeksMode = 'LIVE' | 'PAPER';
export function isOurs(clientOrderId: string): boolean {
  return clientOrderId.startsWith(`${BOT_ID}-`);
}

/** Coins that were there before the bot: the exchange itself would let it sell them. */
const BEFORE_THE_BOT = { BTC: '0.05', DOGE: '20000', FIL: '500' } as const;
const CASH = '20000';
/** The daily look goes over the day before. */
const ARCHIVED_MS = 2 * 86_400_000;
const KEY_AGE_MS = { least: 60 * 86_400_000, most: 88 * 86_400_000 } as const;
/** Messages that may come once more, long after. */
const MOST_SENT = 60;

/** Everything that outlives the bot's processes, and what a hand from outside may turn. */
export interface World {
  readonly clock: VirtualClock;
  readonly mode: WeeksMode;
  /** Nobody but the bot has a hand in the account: whatever it blames on somebody else it has done itself. */
  readonly isAlone: boolean;
  readonly near: NearExchange;
  /** Where the bot's orders go. */
  readonly venue: Venue;
  /** The same in PAPER. */
  readonly paper: PaperVenue | null;
  readonly market: WildMarket;
  readonly table: BotTable;
  readonly queue: FifoQueue;
  readonly later: DelayQueue;
  readonly turns: Turnstile;
  readonly interval: BarInterval;
  readonly intervalMs: number;
  /** What people were told. */
  readonly told: AlertNotice[];
  /** The newest books and records, as written. */
  account: Account | undefined;
  readonly records: Map<string, OrderRecord>;
  /** What a table that was set back has not: as it was written, of orders that the exchange may have taken. */
  readonly forgotten: Map<string, OrderRecord>;
  /** Coins that the bot has taken over, oldest first. */
  readonly adopted: Adopted[];
  /** Cycles by their slot, zipped. */
  readonly archive: Map<number, Buffer>;
  /** Messages that were sent, oldest first. */
  readonly sent: IntentMessage[];
  /** The number of the code that runs. */
  deploys: number;
  /** When the exchange's keys were made. */
  keysChangedMs: number;
  config: LoadedConfig;
  kill: KillState;
  /** When the mode was confirmed last. */
  confirmedMs: number;
  /** Why LIVE is not granted. */
  refusal: string | null;
  /** When the table was emptied last: what was filled before stands in no record. */
  lostAtMs: number;
  /** The bot's clock against the exchange's. */
  skewMs: number;
  cache: MarketCache;
  /** Dead letters that an operator has deleted. */
  deleted: number;
  isChannelDown: boolean;
  /** A stream of numbers of its own for each use. */
  random(use: string): () => number;
  rotateKey(): void;
}

export interface WorldOptions {
  readonly mode: WeeksMode;
  readonly isAlone: boolean;
  readonly seed: number;
  readonly days: number;
  readonly interval: BarInterval;
  readonly table: TableKind;
  readonly requestFault: () => RequestFault;
  readonly onEvent: (event: ExchangeEvent) => void;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { mode, isAlone, seed, days, interval, onEvent, requestFault } = options;
  const real = virtualClock(START_MS);
  // Whole milliseconds, as a real clock tells them; durations pass as the time does, not at the machine's pace.
  const clock: VirtualClock = { ...real, monotonicMs: real.nowMs, sleep: (ms) => real.sleep(Math.ceil(ms)) };
  const random = (use: string) => streamOf(seed, textKey('weeks'), textKey(use)).next;
  const market = wildMarket({ seed, startMs: START_MS, days, symbols: SYMBOLS });
  const [habits, latency] = [random('habits'), random('latency')];
  const near = nearExchange({
    market,
    clock,
    seed,
    balances: { USD: CASH, ...BEFORE_THE_BOT },
    habits: {
      cancelLagMs: habits() < 0.5 ? 0 : 700,
      visibilityLagMs: habits() < 0.5 ? 0 : 400,
      repeatedId: habits() < 0.5 ? 'replay' : 'refuse',
    },
    onEvent,
    latencyMs: () => Math.round(latency() < 0.002 ? 2_500 * latency() : 15 + 60 * latency()),
  });
  const config = configOf(0, interval, mode);
  const paper = mode === 'PAPER' ? paperVenue('USD', config.app.paper.starting_cash_usd, onEvent) : null;
  const world: World = {
    mode,
    isAlone,
    clock,
    near,
    venue: paper ?? liveVenue(near),
    paper,
    market,
    table: await openTable(options.table, { botId: BOT_ID, mode }, requestFault),
    queue: fifoQueue({ clock, visibilityTimeoutMs: 180_000, maxReceives: 3 }),
    later: delayQueue(clock),
    turns: turnstile(random('turns')),
    interval,
    intervalMs: interval === '1m' ? 60_000 : 300_000,
    told: [],
    account: undefined,
    records: new Map(),
    forgotten: new Map(),
    adopted: [],
    archive: new Map(),
    sent: [],
    deploys: 0,
    keysChangedMs: START_MS - between(random('keys'), KEY_AGE_MS.least, KEY_AGE_MS.most),
    config,
    kill: { kind: 'armed' },
    refusal: null,
    confirmedMs: 0,
    lostAtMs: 0,
    skewMs: 0,
    cache: createMarketCache(),
    deleted: 0,
    isChannelDown: false,
    random,
    rotateKey() {
      world.keysChangedMs = clock.nowMs();
      near.keys.clear();
      const key = simulatorKey({ name: `organizations/simulator/apiKeys/${clock.nowMs()}` });
      near.keys.set(key.apiKey.name, key);
    },
  };
  return world;
}

function between(draw: () => number, low: number, high: number): number {
  return Math.round(low + (high - low) * draw());
}

/** Which code runs. */
export function codeOf({ deploys }: World): string {
  return `test-${deploys}`;
}

/** Whether whoever asks is told that LIVE is not granted. */
export function isLiveRefused({ mode, refusal, keysChangedMs, clock }: World): boolean {
  if (mode === 'PAPER') return false;
  return refusal !== null || secretAgeVerdict(keysChangedMs, clock.nowMs()).blocksLive;
}

/** The archived text of a cycle. */
export function archived({ archive }: World, slotMs: number): string | undefined {
  const zipped = archive.get(slotMs);
  return zipped === undefined ? undefined : gunzipSync(zipped).toString('utf8');
}

/** The bot's own idea of the time. */
function botClock(world: World): Clock {
  const nowMs = () => world.clock.nowMs() + world.skewMs;
  return { ...world.clock, nowMs };
}

/** What the daily function has beside the others. */
export interface DailyPorts {
  readonly vault: Pick<KeyVault, 'changedAtMs'>;
  readonly days: CycleDay & ProductArchive;
  readonly evidence: EvidenceStore;
}

/** The ports of one process: the real client and desk, every other call through `onCall`. */
export function portsOf(world: World, onCall: (call: PortCall) => Promise<unknown>): CyclePorts & DailyPorts {
  const { near } = world;
  const { stores } = world.table;
  const { app } = world.config;
  const clock = botClock(world);
  const killSwitch = { read: async () => world.kill };
  const client = createCoinbaseClient({
    apiUrl: `https://${HOST}`,
    jwtHost: HOST,
    timeoutMs: app.exchange.timeout_ms,
    rateLimit: {
      publicPerSecond: app.exchange.rate_limit.public_per_second,
      privatePerSecond: app.exchange.rate_limit.private_per_second,
    },
    retry: {
      baseMs: app.exchange.retry.base_ms,
      capMs: app.exchange.retry.cap_ms,
      maxAttempts: app.exchange.retry.max_attempts,
    },
    // A paper account asks the public endpoints.
    key: world.mode === 'PAPER' ? undefined : [...near.keys.values()][0]?.apiKey,
    clock,
    random: world.random(`retries ${world.clock.nowMs()}`),
    budget: createCallBudget(app.exchange.max_calls_per_cycle, clock),
    transport: near.transport,
  });
  const facts = world.paper === null ? stores.facts : world.paper.overheard(stores.facts);
  const intents = fifoIntentQueue(world.queue, BOT_ID);
  const cut = cutAll(
    {
      accounts: listening(stores.accounts, (account) => {
        world.adopted.push(...newlyAdopted(world.account, account, world.clock.nowMs()));
        world.account = account;
      }),
      orders: recording(world),
      facts,
      lease: stores.lease,
      cycles: stores.cycles,
      exchange: coinbaseExchange(client, { mayResend: async () => (await killSwitch.read()).kind === 'armed' }),
      marketData: coinbaseMarketData(client),
      clock,
      killSwitch,
      liveAuthority: agedKeysRefused({ refusal: async () => world.refusal }, { facts, clock }),
      queue: {
        async send(message: IntentMessage) {
          await intents.send(message);
          world.sent.push(message);
          world.sent.splice(0, world.sent.length - MOST_SENT);
        },
        deadLetters: async () => (await intents.deadLetters()) - world.deleted,
      },
      archive: {
        put: async (slotMs: number, text: string) => {
          world.archive.set(slotMs, gzipSync(text, { level: 1 }));
          for (const old of world.archive.keys()) if (old < slotMs - ARCHIVED_MS) world.archive.delete(old);
        },
        get: async (slotMs: number) => archived(world, slotMs),
      },
      vault: { changedAtMs: async () => world.keysChangedMs },
      days: {
        slotsOf: async (dayMs: number) =>
          [...world.archive.keys()].filter((slotMs) => slotMs >= dayMs && slotMs < dayMs + 86_400_000).sort(),
        get: async (slotMs: number) => archived(world, slotMs),
        putProducts: async () => undefined,
      },
      evidence: world.table.evidence,
    },
    onCall,
  );
  const ports = { ...cut, audit: { append: () => undefined }, marketCache: world.cache, notifier: deskOf(world, cut) };
  return world.paper === null ? ports : { ...ports, exchange: paperOf(world.config, world.paper, ports) };
}

/** Its own reads and writes are calls of the bot, each of which may go wrong: the paper exchange has no fate of its own. */
function paperOf(
  { app, decision }: LoadedConfig,
  paper: PaperVenue,
  { marketData, facts, clock }: Pick<CyclePorts, 'marketData' | 'facts' | 'clock'>,
): Exchange {
  const exchange = paperExchange({
    marketData,
    facts,
    clock,
    startingCashUsd: app.paper.starting_cash_usd,
    quoteCurrency: app.quote_currency,
    fees: configuredFees({ config: decision }),
    slippageBps: app.paper.slippage_bps,
  });
  return paper.ordered(exchange);
}

/** Hands every call that is waited for to `onCall`; of a clock that is its sleep. */
function cutAll<Ports extends object>(ports: Ports, onCall: (call: PortCall) => Promise<unknown>): Ports {
  const cut = (port: string, target: object) =>
    new Proxy(target, {
      get(_target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || (port === 'clock' && name !== 'sleep')) return method;
        return (...args: readonly unknown[]) =>
          onCall({ port, method: String(name), proceed: async () => Reflect.apply(method, target, args) as unknown });
      },
    });
  return Object.fromEntries(Object.entries(ports).map(([port, target]) => [port, cut(port, target)])) as Ports;
}

function deskOf(world: World, { facts, clock }: Pick<CyclePorts, 'facts' | 'clock'>) {
  const policy = alertPolicyOf(world.config.app.alerts);
  const waiting = delayedBy(world.later, policy.escalateAfterMs);
  const channel = {
    async send(notice: AlertNotice) {
      if (world.isChannelDown) throw new Error('the topic does not answer');
      world.told.push(notice);
      await waiting.send(notice);
    },
  };
  return alertDesk({ facts, clock, policy, channel }, world.later.putAside);
}

function listening(accounts: CyclePorts['accounts'], saved: (account: Account) => void): CyclePorts['accounts'] {
  return {
    load: accounts.load,
    async save(next) {
      const answer = await accounts.save(next);
      if (answer === 'saved') saved(next);
      return answer;
    },
  };
}

/** A position that no order has opened. */
function newlyAdopted(before: Account | undefined, { positions }: Account, atMs: number): readonly Adopted[] {
  return Object.entries(positions).flatMap(([id, position]) => {
    if (position?.strategy !== EXTERNAL) return [];
    const known = before?.positions[id as ProductId];
    if (known?.strategy === EXTERNAL && known.opened_at_ms === position.opened_at_ms) return [];
    return [{ at_ms: atMs, product_id: id, quantity: positionQuantity(position) }];
  });
}

function recording({ table, records }: World): CyclePorts['orders'] {
  const { orders } = table.stores;
  return {
    ...orders,
    async create(record) {
      const answer = await orders.create(record);
      if (answer === 'created') records.set(record.client_order_id, record);
      return answer;
    },
    async save(next) {
      const answer = await orders.save(next);
      if (answer === 'saved') records.set(next.client_order_id, next);
      return answer;
    },
  };
}

export function settingsOf(world: World, owner: string): CycleSettings & HaltSettings {
  const { app, decision } = world.config;
  return {
    mode: app.mode,
    quoteCurrency: app.quote_currency,
    config: decision,
    maxClockDriftMs: app.clock.max_drift_ms,
    startingCash: null,
    owner,
    leaseTtlMs: app.lease.ttl_seconds * 1_000,
    maxCallsPerCycle: app.exchange.max_calls_per_cycle,
    codeVersion: codeOf(world),
    strategies: strategyModules,
    strategyTime: strategyTimeOf(app.strategy_time),
    keepProtectiveStops: app.kill.keep_protective_stops,
    jitterMs: () => 0,
  };
}
