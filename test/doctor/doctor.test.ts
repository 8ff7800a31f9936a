import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DoctorReport, doctorText, examine } from '../../cli/commands/doctor.ts';
import { stageConfig } from '../../cli/decision/read-inputs.ts';
import { closeClients, type DoctorClients, doctorClients } from '../../cli/doctor/clients.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { noteDailyLook } from '../../shared/app/daily-look.ts';
import { type AwsJsonStub, clientConfig, startAwsJsonStub } from '../contracts/aws-json-stub.ts';
import { accountOf, BTC, positionOf } from '../core/world.ts';
import { freshDir, ROOT } from '../local/harness.ts';

const NOW_MS = Date.parse('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;
const KEY = JSON.stringify({ name: 'organizations/o/apiKeys/k', privateKey: 'hunter2-hunter2' });

let server: FauxqsServer;
let json: AwsJsonStub;
let clients: DoctorClients;
let topics: { alerts: string; escalations: string };

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  json = await startAwsJsonStub();
  const faux = doctorClients(clientConfig(`http://127.0.0.1:${server.port}`));
  const stubbed = doctorClients(clientConfig(json.endpoint));
  clients = { ...faux, ssm: stubbed.ssm, secrets: stubbed.secrets, dynamodb: stubbed.dynamodb };
  server.createBucket('archive');
});
afterAll(async () => {
  closeClients(clients);
  await server.stop();
  await json.close();
});

interface Account {
  readonly killSwitch: string;
  readonly secret: string;
  readonly keyAgeDays: number;
  readonly guarded: boolean;
}
const HEALTHY: Account = { killSwitch: 'armed', secret: KEY, keyAgeDays: 3, guarded: true };
let table: string;

/** The account's answers in JSON: parameters, secrets, and the table of a guarded stage. */
function answering({ killSwitch, secret, keyAgeDays, guarded }: Account): void {
  const facts = {
    table_name: table,
    archive_bucket: 'archive',
    halt_topic_arn: 'arn:halt',
    alert_topic_arn: topics.alerts,
    escalation_topic_arn: topics.escalations,
  };
  const created = (NOW_MS - keyAgeDays * DAY_MS) / 1_000;
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => Record<string, unknown>>> = {
    GetParameter: ({ Name }) => ({
      Parameter: { Name, Value: String(Name).endsWith('/parts') ? JSON.stringify(facts) : killSwitch },
    }),
    GetSecretValue: () => ({ SecretString: secret }),
    ListSecretVersionIds: () => ({
      Versions: [{ VersionId: 'v', VersionStages: ['AWSCURRENT'], CreatedDate: created }],
    }),
    DescribeTable: () => ({ Table: { TableStatus: 'ACTIVE', ItemCount: 7, DeletionProtectionEnabled: guarded } }),
    DescribeContinuousBackups: () => ({
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: guarded ? 'ENABLED' : 'DISABLED' },
      },
    }),
    Query: () => ({ Items: [] }),
    GetItem: () => ({}),
  };
  json.reply = (operation, input) => {
    const answer = answers[operation];
    return answer === undefined ? { kind: 'error', type: 'Unknown' } : { kind: 'ok', body: answer(input) };
  };
}

let stages = 0;
beforeEach(async () => {
  stages += 1;
  table = 'state';
  const topic = async (name: string) =>
    (await clients.sns.send(new CreateTopicCommand({ Name: `${name}-${stages}` }))).TopicArn ?? '';
  topics = { alerts: await topic('alerts'), escalations: await topic('escalations') };
});

function makeQueues(stage: string): string {
  for (const name of ['intents.fifo', 'intents-dead.fifo', 'escalations-dead']) {
    const attributes: Record<string, string> = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    server.createQueue(`247trader-${stage}-${name}`, { attributes });
  }
  return `http://127.0.0.1:${server.port}/000000000000/247trader-${stage}-escalations-dead`;
}

const look = (stage: 'dev' | 'paper' | 'live', asked: DoctorClients = clients) =>
  examine({ clients: asked, config: stageConfig(`${ROOT}/config`, stage), exchange: null, nowMs: NOW_MS });
const statusOf = ({ findings }: DoctorReport, name: string) => findings.find(({ check }) => check === name)?.status;
const detailOf = ({ findings }: DoctorReport, name: string) => findings.find(({ check }) => check === name)?.detail;

describe('trader doctor', () => {
  it('finds a stage well whose parts are there, guarded, empty of dead letters and heard by somebody', async () => {
    const dir = freshDir();
    const started = await startEmbeddedTable(dir);
    if (started.kind === 'locked') throw new Error('the folder is fresh');
    const { table: embedded } = started;
    table = embedded.tableName;
    answering(HEALTHY);
    makeQueues('dev');
    for (const topicArn of Object.values(topics)) await subscribeConfirmed(topicArn);
    await completedCycle(embedded);
    await noteDailyLook(factsOf(embedded), NOW_MS - 20 * 3_600_000);
    const own = doctorClients(clientConfig(embedded.endpoint));

    const report = await look('dev', { ...clients, dynamodb: own.dynamodb });
    closeClients(own);
    await embedded.close();

    expect(report.findings.filter(({ status }) => status === 'problem')).toEqual([]);
    expect(report.is_well).toBe(true);
    expect(detailOf(report, 'last cycle')).toContain('60 s ago');
    expect(detailOf(report, 'daily look')).toBe('the last one ended 20 h ago');
    expect(doctorText(report)).toContain('stage dev: nothing is wrong');
  });

  it('[REQ-SEC2] says that the daily checks do not run any more, and where to look', async () => {
    const started = await startEmbeddedTable(freshDir());
    if (started.kind === 'locked') throw new Error('the folder is fresh');
    const { table: embedded } = started;
    table = embedded.tableName;
    answering(HEALTHY);
    await noteDailyLook(factsOf(embedded), NOW_MS - 30 * 3_600_000);
    const own = doctorClients(clientConfig(embedded.endpoint));

    const report = await look('dev', { ...clients, dynamodb: own.dynamodb });
    closeClients(own);
    await embedded.close();

    expect(report.findings.find(({ check }) => check === 'daily look')).toMatchObject({
      status: 'problem',
      detail: 'the last one ended 30 h ago',
      mend: expect.stringContaining('/aws/lambda/247trader-dev-hygiene'),
    });
  });

  it('[I10] says what LIVE has left behind in a stage that runs another mode', async () => {
    const started = await startEmbeddedTable(freshDir());
    if (started.kind === 'locked') throw new Error('the folder is fresh');
    const { table: embedded } = started;
    table = embedded.tableName;
    answering(HEALTHY);
    const { app } = stageConfig(`${ROOT}/config`, 'live');
    const scope = { botId: app.bot_id, mode: 'LIVE' } as const;
    const account = accountOf({ positions: { [BTC]: positionOf('1') } });
    const books = dynamoAccountStore(embedded.client, table, scope);
    await books.save({ ...account, bot_id: app.bot_id, mode: 'LIVE', version: 1 });
    const own = doctorClients(clientConfig(embedded.endpoint));

    const report = await look('live', { ...clients, dynamodb: own.dynamodb });
    closeClients(own);
    await embedded.close();

    expect(app.mode).toBe('DRY_RUN');
    expect(report.findings.find(({ check }) => check === 'LIVE books')).toMatchObject({
      status: 'problem',
      detail: 'LIVE left BTC-USD held; in DRY_RUN nobody follows them',
    });
  });

  it('says for each fault how to mend it, and looks at everything after the first', async () => {
    answering({ ...HEALTHY, killSwitch: 'killed:smoke', keyAgeDays: 95, guarded: false });
    const dead = makeQueues('live');
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: 'lost' }));

    const report = await look('live');

    const wrong = report.findings.filter(({ status }) => status === 'problem');
    expect(wrong.map(({ check }) => check).sort()).toEqual(
      [
        'alerts',
        'escalations',
        'escalations-dead',
        'kill switch',
        'last cycle',
        'table guard',
        'table recovery',
        'trade key',
        'view key',
      ].sort(),
    );
    for (const { mend } of wrong) expect(mend).not.toBeNull();
    expect(detailOf(report, 'kill switch')).toBe('pulled: smoke');
    expect(report.is_well).toBe(false);
  });

  it('says that nothing can be read when the stage is not deployed, instead of throwing', async () => {
    json.reply = () => ({ kind: 'error', type: 'ParameterNotFound' });

    const report = await look('paper');

    expect(statusOf(report, 'parts')).toBe('problem');
    expect(statusOf(report, 'intents')).toBe('problem');
    expect(report.findings.find(({ check }) => check === 'parts')?.mend).toContain('cdk deploy -c stage=paper');
  });

  it('tells whoever is not signed in to sign in, and not to deploy', async () => {
    const nobody = doctorClients({
      ...clientConfig(json.endpoint),
      credentials: () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
    });
    const config = stageConfig(`${ROOT}/config`, 'paper');
    const { findings } = await examine({ clients: nobody, config, exchange: null, nowMs: NOW_MS });
    closeClients(nobody);

    const wrong = findings.filter(({ status }) => status === 'problem');
    expect(wrong.map(({ check }) => check)).toContain('parts');
    expect(wrong.filter(({ mend }) => /deploy/.test(mend ?? ''))).toEqual([]);
    expect(wrong.find(({ check }) => check === 'parts')?.mend).toContain('AWS_PROFILE');
  });

  it('names missing rights as such', async () => {
    json.reply = () => ({ kind: 'error', type: 'AccessDeniedException' });

    const report = await look('paper');

    expect(detailOf(report, 'trade key')).toBe('not permitted (AccessDeniedException)');
  });

  it('takes the random text of the stack for no key, and asks for none where PAPER needs none [I11]', async () => {
    answering({ ...HEALTHY, secret: 'random-text-of-the-stack' });

    const report = await look('paper');

    expect(statusOf(report, 'view key')).toBe('ok');
    expect(detailOf(report, 'view key')).toBe('no key was put there yet; PAPER needs none');
    expect(JSON.stringify(report)).not.toContain('random-text');
  });

  it('does not pretend to have looked at alarms, clock and rights when it did not', async () => {
    answering(HEALTHY);

    const report = await look('live');

    for (const name of ['alarms', 'clock', 'trade key rights']) expect(statusOf(report, name)).toBe('not_checked');
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });
});

async function subscribeConfirmed(topicArn: string): Promise<void> {
  await clients.sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'email', Endpoint: 'somebody@example.com' }),
  );
}

function factsOf({ client, tableName }: EmbeddedTable) {
  return dynamoFactStore(client, tableName, { botId: '247t', mode: 'DRY_RUN' });
}

async function completedCycle({ client, tableName }: EmbeddedTable): Promise<void> {
  const slot = NOW_MS - 60_000;
  const cycles = dynamoCycleStore(client, tableName, { botId: '247t', mode: 'DRY_RUN' });
  await cycles.begin(slot, slot);
  await cycles.finish({ slot_ms: slot, status: 'completed', started_at_ms: slot, summary: {} });
}
