import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { AlertLedger } from '../alert-ledger.ts';
import type { Item } from './items.ts';
import { expiresAt, itemKey, type Scope } from './table.ts';

/** One item per alert key; whether the window has passed is decided by `sent_at_ms`, never by `expires_at`. */
export function dynamoAlertLedger(client: DynamoDBDocumentClient, tableName: string, scope: Scope): AlertLedger {
  const update = (alertKey: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) =>
    updateIf(client, { TableName: tableName, Key: { ...itemKey('ALERT', scope, alertKey) }, ...change });
  return {
    async admit(alertKey, atMs, dedupeMs) {
      const sendId = randomUUID();
      const sent = await update(alertKey, {
        UpdateExpression: 'SET sent_at_ms = :at, send_id = :send_id, held_back = :zero, expires_at = :expires',
        ConditionExpression: 'attribute_not_exists(sent_at_ms) OR sent_at_ms <= :before',
        ExpressionAttributeValues: {
          ':at': atMs,
          ':before': atMs - dedupeMs,
          ':send_id': sendId,
          ':zero': 0,
          ':expires': expiresAt(atMs),
        },
        ReturnValues: 'ALL_OLD',
      });
      if (sent.kind === 'done') return { kind: 'send', heldBack: Number(sent.item['held_back'] ?? 0) };
      const counted = await update(alertKey, {
        UpdateExpression: 'ADD held_back :one',
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'ALL_NEW',
      });
      // The SDK may have repeated our own write after a lost reply: then this alert is the one to send.
      const isOurs = counted.kind === 'done' && counted.item['send_id'] === sendId;
      return isOurs ? { kind: 'send', heldBack: 0 } : { kind: 'suppress' };
    },
    async withdraw(alertKey, atMs) {
      await update(alertKey, {
        UpdateExpression: 'REMOVE sent_at_ms',
        ConditionExpression: 'sent_at_ms = :at',
        ExpressionAttributeValues: { ':at': atMs },
      });
    },
  };
}

type Updated = { readonly kind: 'done'; readonly item: Item } | { readonly kind: 'refused' };

async function updateIf(client: DynamoDBDocumentClient, input: UpdateCommandInput): Promise<Updated> {
  try {
    const { Attributes: item = {} } = await client.send(new UpdateCommand(input));
    return { kind: 'done', item };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { kind: 'refused' };
    throw error;
  }
}
