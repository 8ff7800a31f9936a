import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { dynamoAccountStore } from '../../adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../adapters/dynamodb/fact-store.ts';
import { dynamoLease } from '../../adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../adapters/dynamodb/order-store.ts';
import { startEmbeddedTable } from '../../adapters/local/embedded-table.ts';
import type { DeskStores } from './memory-stores.ts';

/** The real stores, on one table of their own. Where tests run by the thousand, those in memory take this one's place. */
export async function startStores(): Promise<DeskStores> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'desk-'));
  const start = await startEmbeddedTable(dir);
  if (start.kind === 'locked') throw new Error('a fresh folder cannot be locked');
  const { client, tableName, close } = start.table;
  return {
    of: (scope) => ({
      accounts: dynamoAccountStore(client, tableName, scope),
      orders: dynamoOrderStore(client, tableName, scope),
      lease: dynamoLease(client, tableName, scope),
      cycles: dynamoCycleStore(client, tableName, scope),
      facts: dynamoFactStore(client, tableName, scope),
    }),
    close: async () => {
      await close();
      await rm(dir, { recursive: true });
    },
  };
}
