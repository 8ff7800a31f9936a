import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Mode } from '../../core/portfolio/account.ts';

/** The names of the table's key attributes and of its time-to-live attribute (epoch seconds). */
export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
export const TTL_ATTRIBUTE = 'expires_at';

/** The one table of a stage. Two string keys, so that a kind's history can be read in order without an index. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: PARTITION_KEY, AttributeType: 'S' },
      { AttributeName: SORT_KEY, AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
      { AttributeName: SORT_KEY, KeyType: 'RANGE' },
    ],
  };
}

/** Whose state it is. The mode is part of every key: DRY_RUN, PAPER and LIVE never share an item [I10]. */
export interface Scope {
  readonly botId: string;
  readonly mode: Mode;
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export type Kind = 'LEASE' | 'ACCOUNT' | 'ORDER' | 'CYCLE' | 'FACT';

/** `ORDER#bot1#LIVE` / `<client order id>`; an item that is the only one of its kind has the sort key `current`. */
export function itemKey(kind: Kind, scope: Scope, sk = 'current'): ItemKey {
  return { pk: `${kind}#${scope.botId}#${scope.mode}`, sk };
}

const RETENTION_SECONDS = 90 * 86_400;

/** When the garbage collection may take an item [REQ-RET1]. Expired items stay readable for days: never decide by it. */
export function expiresAt(atMs: number): number {
  return Math.floor(atMs / 1000) + RETENTION_SECONDS;
}
