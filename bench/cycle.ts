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
import { loadConfig } from '../shared/config/load.ts';
import type { LoadedConfig } from '../shared/config/parse-config.ts';
import { offsetClock } from './offset-clock.ts';
import type { SimulatorAddress, SimulatorOrder } from './simulator-worker.ts';

/**
 * How long a decision takes against an exchange 80 ms away: 25 symbols, the LIVE path, real waiting, the exchange's real
 * rate limits. Goal: p95 at most 400 ms, p99 at most 800 ms.
 */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    cycles: { type: 'string', default: '60' },
    latency: { type: 'string', default: '80' },
  },
});
const WARM_UP = 5;
const GOAL = { p95: 400, p99: 800 };

interface Sample {
  readonly latencyMs: number;
  readonly cpuMs: number;
  readonly calls: number;
}

const offset = new Float64Array(new SharedArrayBuffer(8));
const clock = offsetClock(offset);
const startMs = Math.ceil(clock.nowMs() / 60_000) * 60_000;
const stateDir = mkdtempSync(join(tmpdir(), 'bench-cycle-'));
const worker = startExchange({ offset, seed: 7, latencyMs: Number(flags.latency), startMs });
try {
  const [address] = (await once(worker, 'message')) as [SimulatorAddress];
  const samples = await measure(await benchConfig(), address);
  report(samples.slice(WARM_UP));
} finally {
  await worker.terminate();
  rmSync(stateDir, { recursive: true, force: true });
}

function startExchange(order: SimulatorOrder): Worker {
  return new Worker(join(import.meta.dirname, 'simulator-worker.ts'), { workerData: order });
}

async function benchConfig(): Promise<LoadedConfig> {
  const result = loadConfig({
    dir: join(import.meta.dirname, '..', 'config'),
    stage: 'local',
    // The wait before a cycle is not part of it.
    overrides: { app: { mode: 'LIVE', schedule: { jitter_pct: 0 } } },
  });
  if (result.kind === 'invalid') throw new Error('the shipped config is not valid: run `trader config check`');
  return result.config;
}

async function measure(config: LoadedConfig, { url, name, privateKey }: SimulatorAddress): Promise<readonly Sample[]> {
  const started = await startEmbeddedTable(stateDir);
  if (started.kind === 'locked') throw new Error(`${stateDir} is in use`);
  const calls = { count: 0 };
  const bot = createBot({
    config,
    table: started.table,
    stateDir,
    place: { apiUrl: url, key: { name, privateKey }, close: async () => undefined },
    clock,
    isTimeVirtual: false,
    liveAuthority: simulatorAuthority(url),
    seed: 7,
    random: Math.random,
    meter: {
      record: () => {
        calls.count += 1;
      },
    },
    on: {
      alert: () => undefined,
      fills: () => undefined,
      failure: (error) => {
        throw error;
      },
    },
  });
  try {
    return await run(bot, calls);
  } finally {
    bot.close();
    await started.table.close();
  }
}

async function run(bot: Bot, calls: { count: number }): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < WARM_UP + Number(flags.cycles); i += 1) {
    const slotMs = startMs + i * 60_000;
    clock.advanceTo(slotMs);
    calls.count = 0;
    const before = process.threadCpuUsage();
    const { latency_ms: latencyMs, degraded } = await bot.tick(slotMs);
    const { user, system } = process.threadCpuUsage(before);
    if (degraded.length > 0) throw new Error(`cycle ${i} was degraded: ${degraded.join(', ')}`);
    samples.push({ latencyMs, cpuMs: (user + system) / 1_000, calls: calls.count });
  }
  return samples;
}

function report(samples: readonly Sample[]): void {
  const latency = latencyOf(samples.map(({ latencyMs }) => latencyMs));
  const { p50, p95 } = latencyOf(samples.map(({ cpuMs }) => cpuMs));
  const calls = Math.max(...samples.map((sample) => sample.calls));
  if (flags.json) console.log(JSON.stringify({ latency_ms: latency, cpu_ms: { p50, p95 }, calls }));
  else {
    console.log(`${samples.length} cycles of 25 symbols, ${flags.latency} ms a call`);
    console.log(
      `latency p50 ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms (goal ${GOAL.p95}, ${GOAL.p99})`,
    );
    console.log(`cpu p50 ${p50} ms, p95 ${p95} ms; at most ${calls} calls a cycle`);
  }
}
