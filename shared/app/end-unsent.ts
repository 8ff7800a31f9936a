import type { OrderRecord } from '../core/execution/order-record.ts';
import { step } from '../core/execution/order-step.ts';
import type { TradingPorts } from './ports.ts';

/** Ends an order before anybody has claimed it. false: a worker has, or it has ended in another way; it is not to be forgotten. */
export async function endUnsent(
  { orders, clock }: Pick<TradingPorts, 'orders' | 'clock'>,
  record: OrderRecord,
  reason: string,
): Promise<boolean> {
  const ended = record.status === 'READY' ? step(record, 'cancel', clock.nowMs(), { reason }) : undefined;
  return ended !== undefined && (await orders.save(ended)) === 'saved';
}
