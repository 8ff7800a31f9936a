import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Bot, createBot } from '../cli/local/bot.ts';
import { simulatorAuthority } from '../cli/local/live-authority.ts';
import { latencyOf } from '../cli/local/percentiles.ts';
import { startEmbeddedTable } from '../shared/adapters/local/embedded-table.ts';
import { placeOrder } from '../shared/app/place-order.ts';
import type { PlacePorts, TraderSettings } from '../shared/app/ports.ts';
import { loadConfig } from '../shared/config/load.ts';
import type { LoadedConfig } from '../shared/config/parse-config.ts';
import { openIntents, type RouteKind, writeIntent } from './execute-intents.ts';
import { offsetClock } from './offset-clock.ts';
import type { SimulatorAddress, SimulatorOrder } from './simulator-worker.ts';

const HELP = `Usage: npm run -s bench:execute -- [options]

How long a worker needs from an intent's message until the exchange has accepted the order, in real time, against an
exchange 80 ms away; and how many orders a minute pass one FIFO group, whose worker takes one message after the other.
A taker asks for quote, product and preview side by side and then posts: two round trips. A maker's price depends on the
quote, so its preview comes after: three. Connecting costs nothing on loopback; a real one adds its handshakes.

  --orders N    orders per route (default 60)
  --latency MS  what every call takes (default 80)
  --json        one line of JSON
  --help        this text

Example
  npm run -s bench:execute -- --json
`;

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    orders: { type: 'string', default: '60' },
    latency: { type: 'string', default: '80' },
  },
});
const WARM_UP = 5;
const latencyMs = Number(flags.latency);
const GOAL_MS = 2 * latencyMs + 30;

/** One order, counted from its message. */
interface Sample {
  readonly acceptedMs: number;
  /** Until the worker may take the next message. */
  readonly doneMs: number;
  /** Of this thread, which also serves the table: more than a function needs. */
  readonly cpuMs: number;
}

const offset = new Float64Array(new SharedArrayBuffer(8));
const clock = offsetClock(offset);

if (flags.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), 'bench-execute-'));
  const order: SimulatorOrder = { offset, seed: 7, latencyMs, startMs: clock.nowMs() };
  const worker = new Worker(join(import.meta.dirname, 'simulator-worker.ts'), { workerData: order });
  try {
    const [address] = (await once(worker, 'message')) as [SimulatorAddress];
    await withBot(stateDir, address, async (bot, config) => {
      await openIntents(bot.ports, config.decision.botId);
      const taker = await measure(bot, config, 'taker');
      const maker = await measure(bot, config, 'maker');
      report(taker, maker);
    });
  } finally {
    await worker.terminate();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function withBot(
  stateDir: string,
  { url, name, privateKey }: SimulatorAddress,
  run: (bot: Bot, config: LoadedConfig) => Promise<void>,
): Promise<void> {
  const dir = join(import.meta.dirname, '..', 'config');
  const loaded = loadConfig({ dir, stage: 'local', overrides: { app: { mode: 'LIVE' } } });
  if (loaded.kind === 'invalid') throw new Error('the shipped config is not valid: run `trader config check`');
  const started = await startEmbeddedTable(stateDir);
  if (started.kind === 'locked') throw new Error(`${stateDir} is in use`);
  const bot = createBot({
    config: loaded.config,
    table: started.table,
    stateDir,
    place: { apiUrl: url, key: { name, privateKey }, close: async () => undefined },
    clock,
    isTimeVirtual: false,
    liveAuthority: simulatorAuthority(url),
    seed: 7,
    random: Math.random,
    on: { alert: () => undefined, fills: () => undefined, failure: () => undefined },
  });
  try {
    await run(bot, loaded.config);
  } finally {
    bot.close();
    await started.table.close();
  }
}

async function measure(bot: Bot, { app, decision }: LoadedConfig, route: RouteKind): Promise<readonly Sample[]> {
  const settings: TraderSettings = {
    mode: 'LIVE',
    quoteCurrency: app.quote_currency,
    config: decision,
    maxClockDriftMs: app.clock.max_drift_ms,
    startingCash: null,
  };
  const samples: Sample[] = [];
  for (let i = 0; i < WARM_UP + Number(flags.orders); i += 1) {
    bot.renewBudget();
    const message = await writeIntent(bot.ports, decision.botId, route, i);
    const startMs = performance.now();
    const before = process.threadCpuUsage();
    const accepted = { atMs: Number.NaN };
    const outcome = await placeOrder(noting(bot.ports, accepted), settings, message);
    if (Number.isNaN(accepted.atMs)) throw new Error(`order ${i} was not accepted: ${JSON.stringify(outcome.kind)}`);
    const { user, system } = process.threadCpuUsage(before);
    const doneMs = performance.now() - startMs;
    samples.push({ acceptedMs: accepted.atMs - startMs, doneMs, cpuMs: (user + system) / 1_000 });
  }
  return samples.slice(WARM_UP);
}

/** Notes the moment in which the exchange's acceptance arrives. */
function noting(ports: PlacePorts, accepted: { atMs: number }): PlacePorts {
  return {
    ...ports,
    exchange: {
      ...ports.exchange,
      async place(order) {
        const answer = await ports.exchange.place(order);
        if (answer.kind === 'ok') accepted.atMs = performance.now();
        return answer;
      },
    },
  };
}

function figuresOf(samples: readonly Sample[]) {
  const accepted = latencyOf(samples.map(({ acceptedMs }) => acceptedMs));
  const { p50, p95 } = latencyOf(samples.map(({ cpuMs }) => cpuMs));
  const totalMs = samples.reduce((sum, { doneMs }) => sum + doneMs, 0);
  return {
    accepted_ms: accepted,
    cpu_ms: { p50, p95 },
    round_trips: Math.round((accepted.p50 / latencyMs) * 100) / 100,
    orders_per_minute: Math.round((60_000 * samples.length) / totalMs),
  };
}

function report(taker: readonly Sample[], maker: readonly Sample[]): void {
  const figures = { taker: figuresOf(taker), maker: figuresOf(maker) };
  const isWithinGoal = figures.taker.accepted_ms.p50 <= GOAL_MS;
  const settings = { latency_ms: latencyMs, orders: taker.length, goal_ms: GOAL_MS, within_goal: isWithinGoal };
  if (flags.json) {
    console.log(JSON.stringify({ ...settings, ...figures }));
    return;
  }
  console.log(`${taker.length} orders per route, ${latencyMs} ms a call; from message to accepted order`);
  for (const [route, { accepted_ms, cpu_ms, round_trips, orders_per_minute }] of Object.entries(figures)) {
    const { p50, p95, p99 } = accepted_ms;
    console.log(`${route}  p50 ${p50} ms (${round_trips} round trips), p95 ${p95} ms, p99 ${p99} ms`);
    console.log(`       cpu p50 ${cpu_ms.p50} ms, p95 ${cpu_ms.p95} ms`);
    console.log(`       ${orders_per_minute} orders a minute through one FIFO group`);
  }
  console.log(`goal for a taker: ${GOAL_MS} ms, ${isWithinGoal ? 'met' : 'missed'} by the median`);
}
