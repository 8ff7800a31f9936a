import type { ProductId } from '../../core/market/product.ts';
import { type Price, type Quantity, toText, type Usd } from '../../core/money/fixed.ts';

interface LimitTerms {
  readonly baseSize: Quantity;
  readonly limitPrice: Price;
}

interface StopTerms extends LimitTerms {
  readonly stopPrice: Price;
  /** The last trade must rise to, or fall to, the stop. */
  readonly direction: 'up' | 'down';
}

interface BracketTerms {
  /** Takes the profit. */
  readonly limitPrice: Price;
  /** Limits the loss: a limit order 5 % beyond is placed when the last trade touches it. */
  readonly stopTriggerPrice: Price;
}

/** Every kind of order a spot bot may want. There is no stop-market and no other limit IOC than the routed one. */
export type OrderTerms =
  /** On a BUY the amount includes fees. */
  | { readonly type: 'market_ioc_quote'; readonly quoteSize: Usd }
  | { readonly type: 'market_ioc_base'; readonly baseSize: Quantity }
  | ({ readonly type: 'limit_gtc'; readonly postOnly: boolean } & LimitTerms)
  | ({ readonly type: 'limit_gtd'; readonly postOnly: boolean; readonly endTime: string } & LimitTerms)
  | ({ readonly type: 'limit_fok' } & LimitTerms)
  | ({ readonly type: 'limit_ioc' } & LimitTerms)
  | ({ readonly type: 'stop_limit_gtc' } & StopTerms)
  | ({ readonly type: 'stop_limit_gtd'; readonly endTime: string } & StopTerms)
  | ({ readonly type: 'bracket_gtc'; readonly baseSize: Quantity } & BracketTerms)
  | ({ readonly type: 'bracket_gtd'; readonly baseSize: Quantity; readonly endTime: string } & BracketTerms);

export interface OrderRequest {
  readonly productId: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly terms: OrderTerms;
  /** On a BUY: the exit that is placed with the filled size. */
  readonly attachedBracket?: BracketTerms;
}

/** The body without a client order id, as preview takes it. */
export function previewBody({
  productId,
  side,
  terms,
  attachedBracket,
}: OrderRequest): Readonly<Record<string, unknown>> {
  return {
    product_id: productId,
    side,
    order_configuration: configurationOf(terms),
    ...(attachedBracket && {
      attached_order_configuration: { trigger_bracket_gtc: bracketFields(attachedBracket) },
    }),
  };
}

/** The bytes of a create request. The same arguments always give the same bytes. */
export function createBody(clientOrderId: string, request: OrderRequest): string {
  return JSON.stringify({ client_order_id: clientOrderId, ...previewBody(request) });
}

function configurationOf(terms: OrderTerms): Readonly<Record<string, unknown>> {
  switch (terms.type) {
    case 'market_ioc_quote':
      return { market_market_ioc: { quote_size: toText(terms.quoteSize) } };
    case 'market_ioc_base':
      return { market_market_ioc: { base_size: toText(terms.baseSize) } };
    case 'limit_gtc':
      return { limit_limit_gtc: { ...limitFields(terms), post_only: terms.postOnly } };
    case 'limit_gtd':
      return { limit_limit_gtd: { ...limitFields(terms), end_time: terms.endTime, post_only: terms.postOnly } };
    case 'limit_fok':
      return { limit_limit_fok: limitFields(terms) };
    case 'limit_ioc':
      return { sor_limit_ioc: limitFields(terms) };
    case 'stop_limit_gtc':
      return { stop_limit_stop_limit_gtc: stopFields(terms) };
    case 'stop_limit_gtd':
      return { stop_limit_stop_limit_gtd: { ...stopFields(terms), end_time: terms.endTime } };
    case 'bracket_gtc':
      return { trigger_bracket_gtc: { base_size: toText(terms.baseSize), ...bracketFields(terms) } };
    case 'bracket_gtd':
      return {
        trigger_bracket_gtd: { base_size: toText(terms.baseSize), ...bracketFields(terms), end_time: terms.endTime },
      };
    default:
      return terms satisfies never;
  }
}

function limitFields({ baseSize, limitPrice }: LimitTerms) {
  return { base_size: toText(baseSize), limit_price: toText(limitPrice) };
}

function stopFields(terms: StopTerms) {
  const direction = terms.direction === 'up' ? 'STOP_DIRECTION_STOP_UP' : 'STOP_DIRECTION_STOP_DOWN';
  return { ...limitFields(terms), stop_price: toText(terms.stopPrice), stop_direction: direction };
}

function bracketFields({ limitPrice, stopTriggerPrice }: BracketTerms) {
  return { limit_price: toText(limitPrice), stop_trigger_price: toText(stopTriggerPrice) };
}
