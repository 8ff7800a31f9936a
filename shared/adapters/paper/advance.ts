import type { Bar } from '../../core/market/candles.ts';
import { barIndexAt, barStartMs, INTERVAL_MS, lastClosedBarIndex } from '../../core/market/interval.ts';
import type { ProductId } from '../../core/market/product.ts';
import { add, type Quantity, subtract, ZERO_QUANTITY } from '../../core/money/fixed.ts';
import { ended } from './fills.ts';
import { filledQuantity, openOrders, type PaperBook, type PaperOrder, withOrder } from './paper-book.ts';
import { afterBar, type BarRules, shareOfBar } from './resting.ts';

/** Minute bars that the resting orders of a product have not met yet. */
export interface Span {
  readonly productId: ProductId;
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** The bars of one product, oldest first. */
export interface BarsSeen {
  readonly bars: readonly Bar[];
  /** All that closed up to here are among them ... */
  readonly knownTo: number;
  /** ... and up to here they were read late enough to be final. */
  readonly settledTo: number;
}

/** The exchange may still correct a bar read sooner after its close. The cycle reads its bars by the same rule. */
const SETTLE_MS = 60_000;

export function settledAt(nowMs: number): number {
  return lastClosedBarIndex(nowMs - SETTLE_MS, '1m');
}

/** As many as the exchange gives in one call. */
const MAX_BARS = 300;

/** What must be read before the book tells the truth at this time; nothing when no order rests or all bars are met. */
export function spansBehind(book: PaperBook, nowMs: number): readonly Span[] {
  const newest = lastClosedBarIndex(nowMs, '1m');
  const spans = new Map<ProductId, Span>();
  for (const order of openOrders(book)) {
    const fromIndex = seenBarOf(order) + 1;
    const toIndex = Math.min(newest, lastBarInside(order));
    if (lookedBarOf(order) < toIndex) {
      spans.set(order.product_id, joined({ productId: order.product_id, fromIndex, toIndex }, spans));
    }
  }
  return [...spans.values()];
}

/**
 * Walks the bars in order of time over the resting orders, oldest order first. A bar that did something to an order is met
 * once; one that did nothing is met again as long as it was not final.
 */
export function withBars(book: PaperBook, seen: ReadonlyMap<ProductId, BarsSeen>, rules: BarRules): PaperBook {
  return [...seen].reduce((sum, [productId, { bars, knownTo, settledTo }]) => {
    const complete = bars.filter(({ index }) => index <= knownTo);
    const met = complete.reduce((next, bar) => withBar(next, productId, bar, rules), sum);
    const doneTo = Math.min(knownTo, settledTo);
    return restingIn(met, productId)
      .filter((order) => lookedBarOf(order) < knownTo || seenBarOf(order) < doneTo)
      .reduce((next, order) => withOrder(next, looked(order, knownTo, doneTo)), met);
  }, book);
}

function looked(order: PaperOrder, knownTo: number, doneTo: number): PaperOrder {
  return {
    ...order,
    seen_bar: Math.max(seenBarOf(order), doneTo),
    looked_bar: Math.max(lookedBarOf(order), knownTo),
  };
}

function joined(span: Span, spans: ReadonlyMap<ProductId, Span>): Span {
  const known = spans.get(span.productId) ?? span;
  const fromIndex = Math.min(span.fromIndex, known.fromIndex);
  const toIndex = Math.min(Math.max(span.toIndex, known.toIndex), fromIndex + MAX_BARS - 1);
  return { ...span, fromIndex, toIndex };
}

/** Orders whose end has come, once every bar inside their life is met: what traded before the end still counts. */
export function withEnded(book: PaperBook, nowMs: number): PaperBook {
  return openOrders(book)
    .filter((order) => order.end_ms !== null && order.end_ms <= nowMs && lookedBarOf(order) >= lastBarInside(order))
    .reduce((sum, order) => withOrder(sum, ended(order, 'EXPIRED', null, nowMs)), book);
}

function withBar(book: PaperBook, productId: ProductId, bar: Bar, rules: BarRules): PaperBook {
  const left = new Map<PaperOrder['side'], Quantity>();
  let next = book;
  for (const order of restingIn(book, productId)) {
    if (seenBarOf(order) >= bar.index || bar.index > lastBarInside(order)) continue;
    const available = left.get(order.side) ?? subtract(shareOfBar(bar, order), takenIn(book, order, bar));
    const met = afterBar(order, bar, available, rules);
    left.set(order.side, subtract(available, subtract(filledQuantity(met), filledQuantity(order))));
    if (met !== order) next = withOrder(next, { ...met, seen_bar: bar.index });
  }
  return next;
}

/** What its bar gave this side of the book before. */
function takenIn({ orders }: PaperBook, { product_id, side }: PaperOrder, { index }: Bar): Quantity {
  const closeMs = barStartMs(index + 1, '1m');
  return orders
    .filter((order) => order.product_id === product_id && order.side === side)
    .flatMap(({ fills }) => fills.filter(({ time_ms }) => time_ms === closeMs))
    .reduce((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY);
}

function restingIn(book: PaperBook, productId: ProductId): readonly PaperOrder[] {
  return openOrders(book).filter((order) => order.product_id === productId);
}

/** The last bar that closes within the order's life. */
function lastBarInside({ end_ms }: PaperOrder): number {
  return end_ms === null ? Number.POSITIVE_INFINITY : barIndexAt(end_ms, '1m') - 1;
}

/** The newest bar it was held against, final or not. */
function lookedBarOf(order: PaperOrder): number {
  return Math.max(seenBarOf(order), order.looked_bar ?? Number.NEGATIVE_INFINITY);
}

/** Before it met any: the newest bar of which a part lies before the order. What that did after it cannot be told. */
function seenBarOf({ seen_bar, created_ms }: PaperOrder): number {
  return seen_bar ?? Math.ceil(created_ms / INTERVAL_MS['1m']) - 1;
}
