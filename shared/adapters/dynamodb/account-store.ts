import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { accountSchema } from '../../core/portfolio/account.ts';
import type { AccountStore } from '../../ports/stores.ts';
import { type Condition, putItem, readItem, recordOf, zippedDoc } from './items.ts';
import { itemKey, type Scope } from './table.ts';

export function dynamoAccountStore(client: DynamoDBDocumentClient, tableName: string, scope: Scope): AccountStore {
  const key = itemKey('ACCOUNT', scope);
  return {
    async load() {
      const item = await readItem(client, tableName, key);
      return item && recordOf(accountSchema, item);
    },
    async save(next) {
      assertScope(scope, next);
      const { version, fence } = next;
      const attributes = { version, fence, ...zippedDoc(accountSchema, next) };
      const written = await putItem(client, tableName, key, attributes, succeeds(version, fence));
      if (written.kind === 'written') return 'saved';
      return Number(written.current?.['fence'] ?? 0) > fence ? 'fenced' : 'stale';
    },
  };
}

function succeeds(version: number, fence: number): Condition {
  if (version <= 1) return { expression: 'attribute_not_exists(pk)' };
  return {
    expression: '#version = :previous AND #fence <= :fence',
    names: { '#version': 'version', '#fence': 'fence' },
    values: { ':previous': version - 1, ':fence': fence },
  };
}

/** A bug that would let one mode overwrite another's books [I10]. */
function assertScope(scope: Scope, account: { readonly bot_id: string; readonly mode: string }): void {
  if (account.bot_id !== scope.botId || account.mode !== scope.mode) {
    throw new Error(
      `an account of ${account.bot_id}/${account.mode} must not be saved as ${scope.botId}/${scope.mode}`,
    );
  }
}
