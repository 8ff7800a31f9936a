import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { raised } from '../../shared/app/alerts.ts';
import type { App } from '../../shared/config/app-schema.ts';
import { clientConfig } from './aws-json-stub.ts';
import { SLOT, sampleAccount, sampleOrder } from './samples.ts';
import { tempDir } from './temp-dir.ts';

const SCOPE = { botId: 'bot1', mode: 'PAPER' } as const;
const state = tempDir();
let table: EmbeddedTable;
let proxy: Server;
let client: DynamoDBDocumentClient;
/** Operations whose next reply is lost after the table has done its work. */
const losing = new Set<string>();

beforeAll(async () => {
  const started = await startEmbeddedTable(state.path);
  if (started.kind === 'locked') throw new Error('locked');
  table = started.table;
  proxy = createServer((incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const onward = request(table.endpoint, { method: 'POST', headers: incoming.headers }, (reply) => {
      if (losing.delete(operation)) {
        reply.resume().on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
    });
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientConfig(endpoint), maxAttempts: 3 }));
});

afterAll(async () => {
  client.destroy();
  proxy.closeAllConnections();
  proxy.close();
  await table.close();
  state.remove();
});

/** Does the step with its first reply lost and shows that it was. */
async function losingReply<Value>(operation: string, step: () => Promise<Value>): Promise<Value> {
  losing.add(operation);
  const value = await step();
  expect(losing.size).toBe(0);
  return value;
}

const ALERTS = {
  dedupe_seconds: 60,
  remind_after_seconds: 3600,
  escalate_after_seconds: 120,
  escalate_again_seconds: 600,
  max_escalations: 2,
  storm_per_minute: 10,
  runbook_url: 'docs/runbook.md',
  webhook: 'none',
  subscriptions: [],
} satisfies App['alerts'];

describe('a write whose reply was lost and that the SDK repeated', () => {
  it("[I2] counts as this order's own claim, and not as somebody else's", async () => {
    const orders = dynamoOrderStore(client, table.tableName, SCOPE);
    expect(await losingReply('PutItem', () => orders.create(sampleOrder('a')))).toBe('created');
    const claimed = sampleOrder('a', { version: 2, status: 'SENDING' });
    expect(await losingReply('PutItem', () => orders.save(claimed))).toBe('saved');
    expect(await orders.save(claimed)).toBe('stale');
  });

  it('counts as the saved account, the saved fact and the begun cycle', async () => {
    const accounts = dynamoAccountStore(client, table.tableName, SCOPE);
    const account = sampleAccount('bot1', 'PAPER', { version: 1, fence: 1 });
    expect(await losingReply('PutItem', () => accounts.save(account))).toBe('saved');
    const facts = dynamoFactStore(client, table.tableName, SCOPE);
    expect(await losingReply('PutItem', () => facts.save('book', 1, 0))).toBe('saved');
    const cycles = dynamoCycleStore(client, table.tableName, SCOPE);
    expect(await losingReply('PutItem', () => cycles.begin(SLOT, SLOT))).toBe('begun');
    expect(await cycles.begin(SLOT, SLOT)).toBe('repeated');
  });

  it('[REQ-SI1] counts as the lease being held, once', async () => {
    const lease = dynamoLease(client, table.tableName, SCOPE);
    expect(await losingReply('UpdateItem', () => lease.acquire('a', 60_000, 0))).toEqual({ kind: 'held', fence: 1 });
    expect(await lease.acquire('a', 60_000, 1)).toEqual({ kind: 'busy', owner: 'a' });
  });

  it('[REQ-AL1] counts as the alert to send, once', async () => {
    const sent: string[] = [];
    const desk = alertDesk({
      facts: dynamoFactStore(client, table.tableName, { ...SCOPE, botId: 'alerts' }),
      channel: { send: async ({ detail }) => void sent.push(detail) },
      clock: { nowMs: () => SLOT },
      policy: alertPolicyOf(ALERTS),
    });
    await losingReply('PutItem', () => desk.notify(raised('CLOCK', 'account', 'first', SLOT)));
    await desk.notify(raised('CLOCK', 'account', 'second', SLOT));
    expect(sent).toEqual(['first']);
  });

  it('lets every other error escape', async () => {
    const facts = dynamoFactStore(client, 'no-such-table', SCOPE);
    await expect(facts.save('book', 1, 0)).rejects.toThrow(/not found/i);
    await expect(facts.load('book')).rejects.toThrow(/not found/i);
    await expect(dynamoLease(client, 'no-such-table', SCOPE).release(1)).rejects.toThrow(/not found/i);
  });
});
