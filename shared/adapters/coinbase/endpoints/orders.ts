import { isProductId, type ProductId } from '../../../core/market/product.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { ExchangeOrder } from '../../../ports/exchange.ts';
import type { Query } from '../call.ts';
import type { CoinbaseClient } from '../client.ts';
import { orderOf } from '../order-decoder.ts';
import { readAllPages } from '../paging.ts';
import { childOf, DecodeError, requiredText, wireOf } from '../wire.ts';

/** By the exchange's id: a client order id here is answered with 404. */
export function getOrder(client: CoinbaseClient, orderId: string): Promise<Answer<ExchangeOrder>> {
  return client.send({
    operation: 'order',
    method: 'GET',
    path: `/orders/historical/${encodeURIComponent(orderId)}`,
    surface: 'private',
    effect: 'read',
    decode(reply) {
      const row = childOf(wireOf(reply, 'reply'), 'order');
      if (row === null) throw new DecodeError('reply.order is missing');
      const order = orderOf(row);
      if (order.orderId !== orderId) throw new DecodeError(`reply.order is another order: ${order.orderId}`);
      return ok(order);
    },
  });
}

/** Orders of these products created at or after a time, in any status. */
export async function listOrdersSince(
  client: CoinbaseClient,
  sinceMs: number,
  productIds: readonly ProductId[],
): Promise<Answer<readonly ExchangeOrder[]>> {
  const orders = await listOrders(client, [
    ['start_date', new Date(sinceMs).toISOString()],
    ...productIds.map((id) => ['product_ids', id] as const),
  ]);
  // The date does not hold back open orders, which may be older.
  return orders.kind === 'ok' ? ok(orders.value.filter(({ createdMs }) => createdMs >= sinceMs)) : orders;
}

/**
 * Every order that may still fill, whatever its age. OPEN misses the queued ones and cannot be combined with them. They
 * come first: an order that moves on to OPEN between the two requests is then seen at least once.
 */
export async function listOpenOrders(client: CoinbaseClient): Promise<Answer<readonly ExchangeOrder[]>> {
  const queued = await listOrders(
    client,
    ['PENDING', 'QUEUED', 'EDIT_QUEUED', 'CANCEL_QUEUED'].map((status) => ['order_status', status] as const),
  );
  if (queued.kind !== 'ok') return queued;
  const open = await listOrders(client, [['order_status', 'OPEN']]);
  return open.kind === 'ok' ? ok(unique([...queued.value, ...open.value])) : open;
}

async function listOrders(client: CoinbaseClient, filter: Query): Promise<Answer<readonly ExchangeOrder[]>> {
  const orders = await readAllPages(client, {
    operation: 'orders',
    path: '/orders/historical/batch',
    query: [['product_type', 'SPOT'], ...filter],
    rows: 'orders',
    pageSize: 100,
    readRow: (row) => (isProductId(requiredText(row, 'product_id')) ? orderOf(row) : null),
  });
  return orders.kind === 'ok' ? ok(unique(orders.value)) : orders;
}

/** A list that grows between two pages repeats an order; the later reading is the fresher one. */
function unique(orders: readonly ExchangeOrder[]): readonly ExchangeOrder[] {
  return [...new Map(orders.map((order) => [order.orderId, order])).values()];
}
