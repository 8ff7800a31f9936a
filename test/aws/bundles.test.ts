import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configInMode } from '../../bench/config-in-mode.ts';
import { FUNCTION_ENVIRONMENT } from '../../bench/function-environment.ts';
import { type FunctionStart, START, weightOf } from '../../bench/function-start.ts';
import { bundleEntry } from '../../lib/bundle/bundle-entry.ts';
import { bundleFunctions } from '../../lib/bundle/bundle-functions.ts';
import { withoutXml } from '../../lib/bundle/narrow-barrels.ts';
import { trimSchemas } from '../../lib/bundle/trimmed-schemas.ts';
import { onlyDatetime, trimZod } from '../../lib/bundle/trimmed-zod.ts';
import { JOBS, type Job } from '../../lib/stacks/trader-stack.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { packConfig } from '../../shared/config/pack-config.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { awsOnLoopback, type LoopbackAws } from './testing/aws-on-loopback.ts';
import type { useEveryClient } from './testing/every-client.ts';
import type { useEveryStore } from './testing/every-store.ts';

const projectDir = join(import.meta.dirname, '../..');
const run = promisify(execFile);

interface Limits {
  /** What is loaded when the function has started, in the mode that loads more. */
  readonly kb: number;
  readonly gzipKb: number;
}

/** Exact limits in kB (1000 bytes), a hair above what the parts weigh: whoever adds weight has to say so here. */
const LIMITS: Readonly<Record<Job, Limits>> = {
  decide: { kb: 505.9, gzipKb: 164 },
  execute: { kb: 372.7, gzipKb: 119.5 },
  halt: { kb: 368.5, gzipKb: 118.3 },
  watch: { kb: 210, gzipKb: 67.5 },
  escalate: { kb: 256.5, gzipKb: 81 },
  webhook: { kb: 202, gzipKb: 66.5 },
  // It replays what was decided, and asks the exchange for its products.
  hygiene: { kb: 412, gzipKb: 131.5 },
};
/** The parts that tell people. */
const ALERTS = ['alert-desk', 'alert-topics'];
/** A file of a bundle without its digest. */
const nameOf = (file: string) => basename(file).replace(/-\w+\.js$/, '');
/** For all files of a function together, also those that wait until they are asked for. */
const WHOLE_KB = 590.1;

describe('the bundles', () => {
  let dir: string;
  let aws: LoopbackAws;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'bundles-'));
    aws = await awsOnLoopback();
    const clients = ['every-client', 'every-store'].map((name) =>
      bundleEntry({ projectDir, entry: join(import.meta.dirname, 'testing', `${name}.ts`), outDir: dir, name }),
    );
    const config = configInMode(join(projectDir, 'config'), 'PAPER');
    await Promise.all([bundleFunctions({ projectDir, outDir: dir, jobs: JOBS, config }), ...clients]);
  }, 60_000);
  afterAll(async () => {
    await aws.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const filesOf = (job: string) => globSync(join(dir, job, '*.js'));

  /** Runs a script where no package of the project can be found, with a function's environment. */
  async function runAlone(script: string, env: Readonly<Record<string, string>> = {}) {
    const { stdout } = await run(process.execPath, ['-e', script], {
      cwd: dir,
      env: { ...FUNCTION_ENVIRONMENT, AWS_ENDPOINT_URL: aws.url, ...env },
    });
    return stdout.trim().split('\n');
  }

  /** Starts a function in a mode and hears what it loaded. */
  async function started(job: Job, mode: 'PAPER' | 'LIVE'): Promise<FunctionStart> {
    const config = configInMode(join(projectDir, 'config'), mode);
    const [said = ''] = await shippedWith(
      packConfig(config, 'c1'),
      job,
      START.replace('./index.js', `./${job}/index.js`),
    );
    return JSON.parse(said);
  }

  /** Runs a script with other files beside the code of a function, and puts back what was there. */
  async function shippedWith(files: Readonly<Record<string, string>>, job: Job, script: string) {
    const before = Object.keys(files).map((name) => [name, readFileSync(join(dir, job, name), 'utf8')] as const);
    const ship = ([name, text]: readonly [string, string]) => writeFileSync(join(dir, job, name), text);
    Object.entries(files).forEach(ship);
    try {
      return await runAlone(script, taskRoot(job));
    } finally {
      before.forEach(ship);
    }
  }

  it.each(JOBS)('%s stays within its size, in either mode', async (job) => {
    const weights = [weightOf((await started(job, 'PAPER')).files), weightOf((await started(job, 'LIVE')).files)];

    const most = {
      kb: Math.max(...weights.map(({ kb }) => kb)),
      gzipKb: Math.max(...weights.map((one) => one.gzip_kb)),
    };
    expect(most.kb).toBeLessThanOrEqual(LIMITS[job].kb);
    expect(most.gzipKb).toBeLessThanOrEqual(LIMITS[job].gzipKb);
    expect(weightOf(filesOf(job)).kb).toBeLessThanOrEqual(WHOLE_KB);
  });

  it('loads what trades in its own mode only, and what tells people when there is something to tell', async () => {
    const named = async (mode: 'PAPER' | 'LIVE') => (await started('execute', mode)).files.map(nameOf);

    const [paper, live] = [await named('PAPER'), await named('LIVE')];
    expect(paper).toContain('paper-venue');
    expect(live).toEqual(expect.arrayContaining(['live-venue', 'sign-jwt']));
    for (const absent of ['live-venue', 'sign-jwt', ...ALERTS]) expect(paper).not.toContain(absent);
    for (const absent of ['paper-venue', ...ALERTS]) expect(live).not.toContain(absent);
  });

  it('decide loads the strategies that its stage has switched on, holds every one, and starts with no unknown one', async () => {
    const names = Object.keys(strategyModules);
    const config = configInMode(join(projectDir, 'config'), 'PAPER');
    const { signals } = config.decision;
    const enabling = (enabled: readonly string[]) => {
      const strategy = Object.fromEntries(
        [...new Set([...names, ...enabled])].map((name) => [
          name,
          { ...signals.strategy['donchian-breakout'], enabled: enabled.includes(name) },
        ]),
      ) as typeof signals.strategy;
      return packConfig({ ...config, decision: { ...config.decision, signals: { ...signals, strategy } } }, 'c1');
    };
    const startedWith = async (enabled: readonly string[]) => {
      const [said = ''] = await shippedWith(
        enabling(enabled),
        'decide',
        START.replace('./index.js', './decide/index.js'),
      );
      const files = (JSON.parse(said) as FunctionStart).files.map(nameOf);
      return files.filter((name) => names.includes(name)).sort();
    };

    expect(await startedWith([])).toEqual([]);
    expect(await startedWith(['rsi-bollinger-reversion'])).toEqual(['rsi-bollinger-reversion']);
    expect(await startedWith(names)).toEqual([...names].sort());
    const refused = "try { require('./decide') } catch (error) { console.log(error.message) }";
    expect(await shippedWith(enabling(['no-such']), 'decide', refused)).toEqual([
      'config names the strategy no-such, which this bundle does not hold',
    ]);
  });

  it('refuse to start with a config.json that was changed after it was checked', async () => {
    const changed = readFileSync(join(dir, 'execute', 'config.json'), 'utf8').replace('"PAPER"', '"LIVE"');
    const script = "try { require('./execute') } catch (error) { console.log(error.message) }";

    expect(await shippedWith({ 'config.json': changed }, 'execute', script)).toEqual([
      'packed.json was not made from this config.json: bundle the function again',
    ]);
  });

  it('are the same bytes whenever they are made of the same sources', async () => {
    const again = mkdtempSync(join(tmpdir(), 'bundles-again-'));
    try {
      const config = configInMode(join(projectDir, 'config'), 'PAPER');
      await bundleFunctions({ projectDir, outDir: again, jobs: ['execute'], config });
      const files = readdirSync(join(again, 'execute')).sort();
      expect(files).toEqual(readdirSync(join(dir, 'execute')).sort());
      for (const file of files)
        expect(readFileSync(join(again, 'execute', file)).equals(readFileSync(join(dir, 'execute', file)))).toBe(true);
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  it.each(JOBS)('%s holds neither the emulators, nor the simulator, nor a YAML parser', (job) => {
    for (const file of filesOf(job)) {
      const code = readFileSync(file, 'utf8');
      for (const word of ['dynalite', 'fauxqs', 'leveldown', 'simulator', 'parseDocument', 'aws-cdk']) {
        expect(code).not.toContain(word);
      }
    }
  });

  it.each(JOBS)('%s says what is missing when its environment is not set', async (job) => {
    // Left alone, Node would first print the line that threw: all of the bundle.
    const script = `try { require('./${job}') } catch (error) { console.log(error.message) }`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: dir, env: {} });

    expect(stdout).toMatch(/environment: .*[\s\S]*(TABLE_NAME|WEBHOOK_SECRET|HALT_TOPIC_ARN)/);
  });

  it.each(JOBS)('%s starts, and whatever it may have to load later can be loaded', async (job) => {
    const later = filesOf(job).map((file) => `require(${JSON.stringify(file)});`);
    const script = `console.log(typeof require('./${job}').handler);${later.join('')}`;

    expect(await runAlone(script, taskRoot(job))).toEqual(['function']);
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

  it('[REQ-AL1] tell people, with what is loaded for that only then', async () => {
    const before = aws.seen.length;
    const body = JSON.stringify({ client_order_id: 'nobody-knows-1', slot_ms: 60_000 });
    const script = `require('./execute').handler(${JSON.stringify({ Records: [{ messageId: 'm1', body }] })}, { awsRequestId: 'r1' })
      .then((r) => console.log(JSON.stringify({ said: r, files: Object.keys(require.cache) })))`;
    const { said, files } = JSON.parse((await runAlone(script, taskRoot('execute'))).at(-1) ?? '');

    expect(said).toEqual({ batchItemFailures: [] });
    expect(files.map(nameOf)).toEqual(expect.arrayContaining(ALERTS));
    const told = aws.seen.slice(before).filter(({ operation }) => operation === 'Publish');
    expect(told.map((one) => decodeURIComponent(one.body))).toEqual([expect.stringContaining('INTENT_WITHOUT_RECORD')]);
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

  it('refuse to be trimmed when a library changes its layout', () => {
    expect(() => trimSchemas('export const all = {};', '/x/@aws-sdk/client-ssm/dist-es/schemas/schemas_0.js')).toThrow(
      'client-ssm: /x/',
    );
    expect(() => withoutXml('export { XmlCodec } from "./xml/XmlCodec";', '/x/protocols/index.js')).toThrow(
      'has 1 exports',
    );
    expect(() => trimZod('email(params) {}', '/x/schemas.js')).toThrow('/x/schemas.js has no method array, ');
    expect(() => onlyDatetime('export const date = 1;', '/x/iso.js')).toThrow('other formats of time');
  });

  it('carry the config as JSON, readable beside the code', () => {
    const { merged } = configInMode(join(projectDir, 'config'), 'PAPER');
    expect(JSON.parse(readFileSync(join(dir, 'decide', 'config.json'), 'utf8'))).toEqual(merged);
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
