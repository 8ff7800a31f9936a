import type { Product } from '../../core/market/product.ts';
import type { Quote } from '../../core/market/quote.ts';
import { type Price, type Ratio, ratio } from '../../core/money/fixed.ts';
import { type Answer, type ExchangeFailure, ok } from '../../ports/answer.ts';
import { type Level, takerLevels } from './depth.ts';
import type { OrderRequest } from './order-request.ts';
import type { PaperExchangeParts } from './parts.ts';

/** The market one order arrives at. */
export interface MarketView {
  readonly product: Product;
  /** What a taker on the order's side meets first; null while the book is one-sided. */
  readonly touch: Price | null;
  readonly levels: readonly Level[];
  /** Stands for the last trade, which a quote does not show: the middle of bid and ask. null while one is missing. */
  readonly last: Price | null;
}

/** Reads product and quote side by side. Without both there is no order: a failure stays a failure. null: not listed. */
export async function viewMarket(
  { marketData, slippageBps }: Pick<PaperExchangeParts, 'marketData' | 'slippageBps'>,
  { productId, side }: OrderRequest,
): Promise<Answer<MarketView | null>> {
  const [product, quotes] = await Promise.all([marketData.product(productId), marketData.quotes([productId])]);
  if (product.kind !== 'ok') return isUnlisted(product) ? ok(null) : product;
  if (quotes.kind !== 'ok') return quotes;

  const quote = quotes.value.find((entry) => entry.productId === productId);
  if (quote === undefined) return ok({ product: product.value, touch: null, levels: [], last: null });
  const touch = side === 'BUY' ? quote.ask : quote.bid;
  const levels = takerLevels(quote, product.value, side, slippageRatio(slippageBps));
  return ok({ product: product.value, touch, levels, last: middleOf(quote) });
}

export function slippageRatio(bps: number): Ratio {
  return ratio((bps / 10_000).toFixed(8));
}

function middleOf({ bid, ask }: Quote): Price {
  return ((bid + ask) / 2n) as Price;
}

function isUnlisted(failure: ExchangeFailure): boolean {
  return failure.kind === 'refused' && failure.status === 404;
}
