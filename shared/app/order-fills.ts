import type { OrderFill, OrderRecord } from '../core/execution/order-record.ts';
import { notional, type Quantity, type Usd, ZERO_QUANTITY, ZERO_USD } from '../core/money/fixed.ts';
import { FILL_OVERLAP_MS } from '../core/portfolio/ledger.ts';
import type { Answer } from '../ports/answer.ts';
import type { ExchangeFill, ExchangeOrder } from '../ports/exchange.ts';
import type { TradingPorts } from './ports.ts';

/** Every fill of one order that the exchange lists. */
export async function readFills(
  ports: TradingPorts,
  record: OrderRecord,
  seen: ExchangeOrder,
  hasEnded: boolean,
): Promise<Answer<readonly ExchangeFill[]>> {
  // Where another order may follow one that rested, the list itself is asked: the order's own figure may lag behind it.
  const mayBeFollowed = record.intent.route.kind !== 'taker' && hasEnded;
  if (seen.filledQuantity === ZERO_QUANTITY && !mayBeFollowed) return { kind: 'ok', value: [] };
  const sinceMs = Math.min(record.sent_at_ms ?? seen.createdMs, seen.createdMs) - FILL_OVERLAP_MS;
  // Since a stop was sent, others may have filled thousands of times: a page for each hundred of them would be asked for.
  const answer = await ports.exchange.fillsSince(sinceMs, [seen.orderId]);
  if (answer.kind !== 'ok') return answer;
  return { kind: 'ok', value: answer.value.filter((fill) => fill.orderId === seen.orderId) };
}

/** What its fills add up to. */
interface Totals {
  readonly quantity: Quantity;
  readonly value: Usd;
  readonly fees: Usd;
}

export function totalsOf(
  fills: readonly Pick<OrderFill, 'quantity' | 'price' | 'commission'>[],
  side: 'BUY' | 'SELL',
): Totals {
  return fills.reduce<Totals>(
    (sum, fill) => ({
      quantity: (sum.quantity + fill.quantity) as Quantity,
      value: (sum.value + notional(fill.quantity, fill.price, side === 'BUY' ? 'up' : 'down')) as Usd,
      fees: (sum.fees + fill.commission) as Usd,
    }),
    { quantity: ZERO_QUANTITY, value: ZERO_USD, fees: ZERO_USD },
  );
}

/** A fill as the order's record keeps it. */
export function fillRecord(fill: ExchangeFill): OrderFill {
  return {
    entry_id: fill.entryId,
    price: fill.price,
    quantity: fill.quantity,
    commission: fill.commission,
    time_ms: fill.timeMs,
    trade_type: fill.tradeType,
    liquidity: fill.liquidity,
  };
}
