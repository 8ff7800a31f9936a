import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isTerminal } from '../../core/execution/lifecycle.ts';
import { type OrderRecord, orderRecordSchema } from '../../core/execution/order-record.ts';
import { ZERO_QUANTITY } from '../../core/money/fixed.ts';
import type { OrderStore } from '../../ports/stores.ts';
import { docOf, type Item, putItem, readItem, recordOf } from './items.ts';
import { orderPage } from './order-page.ts';
import { expiresAt, itemKey, type Scope } from './table.ts';

export function dynamoOrderStore(client: DynamoDBDocumentClient, tableName: string, scope: Scope): OrderStore {
  const keyOf = (clientOrderId: string) => itemKey('ORDER', scope, clientOrderId);
  return {
    async create(record) {
      const condition = { expression: 'attribute_not_exists(pk)' };
      const written = await putItem(client, tableName, keyOf(record.client_order_id), attributesOf(record), condition);
      return written.kind === 'written' ? 'created' : 'exists';
    },
    async find(clientOrderId) {
      const item = await readItem(client, tableName, keyOf(clientOrderId));
      return item && recordOf(orderRecordSchema, item);
    },
    async save(next) {
      const written = await putItem(client, tableName, keyOf(next.client_order_id), attributesOf(next), {
        expression: '#version = :previous',
        names: { '#version': 'version' },
        values: { ':previous': next.version - 1 },
      });
      return written.kind === 'written' ? 'saved' : 'stale';
    },
    list: (query, after) => orderPage(client, tableName, scope, query, after),
  };
}

/**
 * An order that may still fill never expires, however long it rests; nor does one that has filled: it is what lots and
 * taxes are reckoned from. One that ended without a fill is kept 90 days from its end.
 */
function attributesOf(record: OrderRecord): Item {
  const { version, status } = record;
  const attributes = { version, status, doc: docOf(orderRecordSchema, record) };
  if (!isTerminal(status) || record.filled_quantity !== ZERO_QUANTITY) return attributes;
  return { ...attributes, expires_at: expiresAt(record.history.at(-1)?.at_ms ?? record.decided.slot_ms) };
}
