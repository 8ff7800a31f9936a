import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../cli/command-list.ts';
import { fileDrill } from '../../cli/commands/drill.ts';
import { CONFIG_DIR, stageConfig } from '../../cli/decision/read-inputs.ts';
import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { raised } from '../../shared/app/alerts.ts';
import { saveHaltRecord } from '../../shared/app/halt-record.ts';
import { usd } from '../../shared/core/money/fixed.ts';
import { openAccount } from '../../shared/core/portfolio/ledger.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { rightsOf } from './testing/policy.ts';
import { arnOf, BUCKET, REGION, type RecordedAws, startRecordedAws } from './testing/recorded-aws.ts';
import { synthesized } from './testing/synthesized.ts';

const STAGE = ['--stage', 'live'];
const KILL_SWITCH = '/247trader/live/kill-switch';
const { app } = stageConfig(CONFIG_DIR, 'live');
const SCOPE = { botId: app.bot_id, mode: app.mode };

/** Every command that goes to a stage on AWS, and what it must at least have asked there. */
const RUNS: readonly (readonly [line: readonly string[], asked: readonly string[]])[] = [
  [
    ['kill', '--reason', 'smoke', '--by', 'me'],
    ['ssm:PutParameter', 'sns:Publish', 'dynamodb:GetItem'],
  ],
  [['kill', '--status'], ['ssm:GetParameter']],
  [['kill', '--flatten', '--confirm', 'sell everything'], ['ssm:PutParameter']],
  [
    ['rearm', '--reason', 'checked', '--confirm', 'rearm live'],
    ['ssm:PutParameter', 'dynamodb:PutItem'],
  ],
  [['alerts'], ['dynamodb:GetItem']],
  [['alerts', 'test'], ['sns:Publish']],
  [
    ['alerts', 'resolve', 'LEDGER_BREAK:cash', '--reason', 'found'],
    ['sns:Publish', 'dynamodb:PutItem'],
  ],
  [['alive'], ['dynamodb:PutItem']],
  [
    ['gates', '--confirm-alerts', '--confirm', 'the alert arrived'],
    ['dynamodb:Query', 'dynamodb:PutItem'],
  ],
  [['promote', '--to', 'PAPER', '--confirm', 'promote to PAPER'], ['dynamodb:Query']],
  [
    ['demote', '--to', 'DRY_RUN', '--reason', 'rehearsal'],
    ['dynamodb:PutItem', 'sns:Publish'],
  ],
  [['hygiene'], ['secretsmanager:ListSecretVersionIds', 'dynamodb:PutItem']],
  [['secrets', 'status'], ['secretsmanager:ListSecretVersionIds']],
  [
    ['secrets', 'rotate', '--key', 'trade', '--from', 'KEY', '--exchange-url', 'URL'],
    ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage', 'dynamodb:PutItem'],
  ],
  [
    ['doctor', '--exchange-url', 'URL'],
    ['sns:ListSubscriptionsByTopic', 'sqs:GetQueueAttributes', 's3:ListBucket'],
  ],
  [['destroy-check'], ['dynamodb:GetItem']],
  [['orders'], ['dynamodb:Query']],
  [['positions'], ['dynamodb:GetItem']],
  [['audit', `${app.bot_id}-BTC-USD-1700000000-e1`], ['dynamodb:GetItem']],
  [['export', 'lots', '--year', '2026'], ['dynamodb:Query']],
  [['reconcile', '--exchange-url', 'URL'], ['dynamodb:UpdateItem']],
];

/** Those that take a stage's config and nothing else of it. */
const OF_CONFIG_ALONE = [
  'admission',
  'backtest',
  'config check',
  'config show',
  'cost',
  'decide',
  'diff',
  'explain',
  'local',
  'lookahead',
  'probe',
  'sensitivity',
  'strategies',
  'sweep',
  'walkforward',
];

describe("the operator's role", () => {
  let table: EmbeddedTable;
  let aws: RecordedAws;
  let simulator: Simulator;
  const parameters = new Map<string, string>();
  const secrets = new Map<string, string>();
  const key = simulatorKey();
  const home = mkdtempSync(join(tmpdir(), 'operator-'));
  const keyFile = join(home, 'key.json');

  beforeAll(async () => {
    const started = await startEmbeddedTable(join(home, 'state'));
    if (started.kind === 'locked') throw new Error('the folder is fresh');
    table = started.table;
    aws = await startRecordedAws({ tableEndpoint: table.endpoint, parameters, secrets });
    const market = syntheticMarket({ seed: 7, startMs: Date.now() });
    const clock = { nowMs: Date.now, monotonicMs: () => performance.now(), sleep: async () => undefined };
    simulator = await startSimulator({ market, clock, keys: [key] });
    writeFileSync(keyFile, JSON.stringify(key.apiKey));
    await prepare();
  });
  afterAll(async () => {
    await aws.close();
    await simulator.close();
    await table.close();
    rmSync(home, { recursive: true });
  });
  beforeEach(() => {
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
    vi.stubEnv('AWS_REGION', REGION);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    for (const log of ['log', 'error'] as const) vi.spyOn(console, log).mockImplementation(() => undefined);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    parameters.set(KILL_SWITCH, 'killed:earlier');
    aws.calls.length = 0;
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  /** A stage that was halted, has reconciled since, and has an alert open. */
  async function prepare(): Promise<void> {
    const topic = (name: string) => arnOf('sns', `247trader-live-${name}`);
    const parts = {
      table_name: table.tableName,
      archive_bucket: BUCKET,
      halt_topic_arn: topic('halt'),
      alert_topic_arn: topic('alerts'),
      escalation_topic_arn: topic('escalations'),
    };
    parameters.set('/247trader/live/parts', JSON.stringify(parts));
    for (const name of ['view', 'trade']) {
      secrets.set(arnOf('secretsmanager', `secret:247trader/live/coinbase-${name}-AbCdEf`), JSON.stringify(key.apiKey));
    }
    const at = [table.client, table.tableName, SCOPE] as const;
    const facts = dynamoFactStore(...at);
    const clock = { nowMs: () => 1_000, monotonicMs: () => 0, sleep: async () => undefined };
    await saveHaltRecord(
      { facts, clock },
      { reason: 'smoke (me)', source: 'watch' },
      { detect_ms: 1, cancelled_ms: 2 },
    );
    const account = openAccount({ ...SCOPE, cash: usd('9'), external: {}, nowMs: 0 });
    await dynamoAccountStore(...at).save({ ...account, version: 1, fence: 0 });
    const cycles = dynamoCycleStore(...at);
    await cycles.begin(60_000, 61_000);
    await cycles.finish({ slot_ms: 60_000, status: 'completed', started_at_ms: 61_000, summary: {} });
    const desk = alertDesk({
      facts,
      clock,
      channel: { send: async () => undefined },
      policy: alertPolicyOf(app.alerts),
    });
    await desk.notify(raised('LEDGER_BREAK', 'cash', '1 dollar', 1_000));
  }

  async function run(line: readonly string[]): Promise<readonly string[]> {
    const words = line.map((word) => ({ URL: simulator.url, KEY: keyFile })[word] ?? word);
    const [name = '', ...args] = words;
    const command = await (COMMANDS[name] as () => Promise<Command>)();
    // What a command says about an almost empty stage is not the point here; what it asks is.
    await command.parseAsync([...args, ...STAGE], { from: 'user' }).catch(() => undefined);
    return refused();
  }

  const refused = () => {
    const may = rightsOf(synthesized(), 'OperatorsRole', { tableName: table.tableName, queueBase: aws.url });
    return [...new Set(aws.calls.filter((call) => !may(call)).map(({ action, resource }) => `${action} ${resource}`))];
  };

  it.each(RUNS)('[REQ-SEC1] [REQ-K1] suffices for trader %j', async (line, asked) => {
    expect(await run(line)).toEqual([]);
    expect([...new Set(aws.calls.map(({ action }) => action))]).toEqual(expect.arrayContaining([...asked]));
  });

  it('[REQ-K1] pulls the switch with a config that has a fault, which keeps the halt from being shown alone', async () => {
    const said = vi.spyOn(console, 'log');
    const broken = join(home, 'no-config');
    await run(['kill', '--reason', 'smoke', '--by', 'me', '--config', broken, '--json']);

    expect(parameters.get(KILL_SWITCH)).toBe('killed:smoke (me)');
    expect(aws.calls.map(({ action }) => action)).toContain('sns:Publish');
    expect(JSON.parse(String(said.mock.calls[0]?.[0]))).toMatchObject({
      switch: 'killed',
      halt: null,
      halt_unread: expect.stringContaining(broken),
    });
  });

  it('[REQ-K1] suffices to file a drill', async () => {
    const measured = { detect_ms: 1, alert_ms: 1, cancelled_ms: 1, remaining: 0, placed_after: 0, faults: [] };
    await fileDrill({ stage: 'live', config: CONFIG_DIR }, { orders: 1, ...measured });

    expect(refused()).toEqual([]);
    expect(aws.calls.map(({ action }) => action)).toContain('dynamodb:PutItem');
  });

  it('is asked for by every command that goes to a stage', async () => {
    const named = (
      await Promise.all(Object.keys(COMMANDS).map(async (name) => withStage(await COMMANDS[name]?.())))
    ).flat();
    const run = [...RUNS.map(([line]) => line.filter((word) => !word.startsWith('-'))), ['drill', 'kill-switch']];
    const covers = (path: string) => run.some((line) => path === line.slice(0, path.split(' ').length).join(' '));

    expect(named.filter((path) => !covers(path)).sort()).toEqual([...OF_CONFIG_ALONE].sort());
  });
});

function withStage(command: Command | undefined, before = ''): readonly string[] {
  if (command === undefined) return [];
  const path = `${before}${command.name()}`;
  const own = command.options.some(({ long }) => long === '--stage') ? [path] : [];
  return [...own, ...command.commands.flatMap((child) => withStage(child, `${path} `))];
}
