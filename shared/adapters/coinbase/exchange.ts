import { orderConfigurationOf } from '../../core/execution/terms.ts';
import type { FeeRates } from '../../core/market/snapshot.ts';
import { type Answer, ok } from '../../ports/answer.ts';
import type { Exchange } from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';
import { listBalances } from './endpoints/accounts.ts';
import { cancelOrders } from './endpoints/cancel.ts';
import { createOrder } from './endpoints/create.ts';
import { transactionSummary } from './endpoints/fees.ts';
import { listFills } from './endpoints/fills.ts';
import { getOrder, listOpenOrders, listOrdersSince } from './endpoints/orders.ts';
import { keyPermissions } from './endpoints/permissions.ts';
import { previewOrder } from './endpoints/preview.ts';

export interface CoinbaseExchangeOptions {
  /** Used when the account's own tier cannot be read; without it that is a failure. */
  readonly feesFallback?: Omit<FeeRates, 'source'>;
  /** Asked before a create is repeated (the kill switch may have been pulled meanwhile). Absent: nothing objects. */
  readonly mayResend?: () => Promise<boolean>;
}

/** The real exchange: what is placed here costs money. */
export function coinbaseExchange(client: CoinbaseClient, options: CoinbaseExchangeOptions = {}): Exchange {
  return {
    preview: ({ productId, side, terms }) =>
      previewOrder(client, { product_id: productId, side, order_configuration: orderConfigurationOf(terms) }),
    place: ({ clientOrderId, body, record }) =>
      createOrder(client, {
        clientOrderId,
        body,
        // Waiting for the rate limit or for a retry must not turn a fresh order into a stale one.
        notAfterMs: record.intent.not_after_ms,
        mayResend: options.mayResend,
      }),
    cancel: (orderIds) => cancelOrders(client, orderIds),
    order: (orderId) => getOrder(client, orderId),
    ordersSince: (sinceMs, productIds) => listOrdersSince(client, sinceMs, productIds),
    openOrders: () => listOpenOrders(client),
    fillsSince: (sinceMs, orderIds = []) => listFills(client, { sinceMs, orderIds }),
    balances: () => listBalances(client),
    fees: () => feeRates(client, options.feesFallback),
    permissions: () => keyPermissions(client),
  };
}

async function feeRates(
  client: CoinbaseClient,
  fallback: CoinbaseExchangeOptions['feesFallback'],
): Promise<Answer<FeeRates>> {
  const answer = await transactionSummary(client);
  if (answer.kind === 'ok') {
    const { maker, taker, source } = answer.value;
    return ok({ maker, taker, source });
  }
  return fallback === undefined ? answer : ok({ ...fallback, source: 'config' });
}
