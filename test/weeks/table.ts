import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore, newestCycles } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import type { Item } from '../../shared/adapters/dynamodb/items.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { PARTITION_KEY, SORT_KEY } from '../../shared/adapters/dynamodb/table.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { type MemoryState, type MemoryStores, memoryStores } from '../../shared/app/testing/memory-stores.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import type { CycleRecord } from '../../shared/ports/stores.ts';
import { memoryEvidence } from '../gates/memory-evidence.ts';

export const TABLES = ['memory', 'dynamo'] as const;
export type TableKind = (typeof TABLES)[number];

/** What one request to the table meets, below the client that repeats it. */
export type RequestFault = 'none' | 'throttled' | 'conflict' | 'lost';

export interface BotTable {
  readonly stores: Pick<MemoryStores, 'accounts' | 'orders' | 'cycles' | 'facts' | 'lease'>;
  readonly evidence: EvidenceStore;
  newestCycles(limit: number): Promise<readonly CycleRecord[]>;
  /** Keeps what is there now; gives the way back to it. */
  keep(): Promise<() => Promise<void>>;
  /** Everything is gone. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

interface Scope {
  readonly botId: string;
  readonly mode: 'LIVE' | 'PAPER';
}

export function openTable(kind: TableKind, scope: Scope, fault: () => RequestFault): BotTable | Promise<BotTable> {
  return kind === 'memory' ? memoryTable(scope) : dynamoTable(scope, fault);
}

function memoryTable({ botId, mode }: Scope): BotTable {
  const scope = { bot_id: botId, mode };
  const open = (from?: MemoryState) => memoryStores(scope, from);
  let now = open();
  return {
    get stores() {
      return now;
    },
    evidence: memoryEvidence(),
    async newestCycles(limit) {
      return [...now.copy().cycles.values()].sort((a, b) => b.slot_ms - a.slot_ms).slice(0, limit);
    },
    async keep() {
      const kept = now.copy();
      return async () => {
        now = open(kept);
      };
    },
    async lose() {
      now = open();
    },
    close: async () => undefined,
  };
}

/** The table's own protocol in this process, behind a client whose requests fail as they do in the cloud. */
async function dynamoTable(scope: Scope, fault: () => RequestFault): Promise<BotTable> {
  const dir = mkdtempSync(join(tmpdir(), 'weeks-'));
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error('a fresh folder cannot be locked');
  const { tableName: TableName, client: calm, endpoint } = started.table;
  const credentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };
  const base = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 3 });
  base.middlewareStack.add(
    (next) => async (args) => {
      const met = fault();
      if (met === 'throttled') throw throttled();
      if (met === 'conflict') throw named('TransactionConflictException', 'the item is in a transaction');
      const answer = await next(args);
      // What the client takes for transient it sends again: the first one has done its work.
      if (met === 'lost') throw named('TimeoutError', 'socket hang up');
      return answer;
    },
    { step: 'deserialize', priority: 'high', name: 'weather' },
  );
  const client = DynamoDBDocumentClient.from(base);
  const at = [client, TableName, scope] as const;
  const rows = async () => {
    const all: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await calm.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: from }));
      all.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return all;
  };
  const writeAll = async (requests: readonly object[]) => {
    for (let first = 0; first < requests.length; first += 25) {
      const batch = requests.slice(first, first + 25);
      await calm.send(new BatchWriteCommand({ RequestItems: { [TableName]: batch } }));
    }
  };
  const lose = async () => {
    const keys = (await rows()).map((item) => ({ [PARTITION_KEY]: item[PARTITION_KEY], [SORT_KEY]: item[SORT_KEY] }));
    await writeAll(keys.map((Key) => ({ DeleteRequest: { Key } })));
  };
  return {
    stores: {
      accounts: dynamoAccountStore(...at),
      orders: dynamoOrderStore(...at),
      cycles: dynamoCycleStore(...at),
      facts: dynamoFactStore(...at),
      lease: dynamoLease(...at),
    },
    evidence: dynamoEvidenceStore(client, TableName, scope.botId),
    newestCycles: (limit) => newestCycles(calm, TableName, scope, limit),
    async keep() {
      const kept = await rows();
      return async () => {
        await lose();
        await writeAll(kept.map((item) => ({ PutRequest: { Item: item } })));
      };
    },
    lose,
    async close() {
      base.destroy();
      await started.table.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function throttled(): Error {
  return new ProvisionedThroughputExceededException({ message: 'throttled', $metadata: { httpStatusCode: 400 } });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
