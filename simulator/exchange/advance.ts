import { INTERVAL_MS, lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import type { Quantity } from '../../shared/core/money/fixed.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import { MOST_LEVELS } from '../market/book.ts';
import type { Listing } from '../market/listing.ts';
import { endEvents, fillEvents } from './event-makers.ts';
import type { EndEvent, ExchangeEvent } from './events.ts';
import type { Exchange } from './exchange.ts';
import { type BarOutcome, barOutcome, UNTOUCHED } from './resting.ts';
import type { SimulatedOrder } from './state.ts';
import { sizeOf } from './taking.ts';

const UNSPECIFIED = 'REJECT_REASON_UNSPECIFIED';

/**
 * Walks every bar that closed since the last call, in order of time, over the open orders. An order takes part from the
 * first bar that lies wholly after it was last touched: what a bar did before the order came is not known.
 */
export function advanceOrders(exchange: Exchange, evaluatedTo: Map<string, number>, nowMs: number): void {
  const { state, market } = exchange;
  if (state.open.size === 0) return;
  const stepMs = INTERVAL_MS[market.baseInterval];
  const nextOf = (order: SimulatedOrder) =>
    Math.max(evaluatedTo.get(order.orderId) ?? 0, Math.ceil(order.updatedMs / stepMs));
  const newest = lastClosedBarIndex(nowMs, market.baseInterval);
  const first = Math.min(...[...state.open.values()].map(nextOf));
  for (let index = first; index <= newest && state.open.size > 0; index += 1) {
    const due = [...state.open.values()].filter((order) => nextOf(order) <= index);
    for (const order of due) {
      evaluatedTo.set(order.orderId, index + 1);
      exchange.commit(eventsOfBar(exchange, order, index, (index + 1) * stepMs));
    }
  }
  const lapsed = [...state.open.values()].filter((order) => deadlineOf(order) <= nowMs);
  for (const order of lapsed) exchange.commit(lapse(exchange, order));
}

/** When a GTD order expires or a requested cancel takes effect, whichever is first. */
function deadlineOf({ spec, cancelAtMs }: SimulatedOrder): number {
  return Math.min(spec.endMs ?? Number.POSITIVE_INFINITY, cancelAtMs ?? Number.POSITIVE_INFINITY);
}

function lapse(exchange: Exchange, order: SimulatedOrder): readonly ExchangeEvent[] {
  const isCancel = order.cancelAtMs !== null && order.cancelAtMs === deadlineOf(order);
  return endOf(
    exchange,
    order,
    isCancel ? 'CANCELLED' : 'EXPIRED',
    isCancel ? 'User requested cancel' : '',
    deadlineOf(order),
  );
}

function eventsOfBar(
  exchange: Exchange,
  order: SimulatedOrder,
  index: number,
  closeMs: number,
): readonly ExchangeEvent[] {
  if (deadlineOf(order) < closeMs) return lapse(exchange, order);
  const { market, fees } = exchange;
  const listing = exchange.listing(order.productId) as Listing;
  const flags = exchange.state.flags.get(order.productId);
  const isHalted = flags?.tradingDisabled === true || (flags?.status ?? 'online') !== 'online';
  const [bar] = market.bars(order.productId, market.baseInterval, index, index, closeMs);
  if (bar === undefined || isHalted) return [];
  const bookAfter = () => market.book(order.productId, closeMs, MOST_LEVELS);
  return outcomeEvents(exchange, order, barOutcome(order, bar, bookAfter, listing, fees), closeMs);
}

function outcomeEvents(
  exchange: Exchange,
  order: SimulatedOrder,
  outcome: BarOutcome,
  atMs: number,
): readonly ExchangeEvent[] {
  if (outcome === UNTOUCHED) return [];
  const events: ExchangeEvent[] = [];
  if (outcome.triggeredAt !== null) {
    events.push({ kind: 'trigger', at_ms: atMs, order_id: order.orderId, limit_price: toText(outcome.triggeredAt) });
  }
  events.push(...fillEvents(exchange, order.orderId, outcome.fills, outcome.liquidity, atMs));
  if (!outcome.isComplete) return events;
  return [...events, ...endOf(exchange, order, 'FILLED', '', atMs, sizeOf(outcome.fills))];
}

export function endOf(
  exchange: Exchange,
  order: SimulatedOrder,
  status: EndEvent['status'],
  message: string,
  atMs: number,
  arriving: Quantity = 0n as Quantity,
): readonly ExchangeEvent[] {
  const filled = (order.filledSize + arriving) as Quantity;
  return endEvents(exchange, order, { status, message, reject_reason: UNSPECIFIED }, filled, arriving, atMs);
}
