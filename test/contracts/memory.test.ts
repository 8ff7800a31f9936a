import { memoryTable } from '../../shared/adapters/local/memory-stores.ts';
import { accountStoreContract } from './account-store.contract.ts';
import { cycleStoreContract } from './cycle-store.contract.ts';
import { factStoreContract } from './fact-store.contract.ts';
import { leaseContract } from './lease.contract.ts';
import { orderStoreContract } from './order-store.contract.ts';

/** What the proofs of the execution path stand on must keep the same promises as the table. */
const table = memoryTable();

accountStoreContract('memory', (botId, mode) => table.stores({ botId, mode }).accounts);
orderStoreContract('memory', (botId, mode) => table.stores({ botId, mode }).orders);
cycleStoreContract('memory', (botId, mode) => table.stores({ botId, mode }).cycles);
factStoreContract('memory', (botId, mode) => table.stores({ botId, mode }).facts);
leaseContract('memory', (botId, mode) => table.stores({ botId, mode }));
