import { type MemoryStores, memoryStores } from '../../shared/app/testing/memory-stores.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import { accountStoreContract } from './account-store.contract.ts';
import { cycleStoreContract } from './cycle-store.contract.ts';
import { factStoreContract } from './fact-store.contract.ts';
import { leaseContract } from './lease.contract.ts';
import { orderStoreContract } from './order-store.contract.ts';

/** What the proof of the execution path stands on must keep the same promises as the table. */
const opened = new Map<string, MemoryStores>();

function storesOf(botId: string, mode: Mode): MemoryStores {
  const name = `${botId}/${mode}`;
  const stores = opened.get(name) ?? memoryStores({ bot_id: botId, mode });
  opened.set(name, stores);
  return stores;
}

accountStoreContract('memory', (botId, mode) => storesOf(botId, mode).accounts);
orderStoreContract('memory', (botId, mode) => storesOf(botId, mode).orders);
cycleStoreContract('memory', (botId, mode) => storesOf(botId, mode).cycles);
factStoreContract('memory', (botId, mode) => storesOf(botId, mode).facts);
leaseContract('memory', storesOf);
