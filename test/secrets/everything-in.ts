import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';

/** All that lies in a folder, by name: files as they are, compressed ones unpacked, and the rows of the table. */
export async function everythingIn(dir: string): Promise<ReadonlyMap<string, string>> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
  const texts = new Map(files.map((path) => [relative(dir, path), textOf(path)]));
  // The files of the table are partly compressed: its rows are read as well.
  for (const [key, text] of await rowsIn(dir)) texts.set(key, text);
  return texts;
}

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

async function rowsIn(dir: string): Promise<readonly (readonly [string, string])[]> {
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error(`${dir} is in use`);
  const { client, tableName, close } = started.table;
  try {
    const rows: (readonly [string, string])[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: from }));
      for (const row of page.Items ?? []) rows.push([`row ${row['pk']}/${row['sk']}`, rowText(row)]);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return rows;
  } finally {
    await close();
  }
}

function rowText({ doc_gz: zipped, ...rest }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(zipped instanceof Uint8Array ? { ...rest, doc: gunzipSync(zipped).toString('latin1') } : rest);
}
