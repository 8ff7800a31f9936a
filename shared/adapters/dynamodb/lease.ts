import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Lease, LeaseAnswer } from '../../ports/stores.ts';
import { conditional, readItem } from './items.ts';
import { itemKey, type Scope } from './table.ts';

export const leaseRow = z.object({ owner: z.string(), fence: z.int().min(1), held_until_ms: z.number() });

/** One item that is never deleted and never expires: its `fence` counts every owner there ever was. */
export function dynamoLease(client: DynamoDBDocumentClient, tableName: string, scope: Scope): Lease {
  const key = itemKey('LEASE', scope);
  return {
    async acquire(owner, ttlMs, nowMs): Promise<LeaseAnswer> {
      const writeId = randomUUID();
      const take = new UpdateCommand({
        TableName: tableName,
        Key: { ...key },
        UpdateExpression:
          'SET #owner = :owner, held_until_ms = :until, write_id = :write_id, fence = if_not_exists(fence, :zero) + :one',
        ConditionExpression: 'attribute_not_exists(pk) OR held_until_ms <= :now',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': owner,
          ':until': nowMs + ttlMs,
          ':write_id': writeId,
          ':zero': 0,
          ':one': 1,
          ':now': nowMs,
        },
        ReturnValues: 'ALL_NEW',
      });
      let taken: unknown;
      const written = await conditional(client, tableName, key, writeId, async () => {
        taken = (await client.send(take)).Attributes;
      });
      if (written.kind === 'refused') return { kind: 'busy', owner: leaseRow.parse(written.current).owner };
      return { kind: 'held', fence: leaseRow.parse(taken ?? (await readItem(client, tableName, key))).fence };
    },

    async release(fence) {
      const free = new UpdateCommand({
        TableName: tableName,
        Key: { ...key },
        UpdateExpression: 'SET held_until_ms = :zero',
        ConditionExpression: 'fence = :fence',
        ExpressionAttributeValues: { ':zero': 0, ':fence': fence },
      });
      try {
        await client.send(free);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
