import type { Product } from '../../core/market/product.ts';
import { type Ratio, ratio } from '../../core/money/fixed.ts';
import { type Answer, type ExchangeFailure, ok } from '../../ports/answer.ts';
import type { Market } from './admit.ts';
import { takerLevels } from './depth.ts';
import type { OrderRequest } from './order-request.ts';
import type { PaperExchangeParts } from './parts.ts';

/** The market one order arrives at. */
export interface MarketView {
  readonly product: Product;
  /** The exchange's time of the quote; 0 when the book is one-sided. */
  readonly quoteMs: number;
  readonly market: Market;
}

/** Reads product and quote side by side. Without both there is no order: a failure stays a failure. */
export async function viewMarket(
  { marketData, slippageBps }: Pick<PaperExchangeParts, 'marketData' | 'slippageBps'>,
  { productId, side }: OrderRequest,
): Promise<Answer<MarketView>> {
  const [product, quotes] = await Promise.all([marketData.product(productId), marketData.quotes([productId])]);
  if (product.kind !== 'ok') return unlisted(product) ? refused('INVALID_PRODUCT_ID') : product;
  if (quotes.kind !== 'ok') return quotes;

  const quote = quotes.value.find((entry) => entry.productId === productId);
  if (quote === undefined) return ok({ product: product.value, quoteMs: 0, market: { touch: null, levels: [] } });
  const touch = side === 'BUY' ? quote.ask : quote.bid;
  const levels = takerLevels(quote, product.value, side, slippageRatio(slippageBps));
  return ok({ product: product.value, quoteMs: quote.timeMs, market: { touch, levels } });
}

/** A refusal in the shape the real exchange gives it: HTTP 200 and a reason word. */
export function refused(reason: string): ExchangeFailure {
  return { kind: 'refused', status: 200, reasons: [reason], message: 'refused by the paper exchange' };
}

function unlisted(failure: ExchangeFailure): boolean {
  return failure.kind === 'refused' && failure.status === 404;
}

function slippageRatio(bps: number): Ratio {
  return ratio((bps / 10_000).toFixed(8));
}
