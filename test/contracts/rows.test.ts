import { gunzipSync, gzipSync } from 'node:zlib';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore, newestCycles } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { itemKey, TTL_ATTRIBUTE } from '../../shared/adapters/dynamodb/table.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { quantity } from '../../shared/core/money/fixed.ts';
import { SLOT, sampleAccount, sampleOrder } from './samples.ts';
import { tempDir } from './temp-dir.ts';

const SCOPE = { botId: 'bot1', mode: 'PAPER' } as const;
const NINETY_DAYS_S = 90 * 86_400;
const state = tempDir();
let table: EmbeddedTable;

beforeAll(async () => {
  const started = await startEmbeddedTable(state.path);
  if (started.kind === 'locked') throw new Error('locked');
  table = started.table;
});
afterAll(async () => {
  await table.close();
  state.remove();
});

const row = async (key: { pk: string; sk: string }) =>
  (await table.client.send(new GetCommand({ TableName: table.tableName, Key: key }))).Item ?? {};
const unzipped = (item: Record<string, unknown>) => gunzipSync(item['doc_gz'] as Uint8Array).toString('utf8');
const overwrite = (item: Record<string, unknown>) =>
  table.client.send(new PutCommand({ TableName: table.tableName, Item: item }));

describe('table rows', () => {
  it('[REQ-RET1] expire 90 days after an order ended without a fill, and never while it may still fill', async () => {
    const orders = dynamoOrderStore(table.client, table.tableName, SCOPE);
    const key = itemKey('ORDER', SCOPE, 'a');
    await orders.create(sampleOrder('a'));
    await orders.save(sampleOrder('a', { version: 2, status: 'WORKING' }));
    expect(await row(key)).not.toHaveProperty(TTL_ATTRIBUTE);
    const endMs = SLOT + 200 * 86_400_000;
    const history = [{ at_ms: endMs, event: 'cancel', status: 'CANCELLED' }];
    await orders.save(sampleOrder('a', { version: 3, status: 'CANCELLED', history }));
    expect((await row(key))[TTL_ATTRIBUTE]).toBe(endMs / 1000 + NINETY_DAYS_S);
  });

  it('[REQ-X1] never expire once an order has filled: lots and taxes are reckoned from it', async () => {
    const orders = dynamoOrderStore(table.client, table.tableName, SCOPE);
    await orders.create(sampleOrder('filled'));
    const filled_quantity = quantity('0.000000000001');
    await orders.save(sampleOrder('filled', { version: 2, status: 'CANCELLED', filled_quantity }));
    expect(await row(itemKey('ORDER', SCOPE, 'filled'))).not.toHaveProperty(TTL_ATTRIBUTE);
  });

  it('[REQ-RET1] expire 90 days after the slot of a cycle', async () => {
    const cycles = dynamoCycleStore(table.client, table.tableName, SCOPE);
    const key = itemKey('CYCLE', SCOPE, String(SLOT).padStart(15, '0'));
    await cycles.begin(SLOT, SLOT);
    expect((await row(key))[TTL_ATTRIBUTE]).toBe(SLOT / 1000 + NINETY_DAYS_S);
    await cycles.finish({ slot_ms: SLOT, status: 'completed', started_at_ms: SLOT, summary: {} });
    expect((await row(key))[TTL_ATTRIBUTE]).toBe(SLOT / 1000 + NINETY_DAYS_S);
  });

  it('give the newest cycles first, with their summaries', async () => {
    const scope = { botId: 'bot2', mode: 'PAPER' } as const;
    const cycles = dynamoCycleStore(table.client, table.tableName, scope);
    for (const slot of [SLOT, SLOT + 60_000, SLOT + 120_000]) {
      await cycles.begin(slot, slot);
      await cycles.finish({ slot_ms: slot, status: 'completed', started_at_ms: slot, summary: { slot } });
    }
    const newest = await newestCycles(table.client, table.tableName, scope, 2);
    expect(newest.map(({ summary }) => summary['slot'])).toEqual([SLOT + 120_000, SLOT + 60_000]);
  });

  it.each([
    ['no doc', {}, /attribute "doc" is missing/],
    ['a doc that is no JSON', { doc: '{' }, /attribute "doc" is not JSON/],
    ['a doc that does not unpack', { doc_gz: Buffer.from('no gzip') }, /attribute "doc_gz" cannot be unpacked/],
    ['an unknown key', { doc: '{"surprise":1}' }, /ACCOUNT#bad#PAPER \/ current does not match its schema/],
  ])('are refused, by name, with %s', async (_name, attributes, message) => {
    const scope = { botId: 'bad', mode: 'PAPER' } as const;
    await overwrite({ ...itemKey('ACCOUNT', scope), version: 1, fence: 1, ...attributes });
    await expect(dynamoAccountStore(table.client, table.tableName, scope).load()).rejects.toThrow(message);
  });

  it('are refused when an amount is no exact decimal text', async () => {
    const accounts = dynamoAccountStore(table.client, table.tableName, SCOPE);
    await accounts.save(sampleAccount('bot1', 'PAPER', { version: 1, fence: 1 }));
    const stored = await row(itemKey('ACCOUNT', SCOPE));
    await overwrite({ ...stored, doc_gz: gzipSync(unzipped(stored).replace('"10000.01"', '"1e4"')) });
    await expect(accounts.load()).rejects.toThrow(/cash/);
  });

  it('are zipped where they are long and written in every cycle, and read as well where they are not', async () => {
    const accounts = dynamoAccountStore(table.client, table.tableName, { botId: 'zip', mode: 'PAPER' });
    await accounts.save(sampleAccount('zip', 'PAPER', { version: 1, fence: 1 }));
    const saved = await accounts.load();
    const { doc_gz: _, ...rest } = await row(itemKey('ACCOUNT', { botId: 'zip', mode: 'PAPER' }));
    const stored = await row(itemKey('ACCOUNT', { botId: 'zip', mode: 'PAPER' }));
    expect(stored).not.toHaveProperty('doc');
    expect((stored['doc_gz'] as Uint8Array).length * 2).toBeLessThan(unzipped(stored).length);

    await overwrite({ ...rest, doc: unzipped(stored) });
    expect(await accounts.load()).toEqual(saved);

    const facts = dynamoFactStore(table.client, table.tableName, { botId: 'zip', mode: 'PAPER' });
    await facts.save('short', { a: 1 }, 0);
    expect(await row(itemKey('FACT', { botId: 'zip', mode: 'PAPER' }, 'short'))).toMatchObject({ doc: '{"a":1}' });
  });
});
