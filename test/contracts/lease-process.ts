import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { sampleAccount } from './samples.ts';

/**
 * An instance of the bot reduced to its lease and its books, run by a test. Each line on stdin is one order:
 * `acquire TTL CLOCK_OFFSET`, `save`, `release`, or `rounds N` (so many times all three); each answer is a line of JSON.
 */
const [endpoint = '', tableName = '', owner = ''] = process.argv.slice(2);
const scope = { botId: 'bot1', mode: 'LIVE' } as const;
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }),
);
const lease = dynamoLease(client, tableName, scope);
const accounts = dynamoAccountStore(client, tableName, scope);
let fence = 0;

async function acquire(ttlMs: number, offsetMs: number) {
  const answer = await lease.acquire(owner, ttlMs, Date.now() + offsetMs);
  if (answer.kind === 'held') fence = answer.fence;
  return answer;
}

async function save() {
  const stored = await accounts.load();
  const version = (stored?.version ?? 0) + 1;
  return { kind: await accounts.save(sampleAccount('bot1', 'LIVE', { version, fence })), version, fence };
}

async function rounds(count: number) {
  const saved: { readonly version: number; readonly fence: number }[] = [];
  for (let round = 0; round < count; round += 1) {
    if ((await acquire(50, 0)).kind === 'busy') continue;
    const write = await save();
    if (write.kind === 'saved') saved.push({ version: write.version, fence: write.fence });
    await lease.release(fence);
  }
  return { kind: 'done', saved };
}

async function obey(line: string): Promise<unknown> {
  const [word, first = '0', second = '0'] = line.split(' ');
  if (word === 'acquire') return acquire(Number(first), Number(second));
  if (word === 'save') return save();
  if (word === 'rounds') return rounds(Number(first));
  await lease.release(fence);
  return { kind: 'released' };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await obey(line))}\n`);
}
