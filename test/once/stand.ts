import { createMarketCache } from '../../shared/app/market-cache.ts';
import type { CyclePorts, CycleSettings, HaltPorts } from '../../shared/app/ports.ts';
import { type MemoryStores, memoryStores } from '../../shared/app/testing/memory-stores.ts';
import { testConfig } from '../../shared/app/testing/test-config.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import type { Answer } from '../../shared/ports/answer.ts';
import type { Exchange, Placed } from '../../shared/ports/exchange.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import type { KillState } from '../../shared/ports/kill-switch.ts';
import type { Alert } from '../../shared/ports/notifier.ts';
import { MINUTE_MS, type Script, START_MS, scriptedMarket } from './scripted-market.ts';
import { openVenue, type Venue } from './venue.ts';

export type StandPorts = CyclePorts & HaltPorts;

/** A POST that reached the exchange, and what it came to there. */
export interface Post {
  readonly clientOrderId: string;
  readonly body: string;
  readonly side: string;
  readonly purpose: string;
  readonly answer: Answer<Placed>;
  /** Other orders of the same intent that were open when this one was taken. */
  readonly alive: readonly string[];
}

export interface StandOptions {
  readonly script?: Script;
  readonly closesBefore?: readonly number[];
  readonly config?: DecisionConfig;
  /** Orders and fills can be read back only so long after they happened. */
  readonly visibilityLagMs?: number;
  /** A cancel takes effect so long after it was accepted; until then the order can fill. */
  readonly cancelLagMs?: number;
  /** Stands between the bot and the exchange, this side of the wire. */
  readonly exchange?: (inner: Exchange) => Exchange;
}

/** A whole bot in front of a simulated exchange, on a clock of its own. Nothing of it outlives a run. */
export interface Stand {
  readonly ports: StandPorts;
  readonly settings: CycleSettings;
  readonly stores: MemoryStores;
  readonly venue: Venue;
  readonly posts: readonly Post[];
  readonly alerts: readonly Alert[];
  /** In the order of sending; taken out when done. */
  readonly messages: IntentMessage[];
  nowMs: number;
  kill: KillState;
}

const SHIPPED = testConfig('bot');

export function openStand(options: StandOptions = {}): Stand {
  const config = options.config ?? SHIPPED;
  const clock = {
    nowMs: () => stand.nowMs,
    monotonicMs: () => stand.nowMs,
    sleep: async (ms: number) => {
      stand.nowMs += ms;
    },
  };
  const state = { nowMs: START_MS + 1_000, kill: { kind: 'armed' } as KillState };
  const posts: Post[] = [];
  const alerts: Alert[] = [];
  const messages: IntentMessage[] = [];
  const stores = memoryStores({ bot_id: config.botId, mode: 'PAPER' });
  const venue = openVenue(
    { ...clock, nowMs: () => state.nowMs },
    scriptedMarket(options.script, options.closesBefore),
    { visibilityLagMs: options.visibilityLagMs ?? 0, cancelLagMs: options.cancelLagMs ?? 0 },
  );
  const counted = countingPosts(venue, posts);
  const stand: Stand = Object.assign(state, {
    settings: settingsOf(config),
    stores,
    venue,
    posts,
    alerts,
    messages,
    ports: {
      marketData: venue.marketData,
      exchange: options.exchange?.(counted) ?? counted,
      accounts: stores.accounts,
      orders: stores.orders,
      lease: stores.lease,
      cycles: stores.cycles,
      facts: stores.facts,
      clock,
      killSwitch: { read: async () => stand.kill },
      liveAuthority: { refusal: async () => 'not on this stand' },
      notifier: { notify: async (alert: Alert) => void alerts.push(alert) },
      audit: { append: () => {} },
      archive: { put: async () => {}, get: async () => undefined },
      queue: { send: async (message: IntentMessage) => void messages.push(message), deadLetters: async () => 0 },
      marketCache: createMarketCache(),
    },
  });
  return stand;
}

/** To the first second of the next minute: when the next tick comes. */
export function toNextMinute(stand: Stand): void {
  stand.nowMs = (Math.floor(stand.nowMs / MINUTE_MS) + 1) * MINUTE_MS + 1_000;
}

export function slotOf(stand: Stand): number {
  return Math.floor(stand.nowMs / MINUTE_MS) * MINUTE_MS;
}

function settingsOf(config: DecisionConfig): CycleSettings {
  return {
    mode: 'PAPER',
    quoteCurrency: 'USD',
    config,
    maxClockDriftMs: 100,
    startingCash: null,
    owner: 'first',
    leaseTtlMs: 55_000,
    maxCallsPerCycle: 60,
    codeVersion: 'test',
    strategies: strategyModules,
    strategyTime: { budgetMs: 500, benchMs: 120_000 },
    jitterMs: () => 0,
  };
}

function countingPosts({ exchange, state }: Venue, posts: Post[]): Exchange {
  return {
    ...exchange,
    async place(order) {
      const { clientOrderId, body, record } = order;
      const { side, purpose } = record.intent;
      const intentId = intentIdOf(clientOrderId);
      const alive = [...state.open.values()]
        .map((open) => open.clientOrderId)
        .filter((id) => id !== clientOrderId && intentIdOf(id) === intentId);
      const answer = await exchange.place(order);
      posts.push({ clientOrderId, body, side, purpose, answer, alive });
      return answer;
    },
  };
}
