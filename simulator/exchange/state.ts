import type { ProductFlags, ProductId } from '../../shared/core/market/product.ts';
import type { Price, Quantity, Usd } from '../../shared/core/money/fixed.ts';
import type { Amount } from './amounts.ts';
import type { EndEvent } from './events.ts';
import type { JsonObject } from './json.ts';
import type { AttachedSpec, OrderSpec, Side } from './order-spec.ts';

export interface Edit {
  readonly price: string;
  readonly size: string;
  readonly atMs: number;
}

export interface SimulatedOrder {
  /** 1, 2, 3 in order of acceptance. */
  readonly sequence: number;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly productId: ProductId;
  readonly side: Side;
  readonly spec: OrderSpec;
  readonly configuration: JsonObject;
  readonly attached: AttachedSpec | null;
  readonly attachedConfiguration: JsonObject | null;
  readonly attachedOrderId: string;
  readonly originatingOrderId: string;
  readonly createdMs: number;
  status: 'OPEN' | 'CANCEL_QUEUED' | EndEvent['status'];
  /** The total size; null while a quote-sized order has none. */
  size: Quantity | null;
  limitPrice: Price | null;
  hold: Amount;
  filledSize: Quantity;
  filledValue: Usd;
  fees: Usd;
  fillCount: number;
  isTriggered: boolean;
  cancelAtMs: number | null;
  lastFillMs: number | null;
  updatedMs: number;
  rejectReason: string;
  message: string;
  edits: readonly Edit[];
}

export interface SimulatedFill {
  readonly sequence: number;
  readonly entryId: string;
  readonly tradeId: string;
  readonly order: SimulatedOrder;
  readonly atMs: number;
  readonly price: Price;
  readonly size: Quantity;
  readonly commission: Usd;
  readonly liquidity: 'MAKER' | 'TAKER';
}

export interface SimulatedBalance {
  available: Amount;
  hold: Amount;
  updatedMs: number;
}

export interface ExchangeState {
  readonly balances: Map<string, SimulatedBalance>;
  readonly orders: Map<string, SimulatedOrder>;
  readonly byClientId: Map<string, SimulatedOrder>;
  /** Orders that may still fill, oldest first. */
  readonly open: Map<string, SimulatedOrder>;
  readonly fills: SimulatedFill[];
  readonly flags: Map<string, Partial<ProductFlags>>;
}

export function emptyState(): ExchangeState {
  return {
    balances: new Map(),
    orders: new Map(),
    byClientId: new Map(),
    open: new Map(),
    fills: [],
    flags: new Map(),
  };
}

export function baseOf(productId: string): string {
  return productId.slice(0, productId.indexOf('-'));
}

export function quoteOf(productId: string): string {
  return productId.slice(productId.indexOf('-') + 1);
}

export function remainingOf(order: SimulatedOrder): Quantity {
  return ((order.size ?? 0n) - order.filledSize) as Quantity;
}

/** Where the money of an order is held. */
export function holdCurrencyOf({ productId, side }: Pick<SimulatedOrder, 'productId' | 'side'>): string {
  return side === 'BUY' ? quoteOf(productId) : baseOf(productId);
}
