import type { FeeRates } from '../../core/market/snapshot.ts';
import { ZERO_QUANTITY, ZERO_USD } from '../../core/money/fixed.ts';
import { walk, withinLimit } from './depth.ts';
import { ended, withFill, withLock } from './fills.ts';
import type { MarketView } from './market-view.ts';
import type { OrderRequest, OrderTerms } from './order-request.ts';
import type { PaperOrder } from './paper-book.ts';

/** A new, already admitted order after it met the market once: filled, cancelled or resting with its funds locked. */
export function arrive(request: OrderRequest, view: MarketView, fees: FeeRates, nowMs: number): PaperOrder {
  const { side, terms } = request;
  const blank = blankOrder(request, view, fees, nowMs);
  // They wait, however the market stands: admission has made sure that neither leg could deal now.
  if (terms.kind === 'stop_limit' || terms.kind === 'bracket') return withLock(blank, fees.taker);

  const reachable = 'limitPrice' in terms ? withinLimit(view.levels, side, terms.limitPrice) : view.levels;
  const { deals, isComplete } = walk(terms, reachable, view.product, fees.taker);
  const dealt = deals.reduce(
    (order, { price, size }) => withFill(order, price, size, fees.taker, 'TAKER', nowMs),
    blank,
  );
  if (isComplete) return ended(dealt, 'FILLED', null, nowMs);
  if (terms.kind === 'limit_rest') return withLock(dealt, fees.taker);
  return ended(dealt, 'CANCELLED', whyCut(terms), nowMs);
}

function blankOrder(request: OrderRequest, { product }: MarketView, { maker }: FeeRates, nowMs: number): PaperOrder {
  const { clientOrderId, productId, side, terms } = request;
  return {
    order_id: `paper-${clientOrderId}`,
    client_order_id: clientOrderId,
    product_id: productId,
    base: product.base,
    side,
    kind: terms.kind === 'stop_limit' || terms.kind === 'bracket' ? terms.kind : 'plain',
    base_size: 'baseSize' in terms ? terms.baseSize : null,
    limit_price: 'limitPrice' in terms ? terms.limitPrice : null,
    stop_price: 'stopPrice' in terms ? terms.stopPrice : null,
    is_triggered: false,
    ceiling: null,
    end_ms: 'endMs' in terms ? terms.endMs : null,
    base_increment: product.baseIncrement,
    price_increment: product.priceIncrement,
    status: 'OPEN',
    detail: null,
    created_ms: nowMs,
    ended_ms: null,
    seen_bar: null,
    looked_bar: null,
    locked_cash: ZERO_USD,
    locked_base: ZERO_QUANTITY,
    maker_rate: maker,
    fills: [],
  };
}

function whyCut({ kind }: OrderTerms): string {
  return kind === 'limit_ioc' ? 'remainder cancelled' : 'market order ran out of liquidity';
}
