import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { loadConfig } from '../../shared/config/load.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { type Bot, createBot } from '../local/bot.ts';
import { simulatorAuthority } from '../local/live-authority.ts';
import { openMarketPlace, planMarket } from '../local/market-place.ts';
import { localRun } from '../local/options.ts';
import { folderBytes, tableBytes, type Units, unitsOf } from './measured-units.ts';
import type { Usage } from './usage.ts';

type PerCycle = Usage['per_cycle']['PAPER'];
export type UsageMode = keyof Usage['per_cycle'];

/** Powertools' own keys of a line (time, level, service, request), and what Lambda says about an invocation. */
const LINE_BYTES = 420;
const INVOCATION_LINES_BYTES = 450;
const METRICS_LINE_BYTES = 700;

/** Runs the local stage and counts what its handlers ask of table, queue, log and archive. */
export async function measureUsage(stateDir: string, cycles: number, mode: UsageMode): Promise<PerCycle> {
  const run = localRun({
    source: 'synthetic',
    seed: 7,
    speed: 'max',
    stage: 'local',
    config: CONFIG_DIR,
    state: stateDir,
    mode: mode === 'LIVE' ? 'live' : 'paper',
    ...(mode === 'LIVE' && { exchange: 'simulator' }),
  });
  const config = configOf(mode);
  const plan = planMarket(run, config);
  if (plan.kind !== 'simulated') throw new Error('the synthetic market is a simulated one');
  const clock = { ...virtualClock(plan.firstSlotMs) };
  const started = await startEmbeddedTable(stateDir);
  if (started.kind === 'locked') throw new Error(`${stateDir} is in use`);
  const place = await openMarketPlace(plan, run, config, clock, stateDir);
  const counted = { calls: 0, alerts: 0 };
  const bot = createBot({
    config,
    table: started.table,
    stateDir,
    place,
    clock: { ...clock, monotonicMs: clock.nowMs },
    isTimeVirtual: true,
    liveAuthority: simulatorAuthority(place.apiUrl),
    seed: run.seed,
    random: () => 0.5,
    meter: {
      record: () => {
        counted.calls += 1;
      },
    },
    on: {
      alert: () => {
        counted.alerts += 1;
      },
      fills: () => undefined,
      failure: (error) => {
        throw error;
      },
    },
  });
  try {
    const units = unitsOf(started.table.client);
    const reports = await ticks(bot, plan.firstSlotMs, cycles);
    return await perCycle({ units, reports, counted, stateDir, table: started.table });
  } finally {
    bot.close();
    await place.close();
    await started.table.close();
  }
}

function configOf(mode: UsageMode): LoadedConfig {
  const result = loadConfig({ dir: CONFIG_DIR, stage: 'local', overrides: { app: { mode } } });
  if (result.kind === 'ok') return result.config;
  throw new Error('the shipped config is not valid: run `trader config check`');
}

async function ticks(bot: Bot, firstMs: number, cycles: number): Promise<readonly CycleReport[]> {
  const reports: CycleReport[] = [];
  for (let i = 0; i < cycles; i += 1) reports.push(await bot.tick(firstMs + i * 60_000));
  return reports;
}

interface Measured {
  readonly units: Units;
  readonly reports: readonly CycleReport[];
  readonly counted: { readonly calls: number; readonly alerts: number };
  readonly stateDir: string;
  readonly table: EmbeddedTable;
}

async function perCycle({ units, reports, counted, stateDir, table }: Measured): Promise<PerCycle> {
  const cycles = reports.length;
  const intents = reports.reduce((sum, { published }) => sum + published, 0);
  const audit = readFileSync(join(stateDir, 'audit.jsonl'), 'utf8');
  const lines = audit.split('\n').length - 1;
  const logBytes =
    audit.length +
    lines * LINE_BYTES +
    reports.reduce((sum, report) => sum + cycleLine(report), 0) +
    cycles * (LINE_BYTES + METRICS_LINE_BYTES) +
    (cycles + intents) * INVOCATION_LINES_BYTES;
  const each = (sum: number) => Math.round((sum / cycles) * 1_000) / 1_000;
  return {
    write_units: each(units.written()),
    read_units: each(units.read()),
    table_bytes: each(await tableBytes(table)),
    intents: each(intents),
    alerts: each(counted.alerts),
    exchange_calls: each(counted.calls),
    log_bytes: each(logBytes),
    archive_bytes: each(folderBytes(join(stateDir, 'cycles'))),
  };
}

/** What `decide` says about a cycle in one line. */
function cycleLine({ decision, ...rest }: CycleReport): number {
  const { strategies = {}, gates = [], regime = null } = decision ?? {};
  return JSON.stringify({ ...rest, strategies, gates, regime }).length;
}
