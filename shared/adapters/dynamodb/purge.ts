import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isTerminal } from '../../core/execution/lifecycle.ts';
import { type OrderRecord, orderRecordSchema } from '../../core/execution/order-record.ts';
import { ZERO_QUANTITY } from '../../core/money/fixed.ts';
import { cycleKey, dynamoCycleStore } from './cycle-store.ts';
import { type Item, recordOf } from './items.ts';
import { pagesOf } from './rows-of.ts';
import { itemKey, type Scope } from './table.ts';

export interface PurgedRows {
  readonly cycles: number;
  readonly orders: number;
  /** Orders from before the date that stay: they have filled (lots and taxes are reckoned from them) or may still fill. */
  readonly kept_orders: number;
}

export interface RowPurge {
  readonly beforeMs: number;
  readonly isDryRun: boolean;
  /** Client order ids that the account still names. */
  readonly inUse: ReadonlySet<string>;
}

/** Deletes the cycles and the orders without fills from before a date [REQ-RET1]. The newest cycle stays: a run goes on from it. */
export async function purgeRows(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: Scope,
  purge: RowPurge,
): Promise<PurgedRows> {
  const counts = { cycles: 0, orders: 0, kept_orders: 0 };
  for await (const going of oldCycles(client, tableName, scope, purge)) {
    counts.cycles += going.length;
    if (!purge.isDryRun) await removeAll(client, tableName, going);
  }
  const { pk } = itemKey('ORDER', scope);
  for await (const page of pagesOf(client, tableName, { ExpressionAttributeValues: { ':pk': pk } })) {
    const records = page.map((item) => ({ item, record: recordOf(orderRecordSchema, item) }));
    const old = records.filter(({ record }) => lastTouchedMs(record) < purge.beforeMs);
    const going = old.filter(({ record }) => !isNeeded(record, purge)).map(({ item }) => item);
    counts.orders += going.length;
    counts.kept_orders += old.length - going.length;
    if (!purge.isDryRun) await removeAll(client, tableName, going);
  }
  return counts;
}

/** Their keys only, page by page: a cycle a minute is half a million rows a year. */
async function* oldCycles(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: Scope,
  { beforeMs }: RowPurge,
): AsyncGenerator<readonly Item[]> {
  const newestMs = await dynamoCycleStore(client, tableName, scope).lastSlotMs();
  if (newestMs === undefined) return;
  const end = cycleKey(scope, Math.min(beforeMs, newestMs));
  yield* pagesOf(client, tableName, {
    KeyConditionExpression: 'pk = :pk AND sk < :end',
    ExpressionAttributeValues: { ':pk': end.pk, ':end': end.sk },
    ProjectionExpression: 'pk, sk, write_id',
  });
}

function isNeeded({ client_order_id, status, filled_quantity }: OrderRecord, { inUse }: RowPurge): boolean {
  return !isTerminal(status) || filled_quantity !== ZERO_QUANTITY || inUse.has(client_order_id);
}

function lastTouchedMs({ history, decided }: OrderRecord): number {
  return history.at(-1)?.at_ms ?? decided.slot_ms;
}

/** More requests at once would only wait for each other. */
const AT_ONCE = 25;

async function removeAll(client: DynamoDBDocumentClient, tableName: string, items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map((item) => remove(client, tableName, item)));
  }
}

/** Only as it was read: whoever changed it since needs it. */
async function remove(client: DynamoDBDocumentClient, tableName: string, { pk, sk, write_id }: Item): Promise<void> {
  await client.send(
    new DeleteCommand({
      TableName: tableName,
      Key: { pk, sk },
      ConditionExpression: 'write_id = :read',
      ExpressionAttributeValues: { ':read': write_id },
    }),
  );
}
