import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoEvidenceStore } from '../../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoLease } from '../../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../../shared/adapters/dynamodb/order-store.ts';
import { openBucket } from '../../../shared/adapters/s3/bucket.ts';
import { s3SnapshotArchive } from '../../../shared/adapters/s3/snapshot-archive.ts';
import { snsAlertChannel } from '../../../shared/adapters/sns/alert-channel.ts';
import { sqsIntentQueue } from '../../../shared/adapters/sqs/intent-queue.ts';
import { raised } from '../../../shared/app/alerts.ts';
import { loneNotice } from '../../../shared/core/alerts/keep-alerts.ts';
import { SLOT, sampleAccount, sampleOrder } from '../../contracts/samples.ts';

export interface EmulatedPlaces {
  readonly tableName: string;
  readonly queueUrl: string;
  readonly topicArn: string;
}

const SCOPE = { botId: 'bundled', mode: 'PAPER' } as const;

/** Every step of every store that a function takes. Bundled by a test and run against emulators; what it says is compared. */
export async function useEveryStore({ tableName, queueUrl, topicArn }: EmulatedPlaces) {
  const at = [DynamoDBDocumentClient.from(new DynamoDBClient()), tableName, SCOPE] as const;
  const archive = s3SnapshotArchive(openBucket('archive', at[0].config, process.env['AWS_ENDPOINT_URL']), SCOPE);
  const nothing = await archive.get(SLOT);
  await archive.put(SLOT, '{"inputs":"\u00e9"}');
  const queue = sqsIntentQueue(new SQSClient(), { queueUrl, deadLetterQueueUrl: queueUrl }, 'bundled-PAPER');
  await queue.send({ client_order_id: 'bundled-1', slot_ms: SLOT });
  const notice = loneNotice(raised('DRAWDOWN', 'bundled', 'a & b = \u00e9', SLOT), { runbookUrl: 'docs/runbook.md' });
  await snsAlertChannel(new SNSClient(), { alerts: topicArn, escalations: topicArn }).send(notice);
  return {
    archive: [nothing ?? 'nothing', await archive.get(SLOT)],
    lease: await leases(...at),
    account: await accounts(...at),
    orders: await orders(...at),
    cycles: await cycles(...at),
    facts: await facts(...at),
    evidence: (await dynamoEvidenceStore(at[0], tableName, SCOPE.botId).all()).length,
  };
}

type Place = Parameters<typeof dynamoLease>;

async function leases(...at: Place) {
  const lease = dynamoLease(...at);
  const first = await lease.acquire('one', 1_000, 1_000);
  const second = await lease.acquire('two', 1_000, 1_500);
  await lease.release(1);
  return [first, second, await lease.acquire('two', 1_000, 1_600)];
}

async function accounts(...at: Place) {
  const store = dynamoAccountStore(...at);
  const next = (version: number, fence: number) => sampleAccount(SCOPE.botId, SCOPE.mode, { version, fence });
  const before = await store.load();
  const saved = [];
  for (const [version, fence] of [
    [1, 2],
    [1, 2],
    [2, 2],
    [3, 1],
  ] as const)
    saved.push(await store.save(next(version, fence)));
  return { before: before ?? 'nothing', saved, version: (await store.load())?.version };
}

async function orders(...at: Place) {
  const store = dynamoOrderStore(...at);
  const id = (index: number) => `bundled-BTC-USD-${SLOT / 1_000 + index * 60}-a`;
  const created = [];
  for (const index of [0, 1, 1]) created.push(await store.create(sampleOrder(id(index))));
  const saved = await store.save(sampleOrder(id(0), { version: 2, status: 'WORKING' }));
  const repeated = await store.save(sampleOrder(id(0), { version: 2, status: 'WORKING' }));
  const page = await store.list({ fromSlotMs: SLOT, toSlotMs: SLOT + 3_600_000 });
  return { created, saved, repeated, status: (await store.find(id(0)))?.status, listed: page.orders.length };
}

async function cycles(...at: Place) {
  const store = dynamoCycleStore(...at);
  const begun = [await store.begin(SLOT, SLOT), await store.begin(SLOT, SLOT)];
  await store.finish({ slot_ms: SLOT, status: 'completed', started_at_ms: SLOT, summary: {} });
  return { begun, last: (await store.lastSlotMs()) === SLOT };
}

async function facts(...at: Place) {
  const store = dynamoFactStore(...at);
  const saved = [await store.save('a', { deep: [1.5, null] }, 0), await store.save('a', 'again', 0)];
  return { saved, found: await store.load('a') };
}
