import type { ExchangeOrder } from '../../ports/exchange.ts';
import type { Desk } from './desk.ts';

/** An exchange on which orders rest until they are cancelled; the first calls may fail. */
export async function restingOrders(
  { exchange, settings }: Desk,
  count: number,
  { prefix = settings.config.botId, failures = 0 } = {},
) {
  const open = new Map<string, ExchangeOrder>();
  for (let i = 0; i < count; i += 1) open.set(`o${i}`, resting(`o${i}`, `${prefix}-BTC-USD-1-e${i}`));
  const all = new Map(open);
  const cancelled: string[] = [];
  let left = failures;
  const down = { kind: 'unavailable', message: 'down' } as const;
  return {
    cancelled,
    exchange: {
      ...exchange,
      openOrders: async () => {
        left -= 1;
        return left >= 0 ? down : ({ kind: 'ok', value: [...open.values()] } as const);
      },
      cancel: async (ids: readonly string[]) => {
        for (const id of ids) {
          open.delete(id);
          cancelled.push(id);
        }
        return { kind: 'ok', value: ids.map((orderId) => ({ orderId, accepted: true, reason: '' })) } as const;
      },
      order: async (id: string) =>
        ({ kind: 'ok', value: { ...(all.get(id) as ExchangeOrder), status: 'CANCELLED' } }) as const,
    },
  };
}

function resting(orderId: string, clientOrderId: string): ExchangeOrder {
  return {
    orderId,
    clientOrderId,
    productId: 'BTC-USD' as ExchangeOrder['productId'],
    side: 'BUY',
    status: 'OPEN',
    baseSize: null,
    limitPrice: null,
    filledQuantity: 0n as ExchangeOrder['filledQuantity'],
    filledValue: 0n as ExchangeOrder['filledValue'],
    totalFees: 0n as ExchangeOrder['totalFees'],
    createdMs: 0,
    detail: null,
  };
}
