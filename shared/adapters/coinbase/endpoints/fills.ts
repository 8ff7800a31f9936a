import { isProductId } from '../../../core/market/product.ts';
import { type Quantity, sizeFor, type Usd } from '../../../core/money/fixed.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { ExchangeFill } from '../../../ports/exchange.ts';
import type { Query } from '../call.ts';
import type { CoinbaseClient } from '../client.ts';
import { sideOf } from '../order-decoder.ts';
import { readAllPages } from '../paging.ts';
import { flagOf, requiredText, requiredTimeMs, textOf, type Wire } from '../wire.ts';
import { exactOf, positiveOf, roundedOf } from '../wire-money.ts';

export interface FillFilter {
  /** By the time of booking. */
  readonly sinceMs?: number;
  readonly orderIds?: readonly string[];
}

/** All fills of spot products that match, each once. */
export async function listFills(
  client: CoinbaseClient,
  { sinceMs, orderIds = [] }: FillFilter,
): Promise<Answer<readonly ExchangeFill[]>> {
  const since: Query = sinceMs === undefined ? [] : [['start_sequence_timestamp', new Date(sinceMs).toISOString()]];
  const fills = await readAllPages(client, {
    operation: 'fills',
    path: '/orders/historical/fills',
    // The plural names: the old singular ones may be ignored silently, which matches everything.
    query: [...since, ...orderIds.map((id) => ['order_ids', id] as const)],
    rows: 'fills',
    pageSize: 100,
    readRow: fillOf,
  });
  if (fills.kind !== 'ok') return fills;
  return ok([...new Map(fills.value.map((fill) => [fill.entryId, fill])).values()]);
}

/** null for a fill of something that is not a spot pair. */
function fillOf(row: Wire): ExchangeFill | null {
  const productId = requiredText(row, 'product_id');
  if (!isProductId(productId)) return null;
  return {
    entryId: requiredText(row, 'entry_id'),
    orderId: requiredText(row, 'order_id'),
    productId,
    side: sideOf(row),
    price: positiveOf<'usd-per-base'>(row, 'price'),
    quantity: baseQuantityOf(row),
    // Price x size x rate has more decimals than money has here; a cost is rounded up.
    commission: roundedOf<'usd'>(row, 'commission', 'up'),
    timeMs: requiredTimeMs(row, textOf(row, 'trade_time') === '' ? 'sequence_timestamp' : 'trade_time'),
    tradeType: requiredText(row, 'trade_type'),
    liquidity: liquidityOf(textOf(row, 'liquidity_indicator')),
  };
}

/** Quote-sized market buys report their fills in quote currency: size_in_quote. */
function baseQuantityOf(row: Wire): Quantity {
  if (!flagOf(row, 'size_in_quote')) return exactOf<'base'>(row, 'size');
  const amount: Usd = roundedOf<'usd'>(row, 'size', 'down');
  return sizeFor(amount, positiveOf<'usd-per-base'>(row, 'price'), 'down');
}

function liquidityOf(text: string): ExchangeFill['liquidity'] {
  return text === 'MAKER' || text === 'TAKER' ? text : 'UNKNOWN';
}
