import type { CyclePorts } from '../../shared/app/ports.ts';
import type { SendableOrder } from '../../shared/core/execution/sendable-order.ts';

/** Faults of the bot itself, to see that the soak would find them. */
export const PLANTS = ['none', 'resend', 'trust_cancel'] as const;
export type Plant = (typeof PLANTS)[number];

export function planted(ports: CyclePorts, plant: Plant): CyclePorts {
  switch (plant) {
    case 'none':
      return ports;
    case 'resend':
      return { ...ports, exchange: { ...ports.exchange, place: (order) => resending(ports, order) } };
    case 'trust_cancel':
      return { ...ports, exchange: trustingCancel(ports) };
    default:
      return plant satisfies never;
  }
}

/** Takes a cancel that was accepted for an order that has ended, and does not wait to see it. */
function trustingCancel({ exchange }: CyclePorts): CyclePorts['exchange'] {
  const cancelled = new Set<string>();
  return {
    ...exchange,
    async cancel(orderIds) {
      const answer = await exchange.cancel(orderIds);
      if (answer.kind === 'ok') for (const { orderId, accepted } of answer.value) if (accepted) cancelled.add(orderId);
      return answer;
    },
    async order(orderId) {
      const answer = await exchange.order(orderId);
      const isTrusted = answer.kind === 'ok' && cancelled.has(orderId) && answer.value.status === 'CANCEL_QUEUED';
      return isTrusted ? { kind: 'ok', value: { ...answer.value, status: 'CANCELLED' } } : answer;
    },
  };
}

/** What the first bots did: no answer, so the order is sent again, as a new one. */
async function resending({ exchange }: CyclePorts, order: SendableOrder): ReturnType<CyclePorts['exchange']['place']> {
  const answer = await exchange.place(order);
  if (answer.kind !== 'ambiguous') return answer;
  const clientOrderId = `${order.clientOrderId}again`;
  return exchange.place({ ...order, clientOrderId, body: order.body.replace(order.clientOrderId, clientOrderId) });
}
