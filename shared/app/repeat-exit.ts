import type { OrderRecord } from '../core/execution/order-record.ts';
import { repeatableFrom } from '../core/execution/sendable-order.ts';
import type { PlacePorts } from './ports.ts';

/**
 * Posts a protective exit of unknown fate once more, byte for byte, under its own id: the exchange then makes no second
 * order but names the first one (fact sheet, section 9). Entries are never repeated: a missed entry costs nothing, a
 * missed stop may. Returns the exchange's id, or null when nothing was learned; a refusal proves nothing about the first
 * POST, whose order may hold the very coins that are missing now.
 */
export async function repeatProtectiveExit(ports: PlacePorts, record: OrderRecord): Promise<string | null> {
  const order = repeatableFrom(record, ports.clock.nowMs());
  if (order === undefined || (await ports.killSwitch.read()).kind === 'killed') return null;
  const answer = await ports.exchange.place(order);
  ports.audit.append('order_posted', { client_order_id: order.clientOrderId, outcome: answer.kind, repeated: true });
  return answer.kind === 'ok' ? answer.value.orderId : null;
}
