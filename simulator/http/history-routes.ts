import type { SimulatedFill, SimulatedOrder } from '../exchange/state.ts';
import type { Call, Handler, World } from './call.ts';
import { fillObject, orderObject, orderTypeOf, timeInForceOf } from './order-json.ts';
import { invalid, json, notFound, type Reply } from './reply.ts';

const STATUSES = new Set([
  'PENDING',
  'OPEN',
  'FILLED',
  'CANCELLED',
  'EXPIRED',
  'FAILED',
  'QUEUED',
  'CANCEL_QUEUED',
  'EDIT_QUEUED',
  'UNKNOWN_ORDER_STATUS',
]);
const PAGE = 100;
const MOST_OPEN = 1000;

export const getOrder: Handler = (world, call) => {
  const order = world.exchange.state.orders.get(call.id);
  const isVisible = order !== undefined && isSeen(world, call, order.createdMs);
  return isVisible ? json({ order: orderObject(world, order) }) : notFound('order with this orderID was not found');
};

/** Newest first. The cursor is the sequence of the last order of a page, so new orders do not shift the pages. */
export const listOrders: Handler = (world, call) => {
  const { query } = call;
  const statuses = query.getAll('order_status');
  const problem = statusProblem(statuses) ?? timeProblem(query, 'start_date') ?? timeProblem(query, 'end_date');
  if (problem !== null) return problem;
  const isOpenList = statuses[0] === 'OPEN';
  const limit = isOpenList ? MOST_OPEN : pageSize(query);
  const matches = orderFilter(query, isOpenList);
  const pool = isOpenList ? world.exchange.state.open : world.exchange.state.orders;
  const before = Number(query.get('cursor') || Number.POSITIVE_INFINITY);
  const found = [...pool.values()]
    .toReversed()
    .filter((order) => order.sequence < before && isSeen(world, call, order.createdMs) && matches(order));
  const page = found.slice(0, limit);
  const hasNext = found.length > page.length;
  return json({
    orders: page.map((order) => orderObject(world, order)),
    sequence: '0',
    has_next: hasNext,
    cursor: hasNext ? String(page.at(-1)?.sequence) : '',
  });
};

/** Newest first. There is no has_next: the last page has an empty cursor. */
export const listFills: Handler = (world, call) => {
  const { query } = call;
  const problem = timeProblem(query, 'start_sequence_timestamp') ?? timeProblem(query, 'end_sequence_timestamp');
  if (problem !== null) return problem;
  const matches = fillFilter(query);
  const before = Number(query.get('cursor') || Number.POSITIVE_INFINITY);
  const limit = pageSize(query);
  const found: SimulatedFill[] = [];
  const { fills } = world.exchange.state;
  for (let i = Math.min(fills.length, before - 1) - 1; i >= 0 && found.length <= limit; i -= 1) {
    const fill = fills[i] as SimulatedFill;
    if (isSeen(world, call, fill.atMs) && matches(fill)) found.push(fill);
  }
  const page = found.slice(0, limit);
  return json({
    fills: page.map((fill) => fillObject(world, fill)),
    cursor: found.length > page.length ? String(page.at(-1)?.sequence) : '',
  });
};

/** Reads lag behind writes. */
function isSeen({ visibilityLagMs }: World, call: Call, atMs: number): boolean {
  return atMs + visibilityLagMs <= call.moment.nowMs;
}

function pageSize(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? String(PAGE));
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, MOST_OPEN) : PAGE;
}

function statusProblem(statuses: readonly string[]): Reply | null {
  const unknown = statuses.find((status) => !STATUSES.has(status));
  // A comma list lands here, as on the real exchange.
  if (unknown !== undefined) return invalid(`parsing list "order_status": "${unknown}" is not a valid value`);
  if (statuses.includes('OPEN') && statuses.length > 1) return invalid('OPEN cannot be combined with other statuses');
  return null;
}

function timeProblem(query: URLSearchParams, key: string): Reply | null {
  const text = query.get(key);
  return text !== null && Number.isNaN(Date.parse(text)) ? invalid(`${key} is not an RFC 3339 time`) : null;
}

function orderFilter(query: URLSearchParams, isOpenList: boolean): (order: SimulatedOrder) => boolean {
  const isAmong = (key: string) => {
    const wanted = query.getAll(key);
    return (value: string) => wanted.length === 0 || wanted.includes(value);
  };
  const [ids, products, types] = [isAmong('order_ids'), isAmong('product_ids'), isAmong('order_types')];
  const [forces, assets, statuses] = [isAmong('time_in_forces'), isAmong('asset_filters'), isAmong('order_status')];
  const [side, kind, source] = [isAmong('order_side'), isAmong('product_type'), isAmong('order_placement_source')];
  // The dates do not apply to a list of open orders.
  const isInTime = isOpenList ? () => true : between(query, 'start_date', 'end_date');
  return (order) =>
    ids(order.orderId) &&
    products(order.productId) &&
    types(orderTypeOf(order)) &&
    forces(timeInForceOf(order)) &&
    assets(order.productId.slice(0, order.productId.indexOf('-'))) &&
    // "OPEN" leaves orders in a transition out, as was seen.
    statuses(order.status) &&
    side(order.side) &&
    kind('SPOT') &&
    source('RETAIL_ADVANCED') &&
    isInTime(order.createdMs);
}

function fillFilter(query: URLSearchParams): (fill: SimulatedFill) => boolean {
  const orders = query.getAll('order_ids');
  const trades = query.getAll('trade_ids');
  const products = query.getAll('product_ids');
  const isInTime = between(query, 'start_sequence_timestamp', 'end_sequence_timestamp');
  return ({ order, tradeId, atMs }) =>
    (orders.length === 0 || orders.includes(order.orderId)) &&
    (trades.length === 0 || trades.includes(tradeId)) &&
    (products.length === 0 || products.includes(order.productId)) &&
    isInTime(atMs);
}

/** From the start on, up to but without the end. */
function between(query: URLSearchParams, fromKey: string, toKey: string): (atMs: number) => boolean {
  const from = query.get(fromKey);
  const to = query.get(toKey);
  const fromMs = from === null ? Number.NEGATIVE_INFINITY : Date.parse(from);
  const toMs = to === null ? Number.POSITIVE_INFINITY : Date.parse(to);
  return (atMs) => atMs >= fromMs && atMs < toMs;
}
