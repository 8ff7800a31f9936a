import type { ProductId } from '../../shared/core/market/product.ts';
import { type Quantity, smaller, toText } from '../../shared/core/money/fixed.ts';
import type { EndEvent, ExchangeEvent, FillEvent } from './events.ts';
import type { Exchange } from './exchange.ts';
import { idOf } from './ids.ts';
import { isObject, type JsonObject } from './json.ts';
import { baseOf } from './state.ts';
import type { Fill } from './taking.ts';

export function fillEvents(
  { seed, state }: Exchange,
  orderId: string,
  fills: readonly Fill[],
  liquidity: FillEvent['liquidity'],
  atMs: number,
): readonly FillEvent[] {
  return fills.map(({ price, size, commission }, i) => ({
    kind: 'fill',
    at_ms: atMs,
    entry_id: idOf(seed, 'entry', state.fills.length + 1 + i),
    trade_id: idOf(seed, 'trade', state.fills.length + 1 + i),
    order_id: orderId,
    price: toText(price),
    size: toText(size),
    commission: toText(commission),
    liquidity,
  }));
}

export interface Parent {
  readonly orderId: string;
  readonly productId: ProductId;
  readonly attachedConfiguration: JsonObject | null;
  readonly attachedOrderId: string;
}

/** An order's end; where it bought something and carries a bracket, the bracket starts in the same moment. */
export function endEvents(
  exchange: Exchange,
  parent: Parent,
  end: Omit<EndEvent, 'kind' | 'order_id' | 'at_ms'>,
  /** All it ever filled. */
  filled: Quantity,
  /** What it filled in this very moment, not yet in the balance. */
  arriving: Quantity,
  atMs: number,
): readonly ExchangeEvent[] {
  const ended: EndEvent = { kind: 'end', at_ms: atMs, order_id: parent.orderId, ...end };
  const bracket = parent.attachedConfiguration?.['trigger_bracket_gtc'];
  if (!isObject(bracket)) return [ended];
  // Coins of earlier fills may have been sold in between.
  const there = (exchange.available(baseOf(parent.productId)) + arriving) as Quantity;
  const size = toText(smaller(filled, there));
  if (size === '0') return [ended];
  return [
    ended,
    {
      kind: 'order',
      at_ms: atMs,
      order_id: parent.attachedOrderId,
      client_order_id: `attached-${parent.attachedOrderId}`,
      product_id: parent.productId,
      side: 'SELL',
      order_configuration: { trigger_bracket_gtc: { base_size: size, ...bracket } },
      attached_order_configuration: null,
      attached_order_id: '',
      originating_order_id: parent.orderId,
      hold: size,
    },
  ];
}
