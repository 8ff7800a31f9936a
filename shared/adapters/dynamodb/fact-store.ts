import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { FactStore } from '../../ports/stores.ts';
import { putItem, readItem, recordOf, zippedDoc } from './items.ts';
import { itemKey, type Scope } from './table.ts';

const versionSchema = z.int().min(1);

export function dynamoFactStore(client: DynamoDBDocumentClient, tableName: string, scope: Scope): FactStore {
  const keyOf = (name: string) => itemKey('FACT', scope, name);
  return {
    async load(name) {
      const item = await readItem(client, tableName, keyOf(name));
      return item && { version: versionSchema.parse(item['version']), value: recordOf(z.json(), item) };
    },
    async save(name, value, version) {
      // A value that JSON cannot carry (bigint, undefined, NaN) is refused here instead of coming back changed.
      const attributes = { version: version + 1, ...zippedDoc(z.json(), z.json().parse(value)) };
      const written = await putItem(client, tableName, keyOf(name), attributes, {
        ...(version === 0
          ? { expression: 'attribute_not_exists(pk)' }
          : {
              expression: '#version = :previous',
              names: { '#version': 'version' },
              values: { ':previous': version },
            }),
      });
      return written.kind === 'written' ? 'saved' : 'stale';
    },
  };
}
