import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedTable, startEmbeddedTable } from '../local/embedded-table.ts';
import { pagesOf, rowsOf } from './rows-of.ts';

let dir: string;
let table: EmbeddedTable;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rows-of-'));
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error('a fresh folder cannot be locked');
  table = started.table;
});
afterEach(async () => {
  await table.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a partition of more than one page', () => {
  it('[REQ-M1] is read to its end: no piece of evidence may be missing, nor what takes one back', async () => {
    const { client, tableName: TableName } = table;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    // A page holds 1 MB.
    for (const sk of names) {
      await client.send(new PutCommand({ TableName, Item: { pk: 'p', sk, text: 'x'.repeat(350_000) } }));
    }
    await client.send(new PutCommand({ TableName, Item: { pk: 'q', sk: 'other' } }));

    expect((await rowsOf(client, TableName, 'p')).map(({ sk }) => sk)).toEqual(names);
    const pages: number[] = [];
    for await (const page of pagesOf(client, TableName, { ExpressionAttributeValues: { ':pk': 'p' } })) {
      pages.push(page.length);
    }
    expect(pages.length).toBeGreaterThan(1);
  });
});
