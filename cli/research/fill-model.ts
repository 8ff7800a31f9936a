import { type BarsSeen, settledAt, withBars, withEnded } from '../../shared/adapters/paper/advance.ts';
import { arrive } from '../../shared/adapters/paper/arrive.ts';
import { takerLevels } from '../../shared/adapters/paper/depth.ts';
import { type MarketView, slippageRatio } from '../../shared/adapters/paper/market-view.ts';
import type { OrderTerms as PaperTerms } from '../../shared/adapters/paper/order-request.ts';
import { emptyBook, openOrders, type PaperOrder, withOrder } from '../../shared/adapters/paper/paper-book.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { OrderTerms } from '../../shared/core/execution/terms.ts';
import { type Bar, barAt, type Candles } from '../../shared/core/market/candles.ts';
import { lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { usd } from '../../shared/core/money/fixed.ts';

/** What the paper exchange would have made of the orders of a run, seen through the run's archived cycles. */
export interface FillModel {
  /** The next cycle: resting orders meet the minutes that closed before it. */
  see(snapshot: MarketSnapshot): void;
  /** An order reaches the market as the newest cycle saw it. false: that cycle saw none, so nothing is known of it. */
  send(record: OrderRecord): boolean;
  /** undefined: it was never sent. */
  order(clientOrderId: string): PaperOrder | undefined;
}

/** The very rules of the paper exchange (shared/adapters/paper): depth behind the touch, trade-through, worse-leg-first. */
export function fillModel(slippageBps: number): FillModel {
  let book = emptyBook(usd('0'));
  let newest: MarketSnapshot | null = null;
  const slippage = slippageRatio(slippageBps);
  return {
    see(snapshot) {
      const { fees, asOfMs: nowMs } = snapshot;
      book = withBars(book, barsFor(openOrders(book), snapshot), { takerRate: fees.taker, slippage, nowMs });
      book = withEnded(book, nowMs);
      newest = snapshot;
    },
    send(record) {
      const view = newest && viewOf(newest, record, slippageBps);
      const terms = record.terms && paperTerms(record.terms);
      if (newest === null || view === null || terms === null || record.sent_at_ms === null) return false;
      const { client_order_id: clientOrderId, intent } = record;
      const request = { clientOrderId, productId: intent.product_id, side: intent.side, terms };
      const arrived = arrive(request, view, newest.fees, record.sent_at_ms);
      book = withOrder(book, { ...arrived, end_ms: endOf(record, arrived) });
      return true;
    },
    order: (id) => book.orders.find(({ client_order_id }) => client_order_id === id),
  };
}

/** Whoever cancelled it ended its life there; what the exchange ended by itself the model has to find out. */
function endOf({ status, history }: OrderRecord, { end_ms }: PaperOrder): number | null {
  const cancelledMs = status === 'CANCELLED' ? (history.at(-1)?.at_ms ?? null) : null;
  if (cancelledMs === null || end_ms === null) return cancelledMs ?? end_ms;
  return Math.min(cancelledMs, end_ms);
}

function viewOf(
  { symbols }: MarketSnapshot,
  { intent: { product_id, side } }: OrderRecord,
  slippageBps: number,
): MarketView | null {
  const symbol = symbols.find(({ productId }) => productId === product_id);
  if (symbol?.product == null || symbol.quote === null) return null;
  const { product, quote } = symbol;
  const levels = takerLevels(quote, product, side, slippageRatio(slippageBps));
  return { product, touch: side === 'BUY' ? quote.ask : quote.bid, levels, last: null };
}

function paperTerms(terms: OrderTerms): PaperTerms {
  const limit = { baseSize: terms.base_size, limitPrice: terms.limit_price };
  switch (terms.type) {
    case 'sor_limit_ioc':
      return { kind: 'limit_ioc', ...limit };
    case 'limit_limit_gtd':
      return { kind: 'limit_rest', ...limit, postOnly: terms.post_only, endMs: terms.end_time_ms };
    case 'stop_limit_stop_limit_gtc':
      return { kind: 'stop_limit', ...limit, stopPrice: terms.stop_price };
    case 'trigger_bracket_gtc':
      return { kind: 'bracket', ...limit, stopPrice: terms.stop_trigger_price };
    default:
      return terms satisfies never;
  }
}

/** Minutes that really traded: an archived series has flat ones where nothing did. */
function barsFor(resting: readonly PaperOrder[], { symbols, asOfMs }: MarketSnapshot): Map<ProductId, BarsSeen> {
  const products = new Set(resting.map(({ product_id }) => product_id));
  const seen = new Map<ProductId, BarsSeen>();
  for (const { productId, candles } of symbols) {
    const minutes = candles['1m'];
    if (!products.has(productId) || minutes === undefined) continue;
    const newest = minutes.index.at(-1) ?? 0;
    const knownTo = Math.min(newest, lastClosedBarIndex(asOfMs, '1m'));
    seen.set(productId, { bars: tradedIn(minutes), knownTo, settledTo: settledAt(asOfMs) });
  }
  return seen;
}

function tradedIn(minutes: Candles): readonly Bar[] {
  return Array.from({ length: minutes.length }, (_, i) => barAt(minutes, i) as Bar).filter(({ volume }) => volume > 0);
}
