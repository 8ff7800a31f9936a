import type { OrderRecord } from '../execution/order-record.ts';
import { readyRecord, step } from '../execution/order-step.ts';
import { claim } from '../execution/sendable-order.ts';
import type { OrderTerms } from '../execution/terms.ts';
import { type SendingMarket, termsFor } from '../execution/terms-for.ts';
import { INTERVAL_MS } from '../market/interval.ts';
import { toNumber } from '../money/fixed.ts';
import type { WorkingOrder } from '../portfolio/account.ts';
import { annotate, giveWay } from '../portfolio/ledger.ts';
import { sellableBy } from '../portfolio/valuation.ts';
import { book, type Desk, end, type LiveOrder, leftOf } from './desk.ts';
import { takeAt } from './fills.ts';
import { barOf, type FillBar, halfSpread, quoteAtOpen } from './market.ts';
import type { Series } from './series.ts';

/**
 * The worker: hands the orders of the outbox to the exchange at the open of the bar that has just begun, oldest first. With
 * a latency of several bars those of the newest decisions still wait.
 */
export function sendOutbox(desk: Desk, slotMs: number): void {
  const { baseInterval, model } = desk.market;
  const newestMs = slotMs - ((model.latencyBars ?? 1) - 1) * INTERVAL_MS[baseInterval];
  for (let id = desk.account.outbox[0]; id !== undefined; id = desk.account.outbox[0]) {
    const order = desk.account.working[id];
    if (order !== undefined && order.slot_ms > newestMs) return;
    desk.account = { ...desk.account, outbox: desk.account.outbox.slice(1) };
    if (order !== undefined) sendOne(desk, order, slotMs);
  }
}

/** What rests is cancelled before the bar that begins now; what may follow it waits for the next decision. */
export function withdraw(desk: Desk, clientOrderIds: readonly string[], slotMs: number): void {
  for (const id of clientOrderIds) {
    const resting = desk.live.get(id);
    if (resting !== undefined) end(desk, resting.record, 'cancel', slotMs, 'withdrawn');
  }
}

function sendOne(desk: Desk, order: WorkingOrder, slotMs: number): void {
  const record = readyRecord(order, {
    mode: desk.account.mode,
    configHash: desk.config.configHash,
    atMs: slotMs,
    assessment: null,
  });
  const { product_id: productId, replaces } = order;
  const frozen = desk.account.frozen[productId];
  if (frozen !== undefined) {
    end(desk, record, 'cancel', slotMs, `frozen: ${frozen}`);
    return;
  }
  const seen = openOf(desk, productId, slotMs);
  if (seen === null) {
    end(desk, record, 'cancel', slotMs, 'no_quote: there is no bar to deal in');
    return;
  }
  const before = termsFor(record.intent, marketFor(desk, record, seen, slotMs, replaces));
  if (before.kind === 'refuse') {
    end(desk, record, 'cancel', slotMs, before.reason);
    return;
  }
  if (replaces === null) {
    post(desk, record, before.terms, seen, slotMs);
    return;
  }
  clearWay(desk, replaces, slotMs);
  const after = termsFor(record.intent, marketFor(desk, record, seen, slotMs, null));
  if (after.kind === 'refuse') {
    end(desk, record, 'cancel', slotMs, after.reason);
    return;
  }
  post(desk, record, after.terms, seen, slotMs);
}

interface Open {
  readonly series: Series;
  readonly bar: FillBar;
  readonly quote: SendingMarket['quote'];
}

function openOf({ market, config }: Desk, productId: Series['product']['id'], slotMs: number): Open | null {
  const series = market.series.get(productId);
  const bar = barOf(market, productId, slotMs / INTERVAL_MS[market.baseInterval]);
  const quote = bar === null ? null : quoteAtOpen(market, productId, bar);
  if (series === undefined || bar === null || quote === null) return null;
  return slotMs - quote.timeMs > config.policy.data.max_quote_age_seconds * 1_000 ? null : { series, bar, quote };
}

function marketFor(
  desk: Desk,
  { intent }: OrderRecord,
  { series, quote }: Open,
  nowMs: number,
  replaced: string | null,
): SendingMarket {
  return {
    product: series.product,
    quote,
    takerFee: desk.fees.taker,
    nowMs,
    free: sellableBy(desk.account, intent, replaced),
    minEdgeMultiple: desk.config.policy.risk.min_edge_multiple,
  };
}

/** The resting protection that a sale takes the place of. What it filled is booked already. */
function clearWay(desk: Desk, clientOrderId: string, atMs: number): void {
  const resting = desk.live.get(clientOrderId);
  if (resting === undefined) desk.account = giveWay(desk.account, clientOrderId, null);
  else end(desk, resting.record, 'cancel', atMs, 'replaced');
}

function post(desk: Desk, record: OrderRecord, terms: OrderTerms, seen: Open, slotMs: number): void {
  const id = record.client_order_id;
  const claimed = claim({ ...record, terms }, slotMs, 'backtest');
  const accepted = claimed && step(claimed, 'accept', slotMs, { orderId: id });
  if (accepted === undefined) throw new Error(`${id} is ${record.status}: it cannot be sent`);
  desk.account = annotate(desk.account, id, { status: 'WORKING', order_id: id, sent_at_ms: slotMs });
  const order: LiveOrder = { record: accepted, terms, fromIndex: seen.bar.index, ceiling: null };
  if (terms.type === 'sor_limit_ioc') {
    dealAtOnce(desk, order, terms, seen, slotMs);
    return;
  }
  desk.live.set(id, order);
}

/** At the open, half the spread and the impact away from it; what does not fit inside the limit is cancelled. */
function dealAtOnce(
  desk: Desk,
  order: LiveOrder,
  terms: Extract<OrderTerms, { type: 'sor_limit_ioc' }>,
  { series, bar }: Open,
  slotMs: number,
): void {
  const { model } = desk.market;
  const venue = { product: series.product, bar, model, halfSpread: halfSpread(desk.market, series, bar.index) };
  const wanted = { side: order.record.intent.side, quantity: terms.base_size, limit: terms.limit_price };
  const execution = takeAt(bar.open, wanted, venue);
  if (execution !== null) book(desk, order, execution, slotMs);
  if (leftOf(order) <= 0n) {
    end(desk, order.record, 'fill', slotMs);
    return;
  }
  const isAway = Math.sign(toNumber(terms.limit_price) - bar.open) === (wanted.side === 'BUY' ? -1 : 1);
  end(desk, order.record, 'cancel', slotMs, isAway ? 'ioc: the open was beyond the limit' : 'ioc: volume');
}
