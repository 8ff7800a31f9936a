import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { quantity } from '../../shared/core/money/fixed.ts';
import { sampleOrder } from '../../test/contracts/samples.ts';
import { freshDir, ROOT, run } from '../../test/local/harness.ts';
import { openFolderTable } from '../operator/folder-table.ts';
import { purgeCommand } from './purge.ts';

const FROM_MS = Date.parse('2025-01-05T23:40:00Z');
const MIDNIGHT_MS = Date.parse('2025-01-06T00:00:00Z');
const CONFIG = join(ROOT, 'config');

async function purge(...args: readonly string[]): Promise<Record<string, unknown>> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await purgeCommand()
      .exitOverride()
      .parseAsync(['--json', ...args], { from: 'user' });
    return JSON.parse(String(print.mock.calls[0]?.[0])) as Record<string, unknown>;
  } finally {
    print.mockRestore();
  }
}

function recordOf(id: string, changes: Partial<OrderRecord>): OrderRecord {
  const order = sampleOrder(id);
  const history = [{ at_ms: FROM_MS, event: 'created', status: 'READY' }];
  return { ...order, history, decided: { ...order.decided, slot_ms: FROM_MS }, ...changes };
}

async function withOrders<Result>(
  state: string,
  use: (orders: ReturnType<typeof dynamoOrderStore>, names: () => Promise<readonly string[]>) => Promise<Result>,
): Promise<Result> {
  const { client, tableName, scope, close } = await openFolderTable(state, CONFIG);
  try {
    const orders = dynamoOrderStore(client, tableName, scope);
    const candidates = ['247t-old-1', '247t-old-2', '247t-old-3', '247t-new-1'];
    return await use(orders, async () => {
      const found = await Promise.all(candidates.map((id) => orders.find(id)));
      return found.flatMap((record) => (record === undefined ? [] : [record.client_order_id]));
    });
  } finally {
    await close();
  }
}

test('[REQ-RET1] deletes what is older, keeps what positions and taxes need, and says what went', {
  timeout: 60_000,
}, async () => {
  const state = freshDir();
  // Twenty minutes before midnight, six after it.
  const traded = await run({ mode: 'paper', state, from: FROM_MS, cycles: 26 });
  expect(traded.summary.cycles).toBe(26);
  await withOrders(state, async (orders) => {
    await orders.create(recordOf('247t-old-1', { status: 'EXPIRED' }));
    await orders.create(recordOf('247t-old-2', { status: 'CANCELLED', filled_quantity: quantity('0.1') }));
    await orders.create(recordOf('247t-old-3', { status: 'WORKING' }));
    const history = [{ at_ms: MIDNIGHT_MS, event: 'expired', status: 'EXPIRED' }];
    await orders.create(recordOf('247t-new-1', { status: 'EXPIRED', history }));
  });
  const account = async () => {
    const { accounts, close } = await openFolderTable(state, CONFIG);
    try {
      return await accounts.load();
    } finally {
      await close();
    }
  };
  appendFileSync(
    join(state, 'audit.jsonl'),
    `${JSON.stringify({ at: '2025-01-06T00:00:00.000Z', event: 'x', record: {} })}\n`,
  );
  const before = await account();

  const promised = await purge('--before', '2025-01-06', '--state', state, '--dry-run');
  expect(promised).toMatchObject({ dry_run: true, snapshots: 20, cycles: 20 });
  expect(existsSync(join(state, 'cycles', '247t', 'PAPER', '2025-01-05', `${FROM_MS}.json.gz`))).toBe(true);
  const done = await purge('--before', '2025-01-06', '--state', state);
  expect(done).toEqual({ ...promised, dry_run: false });
  expect(Number(done['log_lines'])).toBeGreaterThan(0);
  expect(Number(done['orders'])).toBeGreaterThanOrEqual(1);
  expect(Number(done['kept_orders'])).toBeGreaterThanOrEqual(2);
  expect(await purge('--before', '2025-01-06', '--state', state)).toMatchObject({
    log_lines: 0,
    snapshots: 0,
    cycles: 0,
    orders: 0,
  });

  expect(await withOrders(state, (_orders, names) => names())).toEqual(['247t-old-2', '247t-old-3', '247t-new-1']);
  expect(await account()).toEqual(before);
  const lines = readFileSync(join(state, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
  for (const line of lines)
    expect(Date.parse((JSON.parse(line) as { readonly at: string }).at)).toBeGreaterThanOrEqual(MIDNIGHT_MS);
  // The run goes on from what is left, books and exchange agreeing.
  const resumed = await run({ mode: 'paper', state, from: FROM_MS, cycles: 2 });
  expect(resumed.lines[0]).toContain('goes on at 2025-01-06 00:06');
  expect(resumed.summary.errors).toBe(0);

  // All cycles are older: the newest stays, or no slot would be known to be done.
  expect(await purge('--before', '2025-01-07', '--state', state)).toMatchObject({ cycles: 7 });
  const again = await run({ mode: 'paper', state, from: FROM_MS, cycles: 1 });
  expect(again.lines[0]).toContain('goes on at 2025-01-06 00:08');
});

test('[REQ-RET1] refuses a date that is none and a folder that is no state', async () => {
  await expect(purge('--before', 'yesterday', '--state', freshDir())).rejects.toThrow('Use a UTC date');
  await expect(purge('--before', '2025-01-06', '--state', freshDir())).rejects.toThrow('no run has kept its state in');
});
