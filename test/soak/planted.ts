import type { CyclePorts } from '../../shared/app/ports.ts';
import type { SendableOrder } from '../../shared/core/execution/sendable-order.ts';

/** Faults of the bot itself, to see that the soak would find them. */
export const PLANTS = ['none', 'resend', 'naked_exit'] as const;
export type Plant = (typeof PLANTS)[number];

export function planted(ports: CyclePorts, plant: Plant): CyclePorts {
  switch (plant) {
    case 'none':
      return ports;
    case 'resend':
      return { ...ports, exchange: { ...ports.exchange, place: (order) => resending(ports, order) } };
    case 'naked_exit':
      return { ...ports, exchange: { ...ports.exchange, cancel: async () => ({ kind: 'ok', value: [] }) } };
    default:
      return plant satisfies never;
  }
}

/** What the first bots did: no answer, so the order is sent again, as a new one. */
async function resending({ exchange }: CyclePorts, order: SendableOrder): ReturnType<CyclePorts['exchange']['place']> {
  const answer = await exchange.place(order);
  if (answer.kind !== 'ambiguous') return answer;
  const clientOrderId = `${order.clientOrderId}again`;
  return exchange.place({ ...order, clientOrderId, body: order.body.replace(order.clientOrderId, clientOrderId) });
}
