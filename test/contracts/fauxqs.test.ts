import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket } from '../../shared/adapters/s3/bucket.ts';
import { s3DayArchive } from '../../shared/adapters/s3/day-archive.ts';
import { s3SnapshotArchive } from '../../shared/adapters/s3/snapshot-archive.ts';
import { snsAlertChannel } from '../../shared/adapters/sns/alert-channel.ts';
import { noticeFromTopic } from '../../shared/adapters/sns/topic-message.ts';
import { parseEscalationStep, sqsEscalationQueue } from '../../shared/adapters/sqs/escalation-queue.ts';
import { sqsIntentQueue } from '../../shared/adapters/sqs/intent-queue.ts';
import { raised } from '../../shared/app/alerts.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import { loneNotice } from '../../shared/core/alerts/keep-alerts.ts';
import { decodeProductList, encodeProductList } from '../../shared/core/cycle/product-list.ts';
import { productId } from '../../shared/core/market/product.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { archiveContract } from './archive.contract.ts';
import { clientConfig } from './aws-json-stub.ts';
import { intentQueueContract } from './intent-queue.contract.ts';
import { SLOT } from './samples.ts';

let server: FauxqsServer;
let sqs: SQSClient;
let sns: SNSClient;
let anyClient: DynamoDBClient;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const config = clientConfig(`http://127.0.0.1:${server.port}`);
  sqs = new SQSClient(config);
  sns = new SNSClient(config);
  anyClient = new DynamoDBClient(config);
  server.createBucket('archive');
});

afterAll(async () => {
  for (const client of [sqs, sns, anyClient]) client.destroy();
  await server.stop();
});

let queues = 0;

intentQueueContract('SQS', async () => {
  queues += 1;
  const dead = server.createQueue(`dead-${queues}.fifo`, { attributes: { FifoQueue: 'true' } });
  const { queueUrl } = server.createQueue(`intents-${queues}.fifo`, {
    attributes: {
      FifoQueue: 'true',
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount: 3 }),
    },
  });
  return {
    queueFor: (accountId) => sqsIntentQueue(sqs, { queueUrl, deadLetterQueueUrl: dead.queueUrl }, accountId),
    async receive() {
      const message = await receiveOne(queueUrl);
      if (message === undefined) return undefined;
      const handle = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
      return {
        body: message.Body ?? '',
        receiveCount: Number(message.Attributes?.ApproximateReceiveCount),
        done: async () => void (await sqs.send(new DeleteMessageCommand(handle))),
        timeOut: async () =>
          void (await sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }))),
      };
    },
    async deadBodies() {
      const message = await receiveOne(dead.queueUrl);
      return message?.Body === undefined ? [] : [message.Body];
    },
  };
});

async function receiveOne(queueUrl: string): Promise<Message | undefined> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 1,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  return messages[0];
}

describe('SQS intent queue', () => {
  it('throws when the message could not be handed over', async () => {
    const nowhere = `http://127.0.0.1:${server.port}/000000000000/nowhere.fifo`;
    const queue = sqsIntentQueue(sqs, { queueUrl: nowhere, deadLetterQueueUrl: nowhere }, 'acc');
    await expect(queue.send({ client_order_id: 'a', slot_ms: SLOT })).rejects.toThrow();
    await expect(queue.deadLetters()).rejects.toThrow();
  });

  it('counts a dead letter also while somebody looks at it', async () => {
    const { queueUrl } = server.createQueue('seen-dead.fifo', { attributes: { FifoQueue: 'true' } });
    const queue = sqsIntentQueue(sqs, { queueUrl, deadLetterQueueUrl: queueUrl }, 'acc');
    await queue.send({ client_order_id: 'a', slot_ms: SLOT });
    expect(await queue.deadLetters()).toBe(1);
    await receiveOne(queueUrl);
    expect(await queue.deadLetters()).toBe(1);
  });

  it.each([{}, { ApproximateNumberOfMessages: 'many' }])(
    'throws when the count is not told, and does not call it 0: %j',
    async (Attributes) => {
      const silent = { send: async () => ({ Attributes }) } as unknown as SQSClient;
      const urls = { queueUrl: 'intents', deadLetterQueueUrl: 'dead' };
      await expect(sqsIntentQueue(silent, urls, 'acc').deadLetters()).rejects.toThrow('does not tell how many');
    },
  );
});

const bucketAt = (name: string) => openBucket(name, anyClient.config, `http://127.0.0.1:${server.port}`);

describe('the archive of a day: S3', () => {
  const place = { botId: 'day', mode: 'PAPER' } as const;

  it('[I8] lists the slots of a day, of this bot and mode, over more than one page', { timeout: 60_000 }, async () => {
    const midnight = Date.UTC(2026, 0, 31);
    const slots = Array.from({ length: 1_010 }, (_, i) => midnight + i * 60_000);
    const archive = s3SnapshotArchive(bucketAt('archive'), place);
    await Promise.all(slots.map((slot) => archive.put(slot, '{}')));
    await archive.put(midnight - 60_000, 'the day before');
    await s3SnapshotArchive(bucketAt('archive'), { ...place, mode: 'LIVE' }).put(midnight, 'another mode');
    const days = s3DayArchive(bucketAt('archive'), place);

    expect(await days.slotsOf(midnight)).toEqual(slots);
    expect(await days.slotsOf(midnight - 86_400_000)).toEqual([midnight - 60_000]);
    expect(await days.get(slots[0] as number)).toBe('{}');
  });

  it('[REQ-BT1] keeps the products of a day, packed, under its date', async () => {
    const text = encodeProductList({ takenAtMs: SLOT, products: [productOf(productId('BTC-USD'))] });
    await s3DayArchive(bucketAt('archive'), place).putProducts(SLOT, text);
    const day = new Date(SLOT).toISOString().slice(0, 10);
    const bytes = (await bucketAt('archive').get(`products/${day}.json.gz`)) ?? new Uint8Array();

    expect(decodeProductList(gunzipSync(bytes).toString('utf8')).products.map(({ id }) => id)).toEqual(['BTC-USD']);
  });
});

archiveContract('S3', (botId, mode) => s3SnapshotArchive(bucketAt('archive'), { botId, mode }));

describe('S3 archive', () => {
  it('throws when the bucket is not there, and does not call it an empty slot', async () => {
    const archive = s3SnapshotArchive(bucketAt('nowhere'), { botId: 'bot1', mode: 'PAPER' });
    await expect(archive.get(SLOT)).rejects.toThrow();
    await expect(archive.put(SLOT, 'text')).rejects.toThrow();
  });
});

describe('SNS alert channel', () => {
  const runbookUrl = 'docs/runbook.md';
  const notice: AlertNotice = {
    ...loneNotice(raised('DRAWDOWN', 'bot1', 'key organizations/abc/apiKeys/def leaked', SLOT), { runbookUrl }),
    title: `halted\n${'long '.repeat(40)}\u03a9`,
  };

  it('[REQ-AL1] [I11] publishes the redacted message under a subject that SNS takes, with attributes to filter by', async () => {
    const { topicArn } = server.createTopic('alerts');
    const { queueUrl } = server.createQueue('inbox');
    server.subscribe({ topic: 'alerts', queue: 'inbox' });
    await snsAlertChannel(sns, { alerts: topicArn, escalations: 'arn:nowhere' }).send(notice);
    const envelope = JSON.parse((await receiveOne(queueUrl))?.Body ?? '{}');
    expect(envelope.Subject).toMatch(/^CRITICAL halted [\x20-\x7e]{1,84}$/);
    expect(envelope.MessageAttributes.severity.Value).toBe('CRITICAL');
    expect(envelope.MessageAttributes.event.Value).toBe('opened');
    expect(JSON.parse(envelope.Message)).toEqual({ ...notice, detail: 'key [redacted] leaked' });
    expect(noticeFromTopic({ Message: envelope.Message, Timestamp: '' })).toMatchObject({ kind: 'DRAWDOWN' });
    expect(parseEscalationStep(envelope.Message)).toEqual({
      fingerprint: 'DRAWDOWN:bot1',
      opened_at_ms: SLOT,
      escalation: 0,
    });
  });

  it('throws when the topic is not there: an alert is never lost in silence', async () => {
    const nowhere = 'arn:aws:sns:us-east-1:000000000000:nowhere';
    await expect(snsAlertChannel(sns, { alerts: nowhere, escalations: nowhere }).send(notice)).rejects.toThrow();
  });
});

describe('SQS escalation queue', () => {
  it('[REQ-AL1] hands a step back only after its delay', async () => {
    const { queueUrl } = server.createQueue('escalations');
    const step = { fingerprint: 'DRAWDOWN:bot1', opened_at_ms: SLOT, escalation: 1 };
    await sqsEscalationQueue(sqs, queueUrl).putAside(step, 120_000);
    expect(await receiveOne(queueUrl)).toBeUndefined();
    await sqsEscalationQueue(sqs, queueUrl).putAside(step, -5);
    expect(parseEscalationStep((await receiveOne(queueUrl))?.Body ?? '')).toEqual(step);
  });

  it('takes nothing for a step that is none', () => {
    expect(() => parseEscalationStep('{"fingerprint":"x"}')).toThrow();
    expect(() => parseEscalationStep('alarm')).toThrow();
  });
});
