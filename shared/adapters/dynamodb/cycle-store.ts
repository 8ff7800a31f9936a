import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { CycleRecord, CycleStore } from '../../ports/stores.ts';
import { docOf, type Item, putItem, recordOf } from './items.ts';
import { expiresAt, type ItemKey, itemKey, type Scope } from './table.ts';

export const cycleRecordSchema = z.strictObject({
  slot_ms: z.int().min(0),
  status: z.enum(['started', 'completed', 'skipped', 'failed']),
  started_at_ms: z.number().min(0),
  summary: z.record(z.string(), z.unknown()),
});

export function dynamoCycleStore(client: DynamoDBDocumentClient, tableName: string, scope: Scope): CycleStore {
  const keyOf = (slotMs: number) => cycleKey(scope, slotMs);
  return {
    async begin(slotMs, startedAtMs) {
      const record = { slot_ms: slotMs, status: 'started', started_at_ms: startedAtMs, summary: {} } as const;
      const condition = { expression: 'attribute_not_exists(pk)' };
      const written = await putItem(client, tableName, keyOf(slotMs), attributesOf(record), condition);
      return written.kind === 'written' ? 'begun' : 'repeated';
    },
    async finish(record) {
      const condition = { expression: 'attribute_exists(pk)' };
      const written = await putItem(client, tableName, keyOf(record.slot_ms), attributesOf(record), condition);
      if (written.kind === 'refused') throw new Error(`cycle ${record.slot_ms} cannot finish: it was never begun`);
    },
    async lastSlotMs() {
      const [newest] = await newestCycles(client, tableName, scope, 1);
      return newest?.slot_ms;
    },
  };
}

/** The newest cycles of a bot and mode, newest first, at most `limit` (one page: up to 1 MB). */
export async function newestCycles(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: Scope,
  limit: number,
): Promise<readonly CycleRecord[]> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': itemKey('CYCLE', scope).pk },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return items.map((item) => recordOf(cycleRecordSchema, item));
}

export function cycleKey(scope: Scope, slotMs: number): ItemKey {
  return itemKey('CYCLE', scope, sortKeyOf(slotMs));
}

/** Fixed width, so that the order of texts is the order of times. */
function sortKeyOf(slotMs: number): string {
  if (!Number.isSafeInteger(slotMs) || slotMs < 0) throw new RangeError(`not a schedule slot: ${slotMs}`);
  return slotMs.toString().padStart(15, '0');
}

function attributesOf(record: CycleRecord): Item {
  const { slot_ms, status } = record;
  return { slot_ms, status, doc: docOf(cycleRecordSchema, record), expires_at: expiresAt(slot_ms) };
}
