import type { ProductFlags } from '../../shared/core/market/product.ts';
import type { JsonObject } from './json.ts';
import type { Side } from './order-spec.ts';

/** Everything that ever changes the exchange. The journal is a list of these; the state is their fold. */
export type ExchangeEvent =
  | DepositEvent
  | OrderEvent
  | FillEvent
  | TriggerEvent
  | CancelRequestEvent
  | EditEvent
  | EndEvent
  | FlagsEvent;

/** Negative for a withdrawal. */
export interface DepositEvent {
  readonly kind: 'deposit';
  readonly at_ms: number;
  readonly currency: string;
  readonly amount: string;
}

export interface OrderEvent {
  readonly kind: 'order';
  readonly at_ms: number;
  readonly order_id: string;
  readonly client_order_id: string;
  readonly product_id: string;
  readonly side: Side;
  readonly order_configuration: JsonObject;
  readonly attached_order_configuration: JsonObject | null;
  readonly attached_order_id: string;
  readonly originating_order_id: string;
  /** Moved from available to hold: base currency for a sell, quote currency for a buy. */
  readonly hold: string;
}

export interface FillEvent {
  readonly kind: 'fill';
  readonly at_ms: number;
  readonly entry_id: string;
  readonly trade_id: string;
  readonly order_id: string;
  readonly price: string;
  readonly size: string;
  readonly commission: string;
  readonly liquidity: 'MAKER' | 'TAKER';
}

/** A stop fired: from now on the order is a limit at this price. */
export interface TriggerEvent {
  readonly kind: 'trigger';
  readonly at_ms: number;
  readonly order_id: string;
  readonly limit_price: string;
}

export interface CancelRequestEvent {
  readonly kind: 'cancel_request';
  readonly at_ms: number;
  readonly order_id: string;
  /** The cancel takes effect here; until then the order can fill. */
  readonly effective_ms: number;
}

export interface EditEvent {
  readonly kind: 'edit';
  readonly at_ms: number;
  readonly order_id: string;
  readonly size: string;
  readonly price: string;
  /** The new hold of the order. */
  readonly hold: string;
}

/** The order will not fill any more; what is left of its hold becomes available. */
export interface EndEvent {
  readonly kind: 'end';
  readonly at_ms: number;
  readonly order_id: string;
  readonly status: 'FILLED' | 'CANCELLED' | 'EXPIRED' | 'FAILED';
  readonly reject_reason: string;
  readonly message: string;
}

export interface FlagsEvent {
  readonly kind: 'flags';
  readonly at_ms: number;
  readonly product_id: string;
  readonly flags: Partial<ProductFlags>;
}
