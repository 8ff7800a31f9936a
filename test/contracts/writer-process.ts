import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { sampleOrder } from './samples.ts';

/** Run by a test and killed by it: creates orders and prints the id of each one that was acknowledged. */
const started = await startEmbeddedTable(process.argv[2] ?? '');
if (started.kind === 'locked') throw new Error('locked');
const { client, tableName } = started.table;
const orders = dynamoOrderStore(client, tableName, { botId: 'bot1', mode: 'PAPER' });
for (let i = 0; i < 100_000; i += 1) {
  await orders.create(sampleOrder(`order-${i}`));
  process.stdout.write(`order-${i}\n`);
}
