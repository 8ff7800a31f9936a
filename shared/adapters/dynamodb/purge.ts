import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isTerminal } from '../../core/execution/lifecycle.ts';
import { type OrderRecord, orderRecordSchema } from '../../core/execution/order-record.ts';
import { ZERO_QUANTITY } from '../../core/money/fixed.ts';
import { type Item, recordOf } from './items.ts';
import { rowsOf } from './rows-of.ts';
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
  const cycles = await rowsOf(client, tableName, itemKey('CYCLE', scope).pk);
  const newest = cycles.at(-1)?.['sk'];
  const oldCycles = cycles.filter(({ sk, slot_ms }) => Number(slot_ms) < purge.beforeMs && sk !== newest);
  const oldOrders = (await rowsOf(client, tableName, itemKey('ORDER', scope).pk)).filter(
    (item) => lastTouchedMs(recordOf(orderRecordSchema, item)) < purge.beforeMs,
  );
  const goingOrders = oldOrders.filter((item) => isNeeded(recordOf(orderRecordSchema, item), purge) === false);
  if (!purge.isDryRun) for (const item of [...oldCycles, ...goingOrders]) await remove(client, tableName, item);
  return { cycles: oldCycles.length, orders: goingOrders.length, kept_orders: oldOrders.length - goingOrders.length };
}

function isNeeded({ client_order_id, status, filled_quantity }: OrderRecord, { inUse }: RowPurge): boolean {
  return !isTerminal(status) || filled_quantity !== ZERO_QUANTITY || inUse.has(client_order_id);
}

function lastTouchedMs({ history, decided }: OrderRecord): number {
  return history.at(-1)?.at_ms ?? decided.slot_ms;
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
