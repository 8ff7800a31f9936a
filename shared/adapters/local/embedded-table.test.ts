import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { startEmbeddedTable } from './embedded-table.ts';

const VERSIONS = 120;
const VERSION_KB = 200;
/** What LevelDB still writes and merges is far less; all versions would be 70. */
const ROOM_MB = 40;

test('a table that is written and queried for weeks does not keep every version of every item', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'embedded-table-'));
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error('a new folder is in use');
  const { client, tableName, close } = started.table;
  try {
    for (let version = 0; version < VERSIONS; version += 1) {
      const data = randomBytes(VERSION_KB * 1_000);
      await client.send(new PutCommand({ TableName: tableName, Item: { pk: 'a', sk: 'b', data } }));
      const Limit = version % 2 === 0 ? 1 : undefined;
      const query = {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'a' },
      };
      const { Items: items } = await client.send(new QueryCommand({ ...query, Limit }));
      expect(items).toHaveLength(1);
    }
  } finally {
    await close();
  }
  expect(megabytesIn(join(dir, 'table'))).toBeLessThan(ROOM_MB);
  rmSync(dir, { recursive: true });
});

function megabytesIn(dir: string): number {
  const sizes = readdirSync(dir).map((name) => statSync(join(dir, name)).size);
  return sizes.reduce((all, each) => all + each, 0) / 1_000_000;
}
