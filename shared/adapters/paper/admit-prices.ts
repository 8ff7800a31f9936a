import type { Price } from '../../core/money/fixed.ts';
import type { MarketView } from './market-view.ts';
import type { OrderRequest, OrderTerms } from './order-request.ts';
import { type Refusal, refuse, refuseByPreview } from './refusal.ts';

type Terms<Kind extends OrderTerms['kind']> = Extract<OrderTerms, { readonly kind: Kind }>;

/** What is wrong with an order's prices or its end, seen from the market as it stands. */
export function priceRefusal({ side, terms }: OrderRequest, view: MarketView, nowMs: number): Refusal | null {
  switch (terms.kind) {
    case 'limit_rest':
      return endRefusal(terms, nowMs) ?? postOnlyRefusal(side, terms, view.touch);
    case 'stop_limit':
      return stopRefusal(terms, view.last);
    case 'bracket':
      return bracketPriceRefusal(terms, view.last);
    default:
      return null;
  }
}

function endRefusal({ endMs }: Terms<'limit_rest'>, nowMs: number): Refusal | null {
  if (endMs === null) return null;
  if (Number.isNaN(endMs)) return refuseByPreview('PREVIEW_INVALID_END_TIME');
  return endMs <= nowMs ? refuse('END_TIME_IS_IN_THE_PAST') : null;
}

/** A post-only order that would deal at once is refused, never re-priced. */
function postOnlyRefusal(
  side: OrderRequest['side'],
  { postOnly, limitPrice }: Terms<'limit_rest'>,
  touch: Price | null,
): Refusal | null {
  if (!postOnly || touch === null) return null;
  const crosses = side === 'BUY' ? limitPrice >= touch : limitPrice <= touch;
  return crosses ? refuse('INVALID_LIMIT_PRICE_POST_ONLY') : null;
}

/** A stop at or above the last trade would fire at once; a limit above the stop could not be reached by it. */
function stopRefusal({ stopPrice, limitPrice }: Terms<'stop_limit'>, last: Price | null): Refusal | null {
  if (last === null) return refuse('MISSING_MARKET_TRADE_DATA');
  if (stopPrice >= last) return refuseByPreview('PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE');
  return stopPrice < limitPrice ? refuseByPreview('PREVIEW_STOP_PRICE_BELOW_LIMIT_PRICE') : null;
}

function bracketPriceRefusal({ stopPrice, limitPrice }: Terms<'bracket'>, last: Price | null): Refusal | null {
  if (last === null) return refuse('MISSING_MARKET_TRADE_DATA');
  if (stopPrice >= limitPrice) return refuse('INVALID_BRACKET_PRICES');
  if (limitPrice <= last) return refuse('INVALID_BRACKET_LIMIT_PRICE');
  return stopPrice >= last || stopPrice <= 0n ? refuse('INVALID_BRACKET_STOP_TRIGGER_PRICE') : null;
}
