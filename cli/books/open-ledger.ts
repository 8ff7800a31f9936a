import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { KEY_VARIABLES } from '../../shared/adapters/environment-keys.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { jsonlAuditLog } from '../../shared/adapters/local/jsonl-audit-log.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { dryRunExchange } from '../../shared/adapters/paper/dry-run-exchange.ts';
import type { AcceptPorts, AcceptSettings } from '../../shared/app/accept-ledger.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { Stage } from '../../shared/config/stages.ts';
import { INTERVALS } from '../../shared/core/market/interval.ts';
import { MODES, type Mode } from '../../shared/core/portfolio/account.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ApiKey } from '../../shared/ports/secrets.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { freeDeadLease } from '../local/bot.ts';
import { type MarketPlace, openMarketPlace, planMarket } from '../local/market-place.ts';
import { SOURCES } from '../local/options.ts';
import { identityIn, lockedOut, type RunIdentity, stageIn } from '../local/state-dir.ts';
import { openVenue } from '../local/venue.ts';
import { awsStage } from '../operator/aws-stage.ts';
import { UserError } from '../user-error.ts';

/** Whose ledger is held against which exchange. */
export interface LedgerFlags {
  readonly state?: string;
  readonly stage?: Stage;
  readonly table?: string;
  readonly config: string;
  readonly exchangeUrl?: string;
}

export interface OpenLedger {
  readonly ports: AcceptPorts;
  readonly settings: AcceptSettings;
  close(): void;
}

/** Opens books and exchange for one look and closes them again. Nothing can be placed or cancelled through it. */
export async function withLedger<Result>(
  flags: LedgerFlags,
  key: ApiKey | undefined,
  look: (ledger: OpenLedger) => Promise<Result>,
): Promise<Result> {
  if (flags.stage !== undefined) return closing(await stageLedger(flags, flags.stage, key), look);
  if (flags.state === undefined) throw new UserError('name the books: --state DIR of a local run, or --stage STAGE');
  const dir = resolve(flags.state);
  const { mode, identity } = runIn(dir);
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw lockedOut(dir);
  const { client, tableName, close } = started.table;
  try {
    const config = withMode(stageConfig(flags.config, stageIn(dir)), mode);
    const scope = { botId: config.app.bot_id, mode };
    const last = await dynamoCycleStore(client, tableName, scope).lastSlotMs();
    const isVirtual = identity.source !== 'public';
    // The simulated exchange is asked when the next cycle would: what the last one sent was sent after its slot.
    const laterMs = mode === 'LIVE' ? config.app.schedule.interval_seconds * 1_000 : 0;
    const clock = isVirtual && last !== undefined ? virtualClock(last + laterMs) : systemClock;
    // The folder's lock proves that no run is left that could hold the lease.
    await freeDeadLease(dynamoLease(client, tableName, scope));
    const audit = jsonlAuditLog(dir, clock);
    const place = mode === 'LIVE' ? await simulatedPlace(identity, config, clock, dir) : coinbaseOr(flags, config, key);
    try {
      return await closing(ledgerOf({ client, tableName, config, clock, place, audit }), look);
    } finally {
      await place.close();
    }
  } finally {
    await close();
  }
}

async function closing<Result>(ledger: OpenLedger, look: (ledger: OpenLedger) => Promise<Result>): Promise<Result> {
  try {
    return await look(ledger);
  } finally {
    ledger.close();
  }
}

async function stageLedger(flags: LedgerFlags, stage: Stage, key: ApiKey | undefined): Promise<OpenLedger> {
  const tableName = flags.table ?? (await awsStage(stage).table()).tableName;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  const config = stageConfig(flags.config, stage);
  const place = coinbaseOr(flags, config, key);
  if (config.app.mode === 'LIVE' && key === undefined) {
    throw new UserError(
      `LIVE books are held against Coinbase: ${KEY_VARIABLES.view.name} and ${KEY_VARIABLES.view.privateKey} are not set`,
    );
  }
  return ledgerOf({ client, tableName, config, clock: systemClock, place, audit: { append: () => undefined } });
}

interface LedgerParts {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly place: MarketPlace;
  readonly audit: AuditLog;
}

function ledgerOf({ client, tableName, config, clock, place, audit }: LedgerParts): OpenLedger {
  const { app, decision } = config;
  const at = [client, tableName, { botId: app.bot_id, mode: app.mode }] as const;
  const facts = dynamoFactStore(...at);
  const killSwitch = { read: async () => ({ kind: 'killed', reason: 'this command sends nothing' }) as const };
  const venue = openVenue({
    config,
    place,
    clock,
    isTimeVirtual: false,
    facts,
    killSwitch,
    audit,
    random: Math.random,
  });
  return {
    ports: {
      accounts: dynamoAccountStore(...at),
      orders: dynamoOrderStore(...at),
      lease: dynamoLease(...at),
      exchange: dryRunExchange(venue.exchange),
      marketData: venue.marketData,
      killSwitch,
      liveAuthority: { refusal: async () => 'this command sends nothing' },
      // Who asks sees the answer on the screen.
      notifier: { notify: async () => undefined },
      audit,
      clock,
    },
    settings: {
      mode: app.mode,
      quoteCurrency: app.quote_currency,
      config: decision,
      maxClockDriftMs: app.clock.max_drift_ms,
      startingCash: null,
      owner: `reconcile-${process.pid}`,
      leaseTtlMs: app.lease.ttl_seconds * 1_000,
    },
    close: venue.close,
  };
}

function coinbaseOr({ exchangeUrl }: LedgerFlags, { app }: LoadedConfig, key: ApiKey | undefined): MarketPlace {
  return { apiUrl: exchangeUrl ?? app.exchange.api_url, key, close: async () => undefined };
}

/** LIVE on this machine is the simulated exchange of the folder, never Coinbase: its orders and money stand in its journal. */
function simulatedPlace(identity: RunIdentity, config: LoadedConfig, clock: Clock, dir: string): Promise<MarketPlace> {
  const { seed, from } = identity;
  const source = SOURCES.find((each) => each === identity.source);
  const interval = INTERVALS.find((each) => each === identity.interval);
  if (source === undefined || interval === undefined) {
    throw new UserError(`${dir} belongs to the unknown market ${identity.source} of ${identity.interval} bars`);
  }
  const { decision } = config;
  const market = { ...config, decision: { ...decision, signals: { ...decision.signals, interval } } };
  const run = {
    source,
    seed,
    data: identity.data ?? undefined,
    ...(from !== null && { from: Date.parse(from) }),
  };
  return openMarketPlace(planMarket(run, market), run, config, clock, dir);
}

function runIn(dir: string): { readonly mode: Mode; readonly identity: RunIdentity } {
  const identity = isThere(join(dir, 'table')) ? identityIn(dir) : undefined;
  const mode = MODES.find((each) => each === identity?.mode);
  if (identity === undefined || mode === undefined)
    throw new UserError(`${dir} holds no books: no run has kept its state there`);
  return { mode, identity };
}

function withMode(config: LoadedConfig, mode: Mode): LoadedConfig {
  return { ...config, app: { ...config.app, mode } };
}
