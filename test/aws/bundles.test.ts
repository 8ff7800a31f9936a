import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_ENVIRONMENT } from '../../bench/function-environment.ts';
import { bundleFunctions, bundleOptions } from '../../lib/bundle/bundle-functions.ts';
import { trimSchemas } from '../../lib/bundle/trimmed-schemas.ts';
import { JOBS } from '../../lib/stacks/trader-stack.ts';
import { stageConfig } from '../../lib/stage-config.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { awsOnLoopback, type LoopbackAws } from './testing/aws-on-loopback.ts';
import type { useEveryClient } from './testing/every-client.ts';
import type { useEveryStore } from './testing/every-store.ts';

const projectDir = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Exact limits in kB (1000 bytes), a hair above what the parts weigh: whoever adds weight has to say so here. */
const LIMITS: Readonly<Record<string, { readonly kb: number; readonly gzipKb: number }>> = {
  // The client of S3 alone is 76 kB (22 kB gzipped) of it.
  decide: { kb: 700, gzipKb: 225 },
  execute: { kb: 470, gzipKb: 152 },
  halt: { kb: 464, gzipKb: 150 },
  watch: { kb: 270, gzipKb: 88 },
  escalate: { kb: 344, gzipKb: 112 },
  webhook: { kb: 280, gzipKb: 92 },
  // It replays what was decided, and asks the exchange for its products.
  hygiene: { kb: 580, gzipKb: 190 },
};

describe('the bundles', () => {
  let dir: string;
  let aws: LoopbackAws;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'bundles-'));
    aws = await awsOnLoopback();
    const config = stageConfig(join(projectDir, 'config'), 'paper').merged;
    const everyClient = join(import.meta.dirname, 'testing', 'every-client.ts');
    const everyStore = join(import.meta.dirname, 'testing', 'every-store.ts');
    await Promise.all([
      bundleFunctions({ projectDir, outDir: dir, jobs: JOBS, config }),
      build(bundleOptions(everyClient, join(dir, 'every-client.js'), projectDir)),
      build(bundleOptions(everyStore, join(dir, 'every-store.js'), projectDir)),
    ]);
  }, 60_000);
  afterAll(async () => {
    await aws.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const codeOf = (job: string) => readFileSync(join(dir, job, 'index.js'), 'utf8');

  /** Runs a script where no package of the project can be found, with a function's environment. */
  async function runAlone(script: string, env: Readonly<Record<string, string>> = {}) {
    const { stdout } = await run(process.execPath, ['-e', script], {
      cwd: dir,
      env: { ...FUNCTION_ENVIRONMENT, AWS_ENDPOINT_URL: aws.url, ...env },
    });
    return stdout.trim().split('\n');
  }

  it.each(JOBS)('%s stays within its size', (job) => {
    const code = codeOf(job);

    expect(code.length / 1_000).toBeLessThanOrEqual(LIMITS[job]?.kb ?? 0);
    expect(gzipSync(code, { level: 9 }).length / 1_000).toBeLessThanOrEqual(LIMITS[job]?.gzipKb ?? 0);
  });

  it.each(JOBS)('%s holds neither the emulators, nor the simulator, nor a YAML parser', (job) => {
    const code = codeOf(job);

    for (const word of ['dynalite', 'fauxqs', 'leveldown', 'simulator', 'parseDocument', 'aws-cdk']) {
      expect(code).not.toContain(word);
    }
  });

  it.each(JOBS)('%s says what is missing when its environment is not set', async (job) => {
    // Left alone, Node would first print the line that threw: all of the bundle.
    const script = `try { require('./${job}') } catch (error) { console.log(error.message) }`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: dir, env: {} });

    expect(stdout).toMatch(/environment: .*[\s\S]*(TABLE_NAME|WEBHOOK_SECRET|HALT_TOPIC_ARN)/);
  });

  it.each(JOBS)('%s starts', async (job) => {
    expect(await runAlone(`console.log(typeof require('./${job}').handler)`, taskRoot(job))).toEqual(['function']);
  });

  it('halt answers a change of the kill switch with one signed question', async () => {
    const before = aws.seen.length;
    const event = { source: 'aws.ssm', 'detail-type': 'Parameter Store Change', detail: { name: '/armed' } };
    const context = {
      functionName: 'halt',
      awsRequestId: 'r1',
      functionVersion: '1',
      memoryLimitInMB: '512',
      invokedFunctionArn: 'arn',
    };
    const lines = await runAlone(
      `require('./halt').handler(${JSON.stringify(event)}, ${JSON.stringify(context)})`,
      taskRoot('halt'),
    );

    const asked = aws.seen.slice(before);
    expect(asked.map(({ operation }) => operation)).toEqual(['AmazonSSM.GetParameter']);
    expect(asked[0]?.authorization).toContain('Credential=AKIDEXAMPLE/');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'armed, nothing to halt',
      service: 'halt',
      stage: 'paper',
      mode: 'PAPER',
      function_request_id: 'r1',
    });
  });

  it('still speak to every service, and still tell its errors apart, after the trimming', async () => {
    const before = aws.seen.length;
    const script = `require('./every-client.js').useEveryClient('${aws.url}/111122223333/intents.fifo').then((r) => console.log(JSON.stringify(r)))`;
    const [outcome = ''] = await runAlone(script);

    expect(JSON.parse(outcome) as Awaited<ReturnType<typeof useEveryClient>>).toEqual({
      absent: 'absent',
      keyName: 'a key',
      armed: { kind: 'armed' },
      missing: { kind: 'killed', reason: expect.stringContaining('ParameterNotFound') },
      conflict: true,
    });
    const asked = aws.seen.slice(before);
    expect(asked.map(({ operation }) => operation.replace(/\?.*/, ''))).toEqual([
      'PUT /archive/cycles/bot/PAPER/1970-01-01/60000.json.gz',
      'AmazonSQS.SendMessage',
      'Publish',
      'secretsmanager.GetSecretValue',
      'DynamoDB_20120810.PutItem',
      'GET /archive/cycles/bot/PAPER/1970-01-01/60000.json.gz',
      'AmazonSSM.GetParameter',
      'AmazonSSM.GetParameter',
    ]);
    expect(asked[1]?.body).toContain('"MessageGroupId":"bot-PAPER"');
  });

  it('[I2] [I10] keep every promise of the stores, on emulators that nobody here wrote', async () => {
    const table = await startEmbeddedTable(join(dir, 'state'));
    if (table.kind === 'locked') throw new Error('locked');
    const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
    emulator.createBucket('archive');
    const { queueUrl } = emulator.createQueue('intents.fifo', { attributes: { FifoQueue: 'true' } });
    const { topicArn } = emulator.createTopic('alerts');
    const { queueUrl: inbox } = emulator.createQueue('inbox');
    emulator.subscribe({ topic: 'alerts', queue: 'inbox' });
    const url = `http://127.0.0.1:${emulator.port}`;
    const places = { tableName: table.table.tableName, queueUrl, topicArn };
    const sqs = new SQSClient({
      endpoint: url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const received = async (queue: string) => {
      const ask = { QueueUrl: queue, MessageSystemAttributeNames: ['MessageGroupId' as const] };
      return (await sqs.send(new ReceiveMessageCommand(ask))).Messages?.[0];
    };
    try {
      const [said = ''] = await runAlone(
        `require('./every-store.js').useEveryStore(${JSON.stringify(places)}).then((r) => console.log(JSON.stringify(r)))`,
        { AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_DYNAMODB: table.table.endpoint },
      );

      expect(JSON.parse(said) as Awaited<ReturnType<typeof useEveryStore>>).toEqual(EVERY_STORE);
      const intent = await received(queueUrl);
      expect(intent?.Body).toContain('bundled-1');
      expect(intent?.Attributes?.MessageGroupId).toBe('bundled-PAPER');
      const alert = JSON.parse((await received(inbox))?.Body ?? '{}');
      expect(alert.MessageAttributes.severity.Value).toBe('CRITICAL');
      expect(JSON.parse(alert.Message).detail).toBe('a & b = \u00e9');
    } finally {
      sqs.destroy();
      await emulator.stop();
      await table.table.close();
    }
  });

  it('refuse to be trimmed when the SDK changes its layout', () => {
    expect(() => trimSchemas('export const all = {};', '/x/@aws-sdk/client-ssm/dist-es/schemas/schemas_0.js')).toThrow(
      'client-ssm: /x/',
    );
  });

  it('carry the config as JSON, readable beside the code', () => {
    expect(statSync(join(dir, 'decide', 'config.json')).size).toBeGreaterThan(1_000);
  });

  const taskRoot = (job: string) => ({ LAMBDA_TASK_ROOT: join(dir, job), POWERTOOLS_SERVICE_NAME: job });
});

const EVERY_STORE = {
  archive: ['nothing', '{"inputs":"\u00e9"}'],
  lease: [
    { kind: 'held', fence: 1 },
    { kind: 'busy', owner: 'one' },
    { kind: 'held', fence: 2 },
  ],
  account: { before: 'nothing', saved: ['saved', 'stale', 'saved', 'fenced'], version: 2 },
  orders: {
    created: ['created', 'created', 'exists'],
    saved: 'saved',
    repeated: 'stale',
    status: 'WORKING',
    listed: 2,
  },
  cycles: { begun: ['begun', 'repeated'], last: true },
  facts: { saved: ['saved', 'stale'], found: { version: 1, value: { deep: [1.5, null] } } },
  evidence: 0,
};
