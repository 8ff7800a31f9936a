import { createDecideHandler } from '../../lambdas/decide/handler.ts';
import { createExecuteHandler } from '../../lambdas/execute/handler.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { drain } from '../../shared/adapters/local/drain.ts';
import type { EmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { fifoIntentQueue, fifoQueue } from '../../shared/adapters/local/fifo-queue.ts';
import { fileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { jsonlAuditLog } from '../../shared/adapters/local/jsonl-audit-log.ts';
import { jitterMs } from '../../shared/adapters/local/scheduler.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { gatedAuthority } from '../../shared/app/gated-authority.ts';
import { type HaltReport, halt, lookAfter, type SweepReport } from '../../shared/app/halt.ts';
import type { HaltRequest } from '../../shared/app/halt-record.ts';
import { createMarketCache } from '../../shared/app/market-cache.ts';
import type { CyclePorts, CycleSettings, HaltPorts } from '../../shared/app/ports.ts';
import { rehearse } from '../../shared/app/rehearse.ts';
import { strategyTimeOf } from '../../shared/app/strategy-bench.ts';
import { askingMs } from '../../shared/config/cycle-time.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import type { LiveAuthority } from '../../shared/ports/live-authority.ts';
import type { CycleStore, Lease } from '../../shared/ports/stores.ts';
import type { CallMeter } from '../../shared/ports/telemetry.ts';
import { gateBinding } from '../operator/gate-binding.ts';
import { dailyProducts } from './daily-products.ts';
import { keptDaysArchive } from './kept-days.ts';
import { localAlerts } from './local-alerts.ts';
import type { MarketPlace } from './market-place.ts';
import { openVenue } from './venue.ts';

export interface BotParts {
  readonly config: LoadedConfig;
  readonly table: EmbeddedTable;
  readonly stateDir: string;
  readonly place: MarketPlace;
  readonly clock: Clock;
  readonly isTimeVirtual: boolean;
  /** For an exchange without money. With `gates` the promotion gates have the word instead. */
  readonly liveAuthority: LiveAuthority;
  readonly gates?: true;
  /** Makes the jitter of each slot and the retry pauses repeatable. */
  readonly seed: number;
  readonly random: () => number;
  readonly meter?: CallMeter;
  readonly on: BotListeners;
}

export interface BotListeners {
  readonly alert: (notice: AlertNotice) => void;
  /** Exchange fills that were booked; the same one may be told again. */
  readonly fills: (entryIds: readonly string[]) => void;
  /** The execute handler threw; its message comes again. */
  readonly failure: (error: unknown) => void;
}

/** The whole bot in this process: the handlers of AWS on embedded parts. */
export interface Bot {
  readonly ports: CyclePorts;
  /** The same with what a halt and an operator need besides. */
  readonly haltPorts: HaltPorts;
  readonly settings: CycleSettings;
  readonly evidence: EvidenceStore;
  /** One tick through the decide handler, then every intent through the execute handler. Throws what decide throws. */
  tick(slotMs: number): Promise<CycleReport>;
  /** Cancels everything that is under way, `flippedAgoMs` after the switch was pulled; not the first time it only looks again. */
  halt(request: HaltRequest, flippedAgoMs: number, isFirst: boolean): Promise<HaltReport | SweepReport>;
  /** Starts a fresh budget of requests, for questions outside of a cycle. */
  renewBudget(): void;
  close(): void;
}

/** As on AWS: three tries, then the dead letters; invisible for six times what a worker may take. */
const QUEUE = { visibilityTimeoutMs: 180_000, maxReceives: 3 };

export function createBot(parts: BotParts): Bot {
  const { config, clock, on } = parts;
  const { app } = config;
  const queue = fifoQueue({ clock, ...QUEUE });
  const stores = storesOf(parts);
  const audit = listening(jsonlAuditLog(parts.stateDir, clock), on.fills);
  const alerts = localAlerts({ ...parts, ...stores, alerts: app.alerts, audit, on: on.alert });
  const killSwitch = fileKillSwitch(parts.stateDir);
  const venue = openVenue({ ...parts, ...stores, killSwitch, audit });
  const { evidence, authority, noted } = gatesOf(parts);
  const rehearsal = rehearse({ evidence, authority, isExempt: parts.gates !== true }, noted);
  const ports: CyclePorts = {
    ...stores,
    notifier: alerts.desk,
    killSwitch,
    audit,
    clock,
    exchange: venue.exchange,
    marketData: venue.marketData,
    liveAuthority: parts.gates === true ? authority : parts.liveAuthority,
    queue: fifoIntentQueue(queue, `${app.bot_id}-${app.mode}`),
    archive: keptDaysArchive(parts.stateDir, { botId: app.bot_id, mode: app.mode }, daysToKeep(parts)),
    marketCache: createMarketCache(),
  };
  const settings = settingsOf(parts, noted.binding.code_version);
  const keepProducts = dailyProducts({ ...parts, marketCache: ports.marketCache, quoteCurrency: app.quote_currency });
  const reports: CycleReport[] = [];
  const decide = createDecideHandler(async () => {
    venue.budget.reset(askingMs(app));
    return { ...(await rehearsal.open(ports, settings)), ...noted, report: (report) => reports.push(report) };
  });
  const execute = createExecuteHandler(() => {
    venue.budget.reset();
    return { ports, settings, report: () => undefined, reportFailure: (_messageId, error) => on.failure(error) };
  });

  return {
    ports,
    haltPorts: { ...ports, facts: stores.facts },
    settings,
    evidence,
    async tick(slotMs) {
      await decide({ slot: new Date(slotMs).toISOString() });
      await drain(queue, async ({ messageId, body }) => {
        const { batchItemFailures } = await execute({ Records: [{ messageId, body }] });
        if (batchItemFailures.length > 0) throw new Error(`message ${messageId} is not done`);
      });
      await Promise.all([alerts.runDue(), keepProducts(slotMs)]);
      const report = reports.pop();
      if (report === undefined) throw new Error('the decide handler gave no report');
      return report;
    },
    halt: (request, flippedAgoMs, isFirst) => {
      venue.budget.reset();
      return haltBot(parts, { ...ports, facts: stores.facts }, settings, { request, flippedAgoMs, isFirst });
    },
    renewBudget: venue.budget.reset,
    close: closing(alerts, venue),
  };
}

function closing(...parts: readonly { close(): void }[]): () => void {
  return () => {
    for (const part of parts) part.close();
  };
}

function gatesOf({ config, table, clock }: BotParts) {
  const { app, decision } = config;
  const evidence = dynamoEvidenceStore(table.client, table.tableName, app.bot_id);
  const context = gateBinding(config);
  const authority = gatedAuthority(evidence, clock, { ...context, caps: capsOf(decision) });
  const binding = { code_version: context.codeVersion, risk_hash: context.riskHash };
  const { mode, bot_id: botId, schedule } = app;
  return { evidence, authority, noted: { mode, botId, intervalMs: schedule.interval_seconds * 1_000, binding } };
}

interface HaltAsked {
  readonly request: HaltRequest;
  readonly flippedAgoMs: number;
  readonly isFirst: boolean;
}

function haltBot({ clock, config: { app } }: BotParts, ports: HaltPorts, settings: CycleSettings, asked: HaltAsked) {
  // Who waits for an exchange waits in real time, whatever time the cycles live in.
  const haltPorts = { ...ports, clock: { ...systemClock, nowMs: clock.nowMs } };
  const haltSettings = { ...settings, keepProtectiveStops: app.kill.keep_protective_stops };
  const request = { ...asked.request, flippedAtMs: clock.nowMs() - asked.flippedAgoMs };
  return (asked.isFirst ? halt : lookAfter)(haltPorts, haltSettings, request);
}

/** Real days as configured; made-up and replayed ones can be had again. */
function daysToKeep({ isTimeVirtual, config: { app } }: BotParts): number {
  return isTimeVirtual ? 2 : app.retention_days;
}

function storesOf({ table, config: { app } }: BotParts) {
  const scope = { botId: app.bot_id, mode: app.mode };
  const at = [table.client, table.tableName, scope] as const;
  return {
    accounts: dynamoAccountStore(...at),
    orders: dynamoOrderStore(...at),
    facts: dynamoFactStore(...at),
    lease: dynamoLease(...at),
    cycles: dynamoCycleStore(...at),
  };
}

function settingsOf({ config: { app, decision }, seed }: BotParts, codeVersion: string): CycleSettings {
  const intervalMs = app.schedule.interval_seconds * 1_000;
  return {
    mode: app.mode,
    quoteCurrency: app.quote_currency,
    config: decision,
    maxClockDriftMs: app.clock.max_drift_ms,
    startingCash: null,
    owner: `local-${process.pid}`,
    leaseTtlMs: app.lease.ttl_seconds * 1_000,
    maxCallsPerCycle: app.exchange.max_calls_per_cycle,
    codeVersion,
    strategies: strategyModules,
    strategyTime: strategyTimeOf(app.strategy_time),
    maxSilentDays: app.operator.silent_days,
    jitterMs: (slotMs) => jitterMs(slotMs, intervalMs, app.schedule.jitter_pct, `${app.bot_id}/${seed}`),
  };
}

/** Hears of booked fills on their way to the record. */
function listening(inner: AuditLog, onFills: BotListeners['fills']): AuditLog {
  return {
    append(event, record) {
      inner.append(event, record);
      const { fills } = record;
      if (event === 'order_followed' && Array.isArray(fills)) onFills(fills.map(String));
    },
  };
}

/**
 * Frees a lease that a killed process left behind. Permitted only to the holder of the state folder's lock: it proves that
 * the last owner is gone.
 */
export async function freeDeadLease(lease: Lease): Promise<void> {
  // At the end of time every lease has run out; for no time at all, so that a crash right here changes nothing.
  const taken = await lease.acquire('local-recovery', 0, Number.MAX_SAFE_INTEGER);
  if (taken.kind === 'held') await lease.release(taken.fence);
}

/** The slot at which a run goes on: behind the last one that was begun, and never before its own first. */
export async function nextSlotMs(cycles: CycleStore, firstSlotMs: number, intervalMs: number): Promise<number> {
  const last = await cycles.lastSlotMs();
  const first = Math.ceil(firstSlotMs / intervalMs) * intervalMs;
  return last === undefined ? first : Math.max(first, last + intervalMs);
}
