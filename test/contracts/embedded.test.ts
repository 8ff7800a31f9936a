import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { fifoIntentQueue, fifoQueue } from '../../shared/adapters/local/fifo-queue.ts';
import { fileSnapshotArchive } from '../../shared/adapters/local/file-archive.ts';
import { fileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import { accountStoreContract } from './account-store.contract.ts';
import { alertDeskContract } from './alert-desk.contract.ts';
import { archiveContract } from './archive.contract.ts';
import { cycleStoreContract } from './cycle-store.contract.ts';
import { evidenceStoreContract } from './evidence-store.contract.ts';
import { factStoreContract } from './fact-store.contract.ts';
import { intentQueueContract } from './intent-queue.contract.ts';
import { killSwitchContract } from './kill-switch.contract.ts';
import { leaseContract } from './lease.contract.ts';
import { orderStoreContract } from './order-store.contract.ts';
import { tempDir } from './temp-dir.ts';

const state = tempDir();
let table: EmbeddedTable;

beforeAll(async () => {
  const start = await startEmbeddedTable(state.path);
  if (start.kind === 'locked') throw new Error('a new folder cannot be locked');
  table = start.table;
});

afterAll(async () => {
  await table.close();
  state.remove();
});

type Open<Store> = (client: EmbeddedTable['client'], tableName: string, scope: { botId: string; mode: Mode }) => Store;

/** The table is there only once the tests run. */
function onTable<Store>(open: Open<Store>): (botId: string, mode: Mode) => Store {
  return (botId, mode) => open(table.client, table.tableName, { botId, mode });
}

accountStoreContract('embedded', onTable(dynamoAccountStore));
orderStoreContract('embedded', onTable(dynamoOrderStore));
cycleStoreContract('embedded', onTable(dynamoCycleStore));
factStoreContract('embedded', onTable(dynamoFactStore));
let evidenceBots = 0;
evidenceStoreContract('embedded', () => {
  evidenceBots += 1;
  return dynamoEvidenceStore(table.client, table.tableName, `evidence${evidenceBots}`);
});
alertDeskContract('embedded', onTable(dynamoFactStore));
leaseContract('embedded', (botId, mode) => ({
  lease: onTable(dynamoLease)(botId, mode),
  accounts: onTable(dynamoAccountStore)(botId, mode),
}));
archiveContract('embedded', (botId, mode) => fileSnapshotArchive(state.path, { botId, mode }));

killSwitchContract('embedded', () => ({
  killSwitch: fileKillSwitch(state.path),
  store: (text) => {
    const file = path.join(state.path, 'kill-switch');
    if (text === undefined) rmSync(file, { force: true });
    else writeFileSync(file, text);
  },
}));

intentQueueContract('embedded', async () => {
  const clock = virtualClock(0);
  const queue = fifoQueue({ clock, visibilityTimeoutMs: 30_000, maxReceives: 3 });
  return {
    queueFor: (accountId) => fifoIntentQueue(queue, accountId),
    deadBodies: async () => queue.deadLetters().map(({ body }) => body),
    async receive() {
      const delivery = queue.receive();
      return (
        delivery && {
          body: delivery.body,
          receiveCount: delivery.receiveCount,
          done: async () => queue.acknowledge(delivery.receiptHandle),
          timeOut: async () => clock.advanceTo(clock.nowMs() + 30_000),
        }
      );
    },
  };
});
