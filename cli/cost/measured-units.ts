import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { EmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';

/** Request units so far, as the table itself counts them. */
export interface Units {
  written(): number;
  read(): number;
}

/** A write that its condition refused costs at least one unit and tells none. */
const REFUSED_UNITS = 1;
const WRITES = /^(Put|Update|Delete)/;

/** Asks for the consumed capacity with every command that this client sends from now on. */
export function unitsOf(client: DynamoDBDocumentClient): Units {
  const sum = { written: 0, read: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const field = WRITES.test(String(context.commandName)) ? 'written' : 'read';
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      try {
        const answer = await next(args);
        sum[field] += capacityOf(answer.output);
        return answer;
      } catch (error) {
        sum[field] += REFUSED_UNITS;
        throw error;
      }
    },
    { step: 'initialize', name: 'countUnits', priority: 'low' },
  );
  return { written: () => sum.written, read: () => sum.read };
}

function capacityOf(output: object): number {
  const { ConsumedCapacity: consumed } = output as {
    readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
  };
  if (consumed?.CapacityUnits === undefined) throw new Error('the table did not tell what a request consumed');
  return consumed.CapacityUnits;
}

/** All items, what is text as JSON: within some percent of what DynamoDB stores. */
export async function tableBytes({ client, tableName }: EmbeddedTable): Promise<number> {
  let bytes = 0;
  let after: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: after }));
    bytes += (page.Items ?? []).reduce((sum, item) => sum + bytesOf(item), 0);
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return bytes;
}

/** What is zipped counts by its length, not by how JSON would write it down. */
function bytesOf(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) =>
      sum + name.length + (value instanceof Uint8Array ? value.length : JSON.stringify(value).length),
    0,
  );
}

export function folderBytes(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
