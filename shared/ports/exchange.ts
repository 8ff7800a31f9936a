import type { SendableOrder } from '../core/execution/sendable-order.ts';
import type { OrderTerms } from '../core/execution/terms.ts';
import type { ProductId } from '../core/market/product.ts';
import type { FeeRates } from '../core/market/snapshot.ts';
import type { Price, Quantity, Usd } from '../core/money/fixed.ts';
import type { Answer } from './answer.ts';

/** The exchange's word on an order. Terminal: FILLED, CANCELLED, EXPIRED, FAILED (all may carry fills). */
export interface ExchangeOrder {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly productId: ProductId;
  readonly side: 'BUY' | 'SELL';
  /** OTHER: a word this code does not know; treated as not terminal. */
  readonly status:
    | 'PENDING'
    | 'QUEUED'
    | 'OPEN'
    | 'EDIT_QUEUED'
    | 'CANCEL_QUEUED'
    | 'FILLED'
    | 'CANCELLED'
    | 'EXPIRED'
    | 'FAILED'
    | 'OTHER';
  readonly baseSize: Quantity | null;
  readonly limitPrice: Price | null;
  readonly filledQuantity: Quantity;
  readonly filledValue: Usd;
  readonly totalFees: Usd;
  readonly createdMs: number;
  /** reject_reason, reject_message or cancel_message, whichever speaks; null when none does. */
  readonly detail: string | null;
}

/** One fill in base units, whatever unit the wire used. */
export interface ExchangeFill {
  /** Unique key [I6]: entry_id. */
  readonly entryId: string;
  readonly orderId: string;
  readonly productId: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly price: Price;
  readonly quantity: Quantity;
  readonly commission: Usd;
  readonly timeMs: number;
  /** 'FILL', or an adjustment: 'REVERSAL', 'CORRECTION', 'SYNTHETIC'. */
  readonly tradeType: string;
  readonly liquidity: 'MAKER' | 'TAKER' | 'UNKNOWN';
}

export interface Balance {
  readonly currency: string;
  readonly available: Quantity;
  readonly hold: Quantity;
}

export interface Placed {
  readonly orderId: string;
}

/** The very order that would be sent, without its id. */
export interface PreviewRequest {
  readonly productId: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly terms: OrderTerms;
}

export interface PreviewTotals {
  readonly orderTotal: Usd;
  readonly commissionTotal: Usd;
  readonly warnings: readonly string[];
}

export interface CancelResult {
  readonly orderId: string;
  /** The request was accepted; the order may still fill. Read it back. */
  readonly accepted: boolean;
  readonly reason: string;
}

export interface KeyPermissions {
  readonly canView: boolean;
  readonly canTrade: boolean;
  readonly canTransfer: boolean;
  readonly portfolioId: string;
}

/** Where orders go. DRY_RUN, PAPER and LIVE are three adapters of this one port. */
export interface Exchange {
  /** Errs ('refused') when the exchange would not take the order; totals otherwise. */
  preview(order: PreviewRequest): Promise<Answer<PreviewTotals>>;
  /** Sends exactly `order.body`, at most once per call when the outcome is ambiguous. */
  place(order: SendableOrder): Promise<Answer<Placed>>;
  cancel(orderIds: readonly string[]): Promise<Answer<readonly CancelResult[]>>;
  order(orderId: string): Promise<Answer<ExchangeOrder>>;
  /** Orders created at or after `sinceMs`, any status, all pages; of all products when none is named. */
  ordersSince(sinceMs: number, productIds: readonly ProductId[]): Promise<Answer<readonly ExchangeOrder[]>>;
  /** Every order that may still fill, whatever its age, all pages. */
  openOrders(): Promise<Answer<readonly ExchangeOrder[]>>;
  /** All fills with sequence time at or after `sinceMs`, all pages; of all orders when none is named. */
  fillsSince(sinceMs: number, orderIds?: readonly string[]): Promise<Answer<readonly ExchangeFill[]>>;
  balances(): Promise<Answer<readonly Balance[]>>;
  fees(): Promise<Answer<FeeRates>>;
  permissions(): Promise<Answer<KeyPermissions>>;
}
