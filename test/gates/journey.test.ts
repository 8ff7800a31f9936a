import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillConfig } from '../../cli/commands/drill.ts';
import { killDrill } from '../../cli/drill/kill-drill.ts';
import { type Bot, createBot } from '../../cli/local/bot.ts';
import { gateBinding } from '../../cli/operator/gate-binding.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { fileEvidence } from '../../shared/app/file-evidence.ts';
import { promote, readiness } from '../../shared/app/promote.ts';
import { loadConfig } from '../../shared/config/load.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { SHIPPED_DIR } from '../../shared/config/testing/shipped.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import type { Evidence, Step } from '../../shared/core/gates/evidence.ts';
import { reachedStep } from '../../shared/core/gates/standing.ts';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';

const STEP_MS = 6 * 3_600_000;
const DAY_MS = 4 * STEP_MS;
const START_MS = Date.parse('2025-01-06T00:00:00Z');

/** Three symbols: what is decided is no matter here. */
const UNIVERSE = {
  tiers: { T2: { symbols: ['SOL-USD'] }, T3: { symbols: [] } },
  themes: { MAJORS: ['BTC-USD', 'ETH-USD'], LAYER1: ['SOL-USD'], LAYER2: [], DEFI: [], MEME: [], PAYMENTS: [] },
};

/** One cycle each six hours on bars of six hours instead of one a minute: the same handlers, the same evidence, in a test's time. */
function configFor(mode: Mode): LoadedConfig {
  const app = { mode, schedule: { interval_seconds: STEP_MS / 1_000 }, strategy_time: { bench_minutes: 720 } };
  const base = load({ app: { mode } });
  const shorter = Object.entries(base.decision.signals.strategy).filter(
    ([, { interval }]) => INTERVAL_MS[interval] < STEP_MS,
  );
  const strategy = Object.fromEntries(shorter.map(([name]) => [name, { interval: '6h' }]));
  return load({ app, signals: { interval: '6h', strategy }, universe: UNIVERSE });
}

function load(overrides: NonNullable<Parameters<typeof loadConfig>[0]['overrides']>): LoadedConfig {
  const loaded = loadConfig({ dir: SHIPPED_DIR, stage: 'local', overrides });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

describe('a bot on its way from a fresh state to LIVE, on the simulator', () => {
  let dir: string;
  let table: EmbeddedTable;
  let simulator: Simulator;
  let clock: Clock;
  const alerts: string[] = [];
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'journey-'));
    const started = await startEmbeddedTable(dir);
    if (started.kind === 'locked') throw new Error('a fresh folder cannot be locked');
    table = started.table;
    const made = virtualClock(START_MS);
    clock = { ...made, monotonicMs: made.nowMs };
    simulator = await startSimulator({ market: syntheticMarket({ seed: 7, startMs: START_MS }), clock, seed: 7 });
  });
  afterAll(async () => {
    await simulator.close();
    await table.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function botIn(mode: Mode): Bot {
    return createBot({
      config: configFor(mode),
      table,
      stateDir: dir,
      place: { apiUrl: simulator.url, key: simulator.keys[0]?.apiKey, close: async () => undefined },
      clock,
      isTimeVirtual: true,
      liveAuthority: { refusal: async () => 'only the gates have the word here' },
      gates: true,
      seed: 7,
      random: () => 0.5,
      on: {
        alert: ({ kind }) => alerts.push(kind),
        fills: () => undefined,
        failure: (error) => {
          throw error;
        },
      },
    });
  }

  async function cycles(bot: Bot, count: number): Promise<readonly CycleReport[]> {
    const reports: CycleReport[] = [];
    for (let i = 0; i < count; i += 1) {
      reports.push(await bot.tick((Math.floor(clock.nowMs() / STEP_MS) + 1) * STEP_MS));
    }
    return reports;
  }

  const contextNow = () => {
    const config = configFor('LIVE');
    return { ...gateBinding(config), nowMs: clock.nowMs(), caps: capsOf(config.decision) };
  };
  async function take({ evidence, ports }: Bot, step: Step) {
    const asked = { evidence, notifier: ports.notifier, clock };
    const before = readiness(step, await evidence.all(), contextNow());
    if (before.obstacles.length > 0) return before.obstacles;
    await promote(asked, step, contextNow(), { by: 'ann', botId: '247t', validMs: 30 * DAY_MS });
    // What was granted is known a few seconds later.
    await clock.sleep(5_000);
    return [];
  }
  const file = ({ evidence }: Bot, item: Evidence) => fileEvidence<Evidence>(evidence, item);
  function stamp() {
    const { codeVersion, riskHash, nowMs } = contextNow();
    return { at_ms: nowMs, code_version: codeVersion, risk_hash: riskHash };
  }

  it('[REQ-M1] takes every step on evidence alone, and none before its time', async () => {
    const dry = botIn('DRY_RUN');
    const [first] = await cycles(dry, 1);
    expect(first?.mode).toBe('DRY_RUN');
    expect(await take(dry, 'PAPER')).toEqual([expect.stringContaining('ci: no test run is on file')]);
    expect(await dry.evidence.all()).toEqual([]);
    await file(dry, { kind: 'ci', ...stamp(), passed: 900, failed: 0 });
    expect(await take(dry, 'PAPER')).toEqual([]);
    dry.close();

    const paper = botIn('PAPER');
    const toMidnight = 4 - Math.floor(new Date(clock.nowMs()).getUTCHours() / 6);
    await cycles(paper, toMidnight + 6 * 4 - 1);
    expect(await take(paper, 'LIVE_CANARY')).toEqual(
      expect.arrayContaining([expect.stringContaining('paper_rehearsal: 6 of 7 whole days, 1 to go')]),
    );
    await cycles(paper, 4);
    paper.close();

    const { faults: _faults, ...measured } = await killDrill({
      config: drillConfig(SHIPPED_DIR, 'local'),
      orders: 6,
      seed: 7,
      withFaults: false,
      duringCycle: false,
      storeUnreachable: false,
    });
    const live = botIn('LIVE');
    const [refused] = await cycles(live, 1);
    expect(refused?.mode).toBe('DRY_RUN');
    expect(alerts).toContain('LIVE_NOT_AUTHORISED');
    await file(live, { kind: 'kill_drill', ...stamp(), ...measured });
    await file(live, { kind: 'alerts_confirmed', ...stamp(), by: 'ann' });
    expect(await take(live, 'LIVE')).toEqual(
      expect.arrayContaining([expect.stringContaining('it stands at PAPER: promote it to LIVE_CANARY first')]),
    );
    expect(await take(live, 'LIVE_CANARY')).toEqual([]);

    const canary = await cycles(live, 7);
    expect(canary.every(({ mode }) => mode === 'LIVE')).toBe(true);
    expect(new Set(canary.map(({ decision }) => decision?.config_hash.slice(16)))).toEqual(
      new Set(['-canary-BTC-USD']),
    );
    expect(new Set(canary.flatMap(({ decision }) => decision?.universe.map(({ symbol }) => symbol) ?? []))).toEqual(
      new Set(['BTC-USD']),
    );
    expect(await take(live, 'LIVE')).toEqual([expect.stringMatching(/^canary: 42 h of 48 h, 6 h to go/)]);
    await cycles(live, 1);
    expect(await take(live, 'LIVE')).toEqual([]);

    const [free] = await cycles(live, 1);
    expect(free).toMatchObject({ mode: 'LIVE', decision: { config_hash: configFor('LIVE').decision.configHash } });
    expect(reachedStep(await live.evidence.all())).toBe('LIVE');

    // A month without anybody's word, and a drill that is too old: back to paper by itself, and somebody is called.
    await clock.sleep(31 * DAY_MS);
    const [late] = await cycles(live, 1);
    expect(late?.mode).toBe('DRY_RUN');
    expect(alerts).toContain('DEMOTED');
    expect(reachedStep(await live.evidence.all())).toBe('PAPER');
    live.close();
  }, 240_000);
});
