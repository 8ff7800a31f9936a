import { readyRecord } from '../core/execution/order-step.ts';
import type { Account } from '../core/portfolio/account.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { type AccountUpdate, updateAccount } from './update-account.ts';

/**
 * Hands every approved intent to the queue: record first (once per client order id), then the message, then the outbox
 * entry goes. Interrupted anywhere, the next cycle does the rest; the queue and the record both drop repeats [I2, I6].
 */
export async function publishOutbox(
  ports: CyclePorts,
  settings: CycleSettings,
  account: Account,
  fence: number,
): Promise<AccountUpdate> {
  if (account.outbox.length === 0) return { kind: 'unchanged', account };
  for (const clientOrderId of account.outbox) {
    const order = account.working[clientOrderId];
    if (order === undefined) continue;
    await ports.orders.create(
      readyRecord(order, {
        mode: account.mode,
        configHash: settings.config.configHash,
        atMs: ports.clock.nowMs(),
        assessment: null,
      }),
    );
    await ports.queue.send({ client_order_id: clientOrderId, slot_ms: order.slot_ms });
  }
  const sent = new Set(account.outbox);
  return updateAccount(
    ports.accounts,
    (stored) => ({ ...stored, outbox: stored.outbox.filter((id) => !sent.has(id)) }),
    fence,
  );
}
