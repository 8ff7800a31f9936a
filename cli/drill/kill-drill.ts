import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { fileKillSwitchControl } from '../../shared/adapters/local/file-kill-switch.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { ssmKillSwitch } from '../../shared/adapters/ssm/kill-switch.ts';
import { terminalEvent } from '../../shared/app/follow-order.ts';
import type { HaltReport } from '../../shared/app/halt.ts';
import { watchKillSwitch } from '../../shared/app/watch-kill-switch.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import { failureText } from '../../shared/ports/answer.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ExchangeOrder } from '../../shared/ports/exchange.ts';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';
import type { FaultRule } from '../../simulator/http/faults.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { type Bot, createBot } from '../local/bot.ts';
import { simulatorAuthority } from '../local/live-authority.ts';
import { openVenue } from '../local/venue.ts';
import { placeRestingOrders } from './resting-orders.ts';

export interface DrillPlan {
  readonly config: LoadedConfig;
  readonly orders: number;
  readonly seed: number;
  /** 20 % of all requests are answered with 429, and 20 % of the replies are lost. */
  readonly withFaults: boolean;
  /** A decision cycle is under way when the switch is pulled. */
  readonly duringCycle: boolean;
  /** The switch is not pulled: it stops answering. */
  readonly storeUnreachable: boolean;
}

export interface DrillResult {
  readonly orders: number;
  readonly detect_ms: number;
  readonly alert_ms: number | null;
  readonly cancelled_ms: number | null;
  readonly remaining: number;
  /** Orders that reached the exchange after the switch was pulled. */
  readonly placed_after: number;
  readonly faults: readonly string[];
}

const START_MS = Date.parse('2025-01-06T12:00:00Z');
const WATCH = { pollMs: 500, forMs: 30_000 } as const;

/** The real drill: orders that rest on the simulated exchange, the switch, the watcher, the halt. Real time throughout. */
export async function killDrill(plan: DrillPlan): Promise<DrillResult> {
  const dir = mkdtempSync(join(tmpdir(), 'kill-drill-'));
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error('a fresh folder cannot be locked');
  const clock = shifted();
  const simulator = await startSimulator({
    market: syntheticMarket({ seed: plan.seed, startMs: START_MS - 43_200_000 }),
    clock,
    seed: plan.seed,
    startingBalances: { USD: toText(plan.config.app.paper.starting_cash_usd) },
  });
  try {
    return await drill(plan, dir, started.table, clock, simulator);
  } finally {
    await simulator.close();
    await started.table.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function drill(
  plan: DrillPlan,
  stateDir: string,
  table: EmbeddedTable,
  clock: Clock,
  simulator: Simulator,
): Promise<DrillResult> {
  const { config } = plan;
  const place = { apiUrl: simulator.url, key: simulator.keys[0]?.apiKey, close: async () => undefined };
  const parts = { config, table, stateDir, place, clock, seed: plan.seed, random: Math.random };
  const on = { alert: () => undefined, fills: () => undefined, failure: () => undefined };
  const bot = createBot({ ...parts, on, isTimeVirtual: false, liveAuthority: simulatorAuthority(simulator.url) });
  const killSwitch = fileKillSwitchControl(stateDir);
  try {
    await rest(plan, bot, parts);
    const before = await ordersOf(bot, plan);
    if (plan.withFaults) simulator.admin.setFaults(TROUBLE);
    const cycle = plan.duringCycle ? startCycle(bot, clock) : null;
    if (cycle !== null) await delay(INTO_CYCLE_MS);
    const flip = { atMs: null as number | null };
    const watched = plan.storeUnreachable ? silentAfter(killSwitch, flip) : killSwitch;
    const watching = watchAndHalt(bot, watched, flip);
    // Anywhere between two looks of the watcher.
    await delay(WATCH.pollMs * (1 + Math.random()));
    flip.atMs = Date.now();
    if (!plan.storeUnreachable) await killSwitch.set({ kind: 'killed', reason: 'drill' });
    const report = await watching;
    await cycle;
    simulator.admin.setFaults([]);
    bot.renewBudget();
    const after = await ordersOf(bot, plan);
    return {
      orders: report.found,
      detect_ms: report.detect_ms,
      alert_ms: report.alert_ms,
      cancelled_ms: report.cancelled_ms,
      remaining: after.filter((order) => terminalEvent(order) === null).length,
      placed_after: after.length - before.length,
      faults: report.faults,
    };
  } finally {
    bot.close();
  }
}

/** Every order the exchange ever took, on the simulator or in the paper book: the drill's own look, past every fault. */
async function ordersOf(bot: Bot, { config }: DrillPlan): Promise<readonly ExchangeOrder[]> {
  const products = TIERS.flatMap((tier) => config.decision.universe.tiers[tier].symbols);
  const answer = await bot.ports.exchange.ordersSince(START_MS - 1, products);
  if (answer.kind !== 'ok') throw new Error(`the orders cannot be read: ${failureText(answer)}`);
  return answer.value;
}

const INTO_CYCLE_MS = 300;

const TROUBLE: readonly FaultRule[] = [
  { match: { probability: 0.2 }, effect: { kind: '429' } },
  { match: { probability: 0.2 }, effect: { kind: 'lostReply' } },
];

/** Placed over a connection of its own without rate limits: the drill begins when they rest. */
async function rest(
  { config, orders }: DrillPlan,
  bot: Bot,
  parts: Parameters<typeof openVenue>[0] extends infer Parts
    ? Omit<Parts, 'isTimeVirtual' | 'facts' | 'killSwitch' | 'audit'>
    : never,
): Promise<void> {
  const { facts, killSwitch, audit } = bot.haltPorts;
  const venue = openVenue({ ...parts, config: generous(config), facts, killSwitch, audit, isTimeVirtual: true });
  try {
    const ports = { ...bot.ports, exchange: venue.exchange, marketData: venue.marketData };
    await placeRestingOrders(ports, bot.settings, orders);
  } finally {
    venue.close();
  }
}

function generous(config: LoadedConfig): LoadedConfig {
  const { exchange } = config.app;
  return { ...config, app: { ...config.app, exchange: { ...exchange, max_calls_per_cycle: 100_000 } } };
}

async function startCycle(bot: Bot, clock: Clock): Promise<void> {
  // The slot has begun: no jitter is waited for.
  await bot.tick(Math.floor(clock.nowMs() / 60_000) * 60_000 - 60_000).catch(() => undefined);
}

/** The watcher as it always runs, until its halt is complete. */
async function watchAndHalt(bot: Bot, killSwitch: KillSwitch, flip: Flip): Promise<HaltReport> {
  const ending = new AbortController();
  const failures: unknown[] = [];
  let report: HaltReport | null = null;
  await watchKillSwitch(
    {
      killSwitch,
      clock: systemClock,
      onFailure: (error) => failures.push(error),
      async onKilled({ reason }) {
        const halted = await bot.halt({ reason, source: 'drill' }, Date.now() - (flip.atMs ?? Date.now()), true);
        if (!('detect_ms' in halted)) return;
        // A halt that had to be repeated was detected by the first one.
        report = report === null ? halted : repeated(report, halted);
        if (halted.remaining.length + halted.faults.length > 0) throw new Error(halted.faults.join('; '));
        ending.abort();
      },
    },
    { ...WATCH, signal: ending.signal },
  );
  if (report === null) throw new Error(`nothing was halted: ${failures.map(String).join('; ')}`);
  return report;
}

/** When the switch was pulled; null before. */
interface Flip {
  readonly atMs: number | null;
}

function repeated(first: HaltReport, next: HaltReport): HaltReport {
  const { detect_ms, alert_ms } = first;
  return { ...next, detect_ms, alert_ms: alert_ms ?? next.alert_ms, found: Math.max(first.found, next.found) };
}

const SILENCE_MS = 300;

/** From the flip on the parameter store's own client, and nobody at the other end. */
function silentAfter(known: KillSwitch, flip: Flip): KillSwitch {
  const client = new SSMClient({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: { accessKeyId: 'drill', secretAccessKey: 'drill' },
    maxAttempts: 1,
  });
  const inner = ssmKillSwitch(client, '/247trader/drill/kill-switch', SILENCE_MS);
  return { read: () => (flip.atMs === null ? known.read() : inner.read()) };
}

/** Runs like the clock on the wall, in the time of the made-up market. */
function shifted(): Clock {
  const offsetMs = START_MS - Date.now();
  return { ...systemClock, nowMs: () => Math.floor(Date.now() + offsetMs) };
}
