import { type Fixed, notional, toNumber, toText, type Usd } from '../../shared/core/money/fixed.ts';
import { averagePrice } from '../exchange/amounts.ts';
import type { SimulatedFill, SimulatedOrder } from '../exchange/state.ts';
import type { World } from './call.ts';
import { decimalText, isoTime } from './decimal-text.ts';

const ORDER_TYPES = { market: 'MARKET', limit: 'LIMIT', stop: 'STOP_LIMIT', bracket: 'BRACKET' } as const;
const TIMES_IN_FORCE = {
  IOC: 'IMMEDIATE_OR_CANCEL',
  GTC: 'GOOD_UNTIL_CANCELLED',
  GTD: 'GOOD_UNTIL_DATE_TIME',
  FOK: 'FILL_OR_KILL',
} as const;

export function orderTypeOf({ spec }: SimulatedOrder): string {
  return ORDER_TYPES[spec.kind];
}

export function timeInForceOf({ spec }: SimulatedOrder): string {
  return TIMES_IN_FORCE[spec.timeInForce];
}

export function orderObject(world: World, order: SimulatedOrder): unknown {
  const { spec, filledValue, fees, filledSize } = order;
  const afterFees = order.side === 'BUY' ? filledValue + fees : filledValue - fees;
  return {
    order_id: order.orderId,
    client_order_id: order.clientOrderId,
    product_id: order.productId,
    user_id: world.userId,
    side: order.side,
    status: order.status,
    order_configuration: order.configuration,
    order_type: orderTypeOf(order),
    time_in_force: timeInForceOf(order),
    created_time: isoTime(order.createdMs),
    last_fill_time: order.lastFillMs === null ? null : isoTime(order.lastFillMs),
    last_update_time: isoTime(order.updatedMs),
    completion_percentage: completionOf(order),
    number_of_fills: String(order.fillCount),
    filled_size: toText(filledSize),
    average_filled_price: toText(averagePrice(filledValue, filledSize)),
    filled_value: toText(filledValue),
    fee: '',
    total_fees: toText(fees),
    total_value_after_fees: toText(afterFees as Usd),
    size_in_quote: spec.quoteSize !== null,
    size_inclusive_of_fees: spec.quoteSize !== null,
    outstanding_hold_amount: toText(order.hold),
    pending_cancel: order.status === 'CANCEL_QUEUED',
    settled: order.status === 'FILLED',
    is_liquidation: false,
    trigger_status: triggerStatusOf(order),
    reject_reason: order.rejectReason,
    reject_message: order.status === 'FAILED' ? order.message : '',
    cancel_message: order.status === 'CANCELLED' ? order.message : '',
    product_type: 'SPOT',
    order_placement_source: 'RETAIL_ADVANCED',
    edit_history: order.edits.map(({ price, size, atMs }) => ({
      price,
      size,
      replace_accept_timestamp: isoTime(atMs),
    })),
    leverage: '',
    margin_type: 'UNKNOWN_MARGIN_TYPE',
    retail_portfolio_id: world.portfolioId,
    originating_order_id: order.originatingOrderId,
    attached_order_id: order.attachedOrderId,
    attached_order_configuration: order.attachedConfiguration,
  };
}

/** A quote-sized order reports its fills in quote currency. */
export function fillObject(world: World, fill: SimulatedFill): unknown {
  const { order } = fill;
  const isInQuote = order.spec.quoteSize !== null;
  const size: Fixed<string> = isInQuote ? notional(fill.size, fill.price, 'down') : fill.size;
  return {
    entry_id: fill.entryId,
    trade_id: fill.tradeId,
    order_id: order.orderId,
    trade_time: isoTime(fill.atMs),
    trade_type: 'FILL',
    price: toText(fill.price),
    size: toText(size),
    commission: toText(fill.commission),
    product_id: order.productId,
    sequence_timestamp: isoTime(fill.atMs),
    liquidity_indicator: fill.liquidity,
    size_in_quote: isInQuote,
    user_id: world.userId,
    side: order.side,
    retail_portfolio_id: world.portfolioId,
  };
}

function completionOf({ status, spec, size, filledSize, filledValue, fees }: SimulatedOrder): string {
  if (status === 'FILLED') return '100';
  const whole: Fixed<string> = size ?? spec.quoteSize ?? (0n as Usd);
  const done: Fixed<string> = size === null ? ((filledValue + fees) as Usd) : filledSize;
  return whole === 0n ? '0' : decimalText(Number(((toNumber(done) / toNumber(whole)) * 100).toFixed(2)));
}

function triggerStatusOf({ spec, isTriggered }: SimulatedOrder): string {
  if (spec.stopPrice === null) return 'INVALID_ORDER_TYPE';
  return isTriggered ? 'STOP_TRIGGERED' : 'STOP_PENDING';
}
