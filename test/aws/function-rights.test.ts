import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONFIG_DIR } from '../../cli/decision/read-inputs.ts';
import { composeDecide } from '../../lambdas/decide/compose.ts';
import { createDecideHandler } from '../../lambdas/decide/handler.ts';
import { composeEscalate } from '../../lambdas/escalate/compose.ts';
import { createEscalateHandler } from '../../lambdas/escalate/handler.ts';
import { composeExecute } from '../../lambdas/execute/compose.ts';
import { createExecuteHandler } from '../../lambdas/execute/handler.ts';
import { composeHalt } from '../../lambdas/halt/compose.ts';
import { createHaltHandler } from '../../lambdas/halt/handler.ts';
import { composeHygiene } from '../../lambdas/hygiene/compose.ts';
import { createHygieneHandler } from '../../lambdas/hygiene/handler.ts';
import { composeWatch } from '../../lambdas/watch/compose.ts';
import { createWatchHandler } from '../../lambdas/watch/handler.ts';
import { composeWebhook } from '../../lambdas/webhook/compose.ts';
import { createWebhookHandler } from '../../lambdas/webhook/handler.ts';
import { JOBS, type Job } from '../../lib/stacks/trader-stack.ts';
import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { raised } from '../../shared/app/alerts.ts';
import { dailyLookVerdict } from '../../shared/app/daily-look.ts';
import { loadHaltRecord } from '../../shared/app/halt-record.ts';
import { loadConfig } from '../../shared/config/load.ts';
import { packConfig } from '../../shared/config/pack-config.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { readyRecord } from '../../shared/core/execution/order-step.ts';
import { usd } from '../../shared/core/money/fixed.ts';
import { openAccount } from '../../shared/core/portfolio/ledger.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { BTC, workingOf } from '../core/world.ts';
import { environmentOf, rightsOf } from './testing/policy.ts';
import { arnOf, REGION, type RecordedAws, startRecordedAws } from './testing/recorded-aws.ts';
import { synthesized } from './testing/synthesized.ts';

const ROLES: Readonly<Record<Job, string>> = {
  decide: 'DecideFunction',
  execute: 'ExecuteFunction',
  halt: 'HaltFunction',
  watch: 'WatchFunction',
  escalate: 'FollowUpEscalate',
  webhook: 'ChatWebhook',
  hygiene: 'HygieneDaily',
};
/** What each must at least have asked for in the event it is given here. */
const ASKS: Readonly<Record<Job, readonly string[]>> = {
  decide: ['dynamodb:UpdateItem', 'sqs:SendMessage', 'sqs:GetQueueAttributes', 's3:PutObject', 'sns:Publish'],
  execute: ['secretsmanager:GetSecretValue', 'dynamodb:GetItem', 'ssm:GetParameter'],
  halt: ['secretsmanager:GetSecretValue', 'dynamodb:PutItem', 'sns:Publish'],
  watch: ['ssm:GetParameter', 'sns:Publish'],
  escalate: ['dynamodb:PutItem', 'sqs:SendMessage', 'sns:Publish'],
  webhook: ['secretsmanager:GetSecretValue'],
  hygiene: ['secretsmanager:ListSecretVersionIds', 's3:PutObject', 's3:ListBucket', 'dynamodb:PutItem'],
};
const NOW_MS = Date.now();
const SLOT_MS = NOW_MS - (NOW_MS % 60_000);

describe('the role of each function', () => {
  let table: EmbeddedTable;
  let aws: RecordedAws;
  let simulator: Simulator;
  let config: LoadedConfig;
  const home = mkdtempSync(join(tmpdir(), 'functions-'));
  const keys = {
    view: simulatorKey({ name: 'view', scopes: { trade: false } }),
    trade: simulatorKey({ name: 'trade' }),
  };
  const intent = { ...workingOf(BTC), status: 'READY', order_id: null, sent_at_ms: null } as const;

  const killSwitch = '/247trader/live/kill-switch';
  const parameters = new Map<string, string>();
  const secrets = new Map<string, string>();
  const account = { tableEndpoint: '', parameters, secrets };

  beforeAll(async () => {
    // One for all: a function keeps some of its clients for as long as it lives.
    aws = await startRecordedAws(account);
    const market = syntheticMarket({ seed: 7, startMs: SLOT_MS - 86_400_000 });
    simulator = await startSimulator({ market, clock: systemClock, keys: Object.values(keys) });
    const app = { mode: 'LIVE', exchange: { api_url: simulator.url }, alerts: { webhook: 'slack' } };
    const loaded = loadConfig({ dir: CONFIG_DIR, stage: 'live', overrides: { app } });
    if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
    config = loaded.config;
    for (const [name, text] of Object.entries(packConfig(config, 'c1'))) writeFileSync(join(home, name), text);
  }, 60_000);
  afterAll(async () => {
    await aws.close();
    await simulator.close();
    rmSync(home, { recursive: true });
  });
  beforeEach(async ({ task }) => {
    const started = await startEmbeddedTable(join(home, task.id));
    if (started.kind === 'locked') throw new Error('the folder is fresh');
    table = started.table;
    account.tableEndpoint = table.endpoint;
    aws.calls.length = 0;
    const keep = (name: string, text: string) =>
      secrets.set(arnOf('secretsmanager', `secret:247trader/live/${name}-AbCdEf`), text);
    keep('coinbase-view', JSON.stringify(keys.view.apiKey));
    keep('coinbase-trade', JSON.stringify(keys.trade.apiKey));
    keep('alert-webhook', `${aws.url}/chat`);
    await prepare();
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
    vi.stubEnv('AWS_REGION', REGION);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  }, 60_000);
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await table.close();
  });

  /** An intent that waits to be sent, and an alert that is open for longer than it may. */
  async function prepare(): Promise<void> {
    const scope = { botId: config.app.bot_id, mode: 'LIVE' } as const;
    const at = [table.client, table.tableName, scope] as const;
    const order = { ...intent, not_after_ms: NOW_MS + 600_000 };
    const account = openAccount({ ...scope, cash: usd('1000'), external: {}, nowMs: NOW_MS });
    const working = { [order.client_order_id]: order };
    await dynamoAccountStore(...at).save({ ...account, version: 1, fence: 0, working });
    const decided = { mode: 'LIVE', configHash: 'c', atMs: NOW_MS, assessment: null };
    await dynamoOrderStore(...at).create(readyRecord(order, decided));
    const facts = dynamoFactStore(...at);
    const policy = alertPolicyOf(config.app.alerts);
    const clock = { nowMs: () => NOW_MS };
    const desk = alertDesk({ facts, clock, channel: { send: async () => undefined }, policy });
    await desk.notify(raised('CLOCK', 'account', 'drift', NOW_MS - 600_000));
  }

  const sns = (message: string) => ({ Sns: { Subject: null, Message: message, Timestamp: '2026-01-01T00:00:00Z' } });
  const EVENTS: Readonly<Record<Job, (env: NodeJS.ProcessEnv) => Promise<unknown>>> = {
    decide: (env) => createDecideHandler(composeDecide(env).compose)({ slot: new Date(SLOT_MS).toISOString() }),
    execute: (env) => {
      const body = JSON.stringify({ client_order_id: intent.client_order_id, slot_ms: intent.slot_ms });
      return createExecuteHandler(composeExecute(env).compose)({ Records: [{ messageId: '1', body }] });
    },
    halt: (env) => createHaltHandler(composeHalt(env).compose)({ reason: 'drill', source: 'operator' }),
    watch: (env) =>
      createWatchHandler(async () => ({ ...(await composeWatch(env)()), plan: { pollMs: 1, forMs: 1 } }))({}),
    escalate: (env) => {
      const step = { fingerprint: 'CLOCK:account', opened_at_ms: NOW_MS - 600_000, escalation: 0 };
      return createEscalateHandler(composeEscalate(env).compose)({ Records: [{ body: JSON.stringify(step) }] });
    },
    webhook: (env) => createWebhookHandler(composeWebhook(env).compose)({ Records: [sns('words')] }),
    hygiene: (env) => createHygieneHandler(composeHygiene(env).compose)({}),
  };

  it('[REQ-K1] [REQ-SEC2] a halt whose key is gone alerts, records and withdraws all the same, and fails', async () => {
    secrets.delete(arnOf('secretsmanager', 'secret:247trader/live/coinbase-trade-AbCdEf'));
    const told = environmentOf(synthesized(), '247trader-live-halt', {
      tableName: table.tableName,
      queueBase: aws.url,
    });
    const halting = EVENTS.halt({ ...told, LAMBDA_TASK_ROOT: home });

    await expect(halting).rejects.toThrow(
      'halt is not complete: open orders: unavailable: the exchange cannot be opened',
    );
    const at = [table.client, table.tableName, { botId: config.app.bot_id, mode: 'LIVE' }] as const;
    expect(await loadHaltRecord(dynamoFactStore(...at))).toMatchObject({ halt_reason: 'drill', withdrawn: 1 });
    expect(await dynamoOrderStore(...at).find(intent.client_order_id)).toMatchObject({ status: 'CANCELLED' });
    expect(aws.calls.map(({ action }) => action)).toContain('sns:Publish');
  }, 60_000);

  it('[REQ-SEC2] [REQ-AL1] decide asks once an hour for the end of the daily checks, of which hygiene leaves word', async () => {
    parameters.set(killSwitch, 'armed');
    const deployed = { tableName: table.tableName, queueBase: aws.url };
    const told = (job: Job) => ({
      ...environmentOf(synthesized(), `247trader-live-${job}`, deployed),
      ...{ LAMBDA_TASK_ROOT: home, MAX_JITTER_MS: '0', AWS_ENDPOINT_URL: aws.url },
    });
    const facts = dynamoFactStore(table.client, table.tableName, { botId: config.app.bot_id, mode: 'LIVE' });
    const slot = new Date(NOW_MS - (NOW_MS % 3_600_000)).toISOString();
    await createDecideHandler(composeDecide(told('decide')).compose)({ slot });
    expect(await dailyLookVerdict(facts, NOW_MS)).toMatchObject({ detail: 'none has ended in 0 h' });

    await EVENTS.hygiene(told('hygiene')).catch(() => 0);
    expect(await dailyLookVerdict(facts, NOW_MS)).toMatchObject({ detail: 'the last one ended 0 h ago' });
  }, 60_000);

  it('[REQ-M1] [REQ-AL1] hygiene looks each day at what the gates rest on, and fails where it cannot', async () => {
    const deployed = { tableName: table.tableName, queueBase: aws.url };
    const told = environmentOf(synthesized(), '247trader-live-hygiene', deployed);
    const { checks } = await composeHygiene({ ...told, LAMBDA_TASK_ROOT: home, AWS_ENDPOINT_URL: aws.url }).compose();
    const gates = checks.find(({ name }) => name === 'gates');
    const Key = { pk: `GATE#${config.app.bot_id}`, sk: 'nonsense' };
    await gates?.run();
    await table.client.send(new PutCommand({ TableName: table.tableName, Item: { ...Key, version: 1, doc: {} } }));

    await expect(gates?.run()).rejects.toThrow();
    await table.client.send(new DeleteCommand({ TableName: table.tableName, Key }));
  }, 60_000);

  it.each(JOBS)(
    '[REQ-SEC1] suffices for what %s does',
    async (job) => {
      parameters.set(killSwitch, job === 'watch' ? 'killed:drill' : 'armed');
      const deployed = { tableName: table.tableName, queueBase: aws.url };
      const told = environmentOf(synthesized(), `247trader-live-${job}`, deployed);
      // What becomes of the event is not the point here; what is asked for on the way is.
      await EVENTS[job]({ ...told, LAMBDA_TASK_ROOT: home, MAX_JITTER_MS: '0', AWS_ENDPOINT_URL: aws.url }).catch(
        () => 0,
      );

      const may = rightsOf(synthesized(), ROLES[job], deployed);
      const asked = aws.calls.filter(({ action }) => !action.startsWith('unsigned:'));
      const refused = asked.filter((call) => !may(call)).map(({ action, resource }) => `${action} ${resource}`);
      expect([...new Set(refused)]).toEqual([]);
      expect([...new Set(asked.map(({ action }) => action))]).toEqual(expect.arrayContaining([...ASKS[job]]));
    },
    60_000,
  );
});
