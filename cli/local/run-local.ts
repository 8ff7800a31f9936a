import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { streamOf, textKey } from '../../simulator/market/random.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { auditRun } from './audit.ts';
import { type Bot, createBot, freeDeadLease, nextSlotMs } from './bot.ts';
import { refuseWrongKeys } from './check-keys.ts';
import { type DecisionsFile, openDecisionsFile } from './decisions-file.ts';
import { startKillWatch } from './kill-watch.ts';
import { simulatorAuthority } from './live-authority.ts';
import { type MarketPlace, type MarketPlan, openMarketPlace, planMarket } from './market-place.ts';
import { defaultStateDir, type LocalRun } from './options.ts';
import type { RunReporter } from './reporter.ts';
import { runCycles } from './run-cycles.ts';
import { lockedOut, prepareStateDir, type StateDir } from './state-dir.ts';
import { createTally, type RunSummary, type Tally } from './tally.ts';

/**
 * Runs the bot on this machine until its end or the signal: finishes the cycle it is in, holds the books against the
 * exchange, and leaves a state folder that the next start goes on with. Throws a UserError for what a person can mend.
 */
export async function runLocal(run: LocalRun, reporter: RunReporter, signal: AbortSignal): Promise<RunSummary> {
  const config = readConfig(run);
  const plan = planMarket(run, config);
  const dir = run.state ?? defaultStateDir(config.app.mode, run);
  const state = await prepareStateDir(dir, identityOf(run, config), run.state === undefined, run.stage);
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw lockedOut(dir);
  const { table } = started;
  try {
    return await runOn({ run, config, plan, state, table, reporter, signal });
  } finally {
    await table.close();
  }
}

interface Opened {
  readonly run: LocalRun;
  readonly config: LoadedConfig;
  readonly plan: MarketPlan;
  readonly state: StateDir;
  readonly table: EmbeddedTable;
  readonly reporter: RunReporter;
  readonly signal: AbortSignal;
}

async function runOn(opened: Opened): Promise<RunSummary> {
  const { run, config, plan, state, table } = opened;
  const intervalMs = config.app.schedule.interval_seconds * 1_000;
  const cycles = dynamoCycleStore(table.client, table.tableName, { botId: config.app.bot_id, mode: config.app.mode });
  const firstMs = plan.kind === 'public' ? systemClock.nowMs() : plan.firstSlotMs;
  const startMs = await nextSlotMs(cycles, firstMs, intervalMs);
  const clock = plan.kind === 'public' ? systemClock : frozenWhileWorking(startMs);
  const place = await openMarketPlace(plan, run, config, clock, state.dir);
  try {
    const decisions = openDecisionsFile(run.decisions, state.isResumed);
    return await runDeciding(opened, { startMs, intervalMs, clock, place, decisions });
  } finally {
    await place.close();
  }
}

async function runDeciding(opened: Opened, stage: Stage): Promise<RunSummary> {
  const { config } = opened;
  const { place, clock, decisions } = stage;
  try {
    if (config.app.mode === 'LIVE') await refuseWrongKeys(place, config, clock);
    return await runBot(opened, stage);
  } finally {
    decisions.close();
  }
}

interface Stage {
  readonly startMs: number;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly place: MarketPlace;
  readonly decisions: DecisionsFile;
}

async function runBot(opened: Opened, stage: Stage): Promise<RunSummary> {
  const { run, config, plan, state, table, reporter, signal } = opened;
  const tally = createTally();
  const random = streamOf(run.seed, textKey('retry pauses'));
  const bot = createBot({
    ...stage,
    config,
    table,
    stateDir: state.dir,
    isTimeVirtual: plan.kind === 'simulated',
    liveAuthority: simulatorAuthority(stage.place.apiUrl),
    seed: run.seed,
    random: () => random.next(),
    on: {
      alert: reporter.alert,
      fills: tally.fills,
      failure: (error) => {
        tally.error();
        reporter.error(error);
      },
    },
  });
  const watch = startKillWatch({ stateDir: state.dir, bot, onFailure: reporter.error });
  try {
    if (state.isResumed) await freeDeadLease(bot.ports.lease);
    const flowsBefore = (await bot.ports.accounts.load())?.flows ?? [];
    reporter.start(await headerOf(opened, stage, bot));
    const endMs = plan.kind === 'public' ? Number.POSITIVE_INFINITY : plan.endMs;
    const ending = await runCycles({ ...stage, run, bot, endMs, tally, reporter, signal });
    if (ending === 'finished') state.markFinished();
    return await conclude(opened, bot, tally, flowsBefore);
  } finally {
    await watch.stop();
    bot.close();
  }
}

async function conclude(
  { config, state, reporter }: Opened,
  bot: Bot,
  tally: Tally,
  flowsBefore: Account['flows'],
): Promise<RunSummary> {
  bot.renewBudget();
  const { accounts, orders, exchange } = bot.ports;
  const { universe } = config.decision;
  const breaks = await auditRun({
    accounts,
    orders,
    exchange,
    quoteCurrency: config.app.quote_currency,
    botId: config.app.bot_id,
    productIds: TIERS.flatMap((tier) => universe.tiers[tier].symbols),
    sinceMs: 0,
    flowsBefore,
    renewBudget: bot.renewBudget,
  });
  const summary = tally.summary(breaks.length);
  reporter.finish(summary, breaks, state.dir);
  return summary;
}

function readConfig({ config: dir, stage, mode, interval }: LocalRun): LoadedConfig {
  const app = mode !== undefined && { app: { mode } };
  const read = (signals: object) => stageConfig(dir, stage, { ...app, ...signals });
  const config = read({});
  return interval === undefined ? config : read({ signals: { interval, ...atLeast(interval, config) } });
}

/** Bars shorter than those asked for would close unseen, and a replay has no others. */
function atLeast(interval: Interval, { decision }: LoadedConfig) {
  const shorter = Object.entries(decision.signals.strategy).filter(
    ([, settings]) => INTERVAL_MS[settings.interval] < INTERVAL_MS[interval],
  );
  return { strategy: Object.fromEntries(shorter.map(([name]) => [name, { interval }])) };
}

function identityOf(run: LocalRun, { app, decision }: LoadedConfig) {
  return {
    mode: app.mode,
    exchange: run.exchange,
    source: run.source,
    seed: run.seed,
    data: run.data ?? null,
    interval: decision.signals.interval,
    from: run.from === undefined ? null : new Date(run.from).toISOString(),
  };
}

/** A virtual time in which a request takes none: what a cycle sees does not depend on how fast this machine is. */
function frozenWhileWorking(startMs: number): Clock {
  const clock = virtualClock(startMs);
  return { ...clock, monotonicMs: clock.nowMs };
}

async function headerOf({ run, config, state }: Opened, { startMs }: Stage, bot: Bot) {
  const account = await bot.ports.accounts.load();
  return {
    mode: config.app.mode,
    stage: config.stage,
    source: run.source === 'public' ? 'public' : `${run.source} (seed ${run.seed})`,
    exchange: run.exchange,
    configHash: config.decision.configHash,
    cash: toText(account?.cash ?? config.app.paper.starting_cash_usd),
    positions: Object.keys(account?.positions ?? {}).length,
    symbols: TIERS.reduce((sum, tier) => sum + config.decision.universe.tiers[tier].symbols.length, 0),
    stateDir: state.dir,
    isResumed: state.isResumed,
    fromMs: startMs,
  };
}
