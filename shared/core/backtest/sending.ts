import type { OrderRecord } from '../execution/order-record.ts';
import { readyRecord, step } from '../execution/order-step.ts';
import { claim } from '../execution/sendable-order.ts';
import type { OrderTerms } from '../execution/terms.ts';
import { type SendingMarket, termsFor } from '../execution/terms-for.ts';
import { INTERVAL_MS } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import { toNumber } from '../money/fixed.ts';
import type { WorkingOrder } from '../portfolio/account.ts';
import { annotate } from '../portfolio/ledger.ts';
import { sellableBy } from '../portfolio/valuation.ts';
import { book, type Desk, end, type LiveOrder, leftOf, type RestingOrder } from './desk.ts';
import { takeAt } from './fills.ts';
import { type BarMarket, barOf, type FillBar, halfSpread, quoteAtOpen } from './market.ts';
import type { Series } from './series.ts';

/**
 * The worker: hands the orders of the outbox to the exchange at the open of the bar that has just begun, oldest first. With
 * a latency of several bars those of the newest decisions still wait.
 */
export function sendOutbox(desk: Desk, slotMs: number): void {
  const { baseInterval, model } = desk.market;
  const newestMs = slotMs - ((model.latencyBars ?? 1) - 1) * INTERVAL_MS[baseInterval];
  for (let id = desk.account.outbox[0]; id !== undefined; id = desk.account.outbox[0]) {
    const order = desk.account.working[id] as WorkingOrder;
    if (order.slot_ms > newestMs) return;
    desk.account = { ...desk.account, outbox: desk.account.outbox.slice(1) };
    sendOne(desk, order, slotMs);
  }
}

/** What rests is cancelled before the bar that begins now; what may follow it waits for the next decision. */
export function withdraw(desk: Desk, clientOrderIds: readonly string[], slotMs: number): void {
  for (const id of clientOrderIds) end(desk, (desk.live.get(id) as RestingOrder).record, 'cancel', slotMs, 'withdrawn');
}

function sendOne(desk: Desk, order: WorkingOrder, slotMs: number): void {
  const record = readyRecord(order, {
    mode: desk.account.mode,
    configHash: desk.config.configHash,
    atMs: slotMs,
    assessment: null,
  });
  const { product_id: productId, replaces } = order;
  const seen = openOf(desk.market, productId, slotMs);
  if (seen === null) {
    end(desk, record, 'cancel', slotMs, 'no_quote: there is no bar to deal in');
    return;
  }
  const allowed = termsFor(record.intent, marketFor(desk, record, seen, slotMs, replaces));
  if (allowed.kind === 'refuse') {
    end(desk, record, 'cancel', slotMs, allowed.reason);
    return;
  }
  // The resting protection that a sale takes the place of. What it filled is booked already.
  const replaced = replaces === null ? undefined : desk.live.get(replaces);
  if (replaced !== undefined) end(desk, replaced.record, 'cancel', slotMs, 'replaced');
  post(desk, record, allowed.terms, seen, slotMs);
}

interface Open {
  readonly series: Series;
  readonly bar: FillBar;
  readonly quote: SendingMarket['quote'];
}

function openOf(market: BarMarket, productId: ProductId, slotMs: number): Open | null {
  const series = market.series.get(productId) as Series;
  const bar = barOf(series, slotMs / INTERVAL_MS[market.baseInterval]);
  return bar === null ? null : { series, bar, quote: quoteAtOpen(market, series, bar) };
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

function post(desk: Desk, record: OrderRecord, terms: OrderTerms, seen: Open, slotMs: number): void {
  const id = record.client_order_id;
  // It was READY, so it can be claimed and accepted.
  const claimed = claim({ ...record, terms }, slotMs, 'backtest') as OrderRecord;
  const accepted = step(claimed, 'accept', slotMs, { orderId: id }) as OrderRecord;
  desk.account = annotate(desk.account, id, { status: 'WORKING', order_id: id, sent_at_ms: slotMs });
  const order = { record: accepted, ceiling: null };
  if (terms.type === 'sor_limit_ioc') dealAtOnce(desk, { ...order, terms }, seen, slotMs);
  else desk.live.set(id, { ...order, terms });
}

/** At the open, half the spread and the impact away from it; what does not fit inside the limit is cancelled. */
function dealAtOnce(desk: Desk, order: LiveOrder, { series, bar }: Open, slotMs: number): void {
  const { model } = desk.market;
  const { terms } = order;
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
