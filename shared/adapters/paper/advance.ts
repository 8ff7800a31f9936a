import type { Bar } from '../../core/market/candles.ts';
import { barIndexAt, INTERVAL_MS, lastClosedBarIndex } from '../../core/market/interval.ts';
import type { ProductId } from '../../core/market/product.ts';
import { type Quantity, subtract } from '../../core/money/fixed.ts';
import { ended } from './fills.ts';
import { filledQuantity, openOrders, type PaperBook, type PaperOrder, withOrder } from './paper-book.ts';
import { afterBar, type BarRules, shareOfBar } from './resting.ts';

/** Minute bars that the resting orders of a product have not met yet. */
export interface Span {
  readonly productId: ProductId;
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** The bars of one product, oldest first, and the index up to which they are complete. */
export interface BarsSeen {
  readonly bars: readonly Bar[];
  readonly knownTo: number;
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
    if (fromIndex <= toIndex) {
      spans.set(order.product_id, joined({ productId: order.product_id, fromIndex, toIndex }, spans));
    }
  }
  return [...spans.values()];
}

/** Walks the bars in order of time over the resting orders, oldest order first. Bars met before change nothing. */
export function withBars(book: PaperBook, seen: ReadonlyMap<ProductId, BarsSeen>, rules: BarRules): PaperBook {
  return [...seen].reduce((sum, [productId, { bars, knownTo }]) => {
    const complete = bars.filter(({ index }) => index <= knownTo);
    const met = complete.reduce((next, bar) => withBar(next, productId, bar, rules), sum);
    return restingIn(met, productId)
      .filter((order) => seenBarOf(order) < knownTo)
      .reduce((next, order) => withOrder(next, { ...order, seen_bar: knownTo }), met);
  }, book);
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
    .filter((order) => order.end_ms !== null && order.end_ms <= nowMs && seenBarOf(order) >= lastBarInside(order))
    .reduce((sum, order) => withOrder(sum, ended(order, 'EXPIRED', null, nowMs)), book);
}

function withBar(book: PaperBook, productId: ProductId, bar: Bar, rules: BarRules): PaperBook {
  const left = new Map<PaperOrder['side'], Quantity>();
  let next = book;
  for (const order of restingIn(book, productId)) {
    if (seenBarOf(order) >= bar.index || bar.index > lastBarInside(order)) continue;
    const available = left.get(order.side) ?? shareOfBar(bar, order);
    const met = { ...afterBar(order, bar, available, rules), seen_bar: bar.index };
    left.set(order.side, subtract(available, subtract(filledQuantity(met), filledQuantity(order))));
    next = withOrder(next, met);
  }
  return next;
}

function restingIn(book: PaperBook, productId: ProductId): readonly PaperOrder[] {
  return openOrders(book).filter((order) => order.product_id === productId);
}

/** The last bar that closes within the order's life. */
function lastBarInside({ end_ms }: PaperOrder): number {
  return end_ms === null ? Number.POSITIVE_INFINITY : barIndexAt(end_ms, '1m') - 1;
}

/** Before it met any: the newest bar of which a part lies before the order. What that did after it cannot be told. */
function seenBarOf({ seen_bar, created_ms }: PaperOrder): number {
  return seen_bar ?? Math.ceil(created_ms / INTERVAL_MS['1m']) - 1;
}
