import { filledQuantity, type PaperOrder } from '../../shared/adapters/paper/paper-book.ts';
import type { OrderFill, OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { FeeRates } from '../../shared/core/market/snapshot.ts';
import { notional, portion, subtract, toNumber } from '../../shared/core/money/fixed.ts';

/** How one order of a run came off against the model. In dollars; more than 0: dearer than the model. */
export interface LegCost {
  readonly client_order_id: string;
  readonly traded_usd: number;
  readonly model_usd: number;
  /** What both dealt, at the run's price instead of the model's. */
  readonly fill_usd: number;
  /** What the run paid instead of the known rate on its own fills. */
  readonly fee_usd: number;
  /** What only one of the two dealt, at its price. */
  readonly unmatched_usd: number;
}

interface Dealt {
  readonly quantity: number;
  readonly usd: number;
}

export function legCost(record: OrderRecord, model: PaperOrder, rates: FeeRates): LegCost {
  const actual = { quantity: toNumber(record.filled_quantity), usd: sum(record.fills.map(dealtUsd)) };
  const modelled = { quantity: toNumber(filledQuantity(model)), usd: sum(model.fills.map(dealtUsd)) };
  const sign = record.intent.side === 'BUY' ? 1 : -1;
  const common = Math.min(actual.quantity, modelled.quantity);
  return {
    client_order_id: record.client_order_id,
    traded_usd: actual.usd,
    model_usd: modelled.usd,
    // Without the minus that a zero may carry.
    fill_usd: sign * (partOf(actual, common) - partOf(modelled, common)) + 0,
    fee_usd: sum(record.fills.map((fill) => toNumber(feeDifference(fill, record, rates)))),
    unmatched_usd: actual.usd - partOf(actual, common) + (modelled.usd - partOf(modelled, common)),
  };
}

/** Nobody dealt anything, or both the same. */
export function isAsModelled({ fill_usd, fee_usd, unmatched_usd }: LegCost): boolean {
  return fill_usd === 0 && fee_usd === 0 && unmatched_usd === 0;
}

/** Exact where all of it is meant. */
function partOf({ quantity, usd }: Dealt, part: number): number {
  if (part === quantity) return usd;
  return quantity === 0 ? 0 : (usd * part) / quantity;
}

function dealtUsd({ price, quantity }: Pick<OrderFill, 'price' | 'quantity'>): number {
  return toNumber(notional(quantity, price, 'down'));
}

/** As the paper exchange rounds: never in our own favour. */
function feeDifference(fill: OrderFill, { intent }: OrderRecord, { maker, taker }: FeeRates) {
  const value = notional(fill.quantity, fill.price, intent.side === 'BUY' ? 'up' : 'down');
  const isTaken = fill.liquidity === 'UNKNOWN' ? intent.route.kind === 'taker' : fill.liquidity === 'TAKER';
  return subtract(fill.commission, portion(value, isTaken ? taker : maker, 'up'));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
