import { type ProductFlags, permissionsOf } from '../../shared/core/market/product.ts';
import type { Quote } from '../../shared/core/market/quote.ts';
import { notional, type Price, type Usd } from '../../shared/core/money/fixed.ts';
import type { Listing } from '../market/listing.ts';
import { type Amount, isOnGrid, shifted } from './amounts.ts';
import type { AttachedSpec, OrderSpec, Side } from './order-spec.ts';
import { type Refusal, refuse, refuseByPreview } from './refusal.ts';

/** What an order is judged against. */
export interface Venue {
  readonly listing: Listing;
  readonly flags: ProductFlags;
  readonly quote: Quote | null;
  readonly lastTrade: Price | null;
}

export interface Wish {
  readonly side: Side;
  readonly spec: OrderSpec;
  readonly attached: AttachedSpec | null;
}

/** A limit further than this through the market counts as a typing error. */
const PRICE_BAND_BPS = 5_000;

/** The first documented reason against an order, funds apart; null when there is none. */
export function judge(wish: Wish, venue: Venue): Refusal | null {
  return (
    againstFlags(wish.spec, venue.flags) ??
    againstConfiguration(wish, venue) ??
    againstPrecision(wish.spec, venue.listing) ??
    againstSize(wish, venue) ??
    againstPrices(wish, venue) ??
    againstAttached(wish, venue)
  );
}

/** Would a limit at this price trade at once? */
export function crosses(side: Side, limit: Price, quote: Quote | null): boolean {
  if (quote === null) return false;
  return side === 'BUY' ? limit >= quote.ask : limit <= quote.bid;
}

const REASON_BY_FLAG: { readonly [flag: string]: string | undefined } = {
  is_disabled: 'ORDER_ENTRY_DISABLED',
  trading_disabled: 'TRADING_DISABLED',
  view_only: 'UNTRADABLE_PRODUCT',
  cancel_only: 'ORDER_ENTRY_DISABLED',
};

function againstFlags(spec: OrderSpec, flags: ProductFlags): Refusal | null {
  const allowed = permissionsOf(flags);
  const mayTake = spec.kind === 'market' || spec.timeInForce === 'IOC' || spec.timeInForce === 'FOK';
  const mayEnter = spec.isPostOnly ? allowed.postOnly : mayTake ? allowed.market : allowed.limit;
  if (mayEnter || allowed.blockedBy === null) return null;
  const message = `product is ${allowed.blockedBy}`;
  if (allowed.blockedBy.startsWith('status=')) return refuse('PRODUCT_TRADING_HALTED', message);
  const reason = REASON_BY_FLAG[allowed.blockedBy];
  return reason === undefined
    ? refuseByPreview('PREVIEW_NOT_ALLOWED_BY_MARKET_STATE', message)
    : refuse(reason, message, 'PREVIEW_NOT_ALLOWED_BY_MARKET_STATE');
}

function againstConfiguration({ side, spec }: Wish, { listing, quote }: Venue): Refusal | null {
  if (spec.kind === 'bracket' && (side === 'BUY' || !listing.takesBrackets))
    return refuse('BRACKET_ORDER_NOT_SUPPORTED');
  // A market sell is sized in coins only.
  if (side === 'SELL' && spec.quoteSize !== null) return refuse('UNSUPPORTED_ORDER_CONFIGURATION');
  return quote === null && spec.kind === 'market' ? refuse('INVALID_NO_LIQUIDITY') : null;
}

function againstPrecision({ baseSize, quoteSize, limitPrice, stopPrice }: OrderSpec, listing: Listing): Refusal | null {
  const { baseIncrement, quoteIncrement, priceIncrement } = listing;
  const isOff = (value: Amount | null, increment: Amount) => value !== null && !isOnGrid(value, increment);
  if (isOff(baseSize, baseIncrement)) return refuse('INVALID_SIZE_PRECISION');
  if (isOff(quoteSize, quoteIncrement)) {
    return refuse('INVALID_SIZE_PRECISION', '', 'PREVIEW_INVALID_QUOTE_SIZE_PRECISION');
  }
  if (isOff(limitPrice, priceIncrement)) {
    return refuse('INVALID_PRICE_PRECISION', '', 'PREVIEW_INVALID_LIMIT_PRICE_PRECISION');
  }
  return isOff(stopPrice, priceIncrement)
    ? refuse('INVALID_PRICE_PRECISION', '', 'PREVIEW_INVALID_STOP_PRICE_PRECISION')
    : null;
}

function againstSize(wish: Wish, { listing, quote }: Venue): Refusal | null {
  const { baseSize } = wish.spec;
  if (baseSize !== null && baseSize < listing.baseMinSize)
    return refuseByPreview('PREVIEW_INVALID_BASE_SIZE_TOO_SMALL');
  if (baseSize !== null && baseSize > listing.baseMaxSize)
    return refuseByPreview('PREVIEW_INVALID_BASE_SIZE_TOO_LARGE');
  // The smallest value holds for market sells as well: dust stays dust.
  const value = wishedValue(wish, quote);
  if (value !== null && value < listing.quoteMinSize) return refuseByPreview('PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL');
  if (value !== null && value > listing.quoteMaxSize) return refuseByPreview('PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE');
  return null;
}

function wishedValue({ side, spec }: Wish, quote: Quote | null): Usd | null {
  const touch = side === 'BUY' ? quote?.ask : quote?.bid;
  const at = spec.limitPrice ?? touch;
  return spec.baseSize !== null && at !== undefined ? notional(spec.baseSize, at, 'down') : spec.quoteSize;
}

function againstPrices(wish: Wish, venue: Venue): Refusal | null {
  if (wish.spec.kind === 'limit') return againstLimit(wish, venue);
  if (wish.spec.kind === 'stop') return againstStop(wish, venue);
  return wish.spec.kind === 'bracket' ? againstBracket(wish.spec, venue) : null;
}

function againstLimit({ side, spec }: Wish, { quote }: Venue): Refusal | null {
  const limit = spec.limitPrice as Price;
  if (quote === null) return null;
  if (spec.isPostOnly && crosses(side, limit, quote)) return refuse('INVALID_LIMIT_PRICE_POST_ONLY');
  if (side === 'BUY' && limit > shifted(quote.ask, PRICE_BAND_BPS)) {
    return refuse('LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_BUY');
  }
  if (side === 'SELL' && limit < shifted(quote.bid, -PRICE_BAND_BPS)) {
    return refuse('LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_SELL');
  }
  return null;
}

function againstStop({ side, spec }: Wish, { lastTrade }: Venue): Refusal | null {
  const stop = spec.stopPrice as Price;
  const limit = spec.limitPrice as Price;
  if (lastTrade === null) return refuse('MISSING_MARKET_TRADE_DATA');
  if (spec.stopDirection === 'DOWN' && stop >= lastTrade) {
    return refuseByPreview('PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE');
  }
  if (spec.stopDirection === 'UP' && stop <= lastTrade) {
    return refuseByPreview('PREVIEW_STOP_PRICE_BELOW_LAST_TRADE_PRICE');
  }
  if (side === 'BUY' && stop > limit) return refuseByPreview('PREVIEW_STOP_PRICE_ABOVE_LIMIT_PRICE');
  if (side === 'SELL' && stop < limit) return refuseByPreview('PREVIEW_STOP_PRICE_BELOW_LIMIT_PRICE');
  return null;
}

function againstBracket({ limitPrice, stopPrice }: OrderSpec, { lastTrade }: Venue): Refusal | null {
  const takeProfit = limitPrice as Price;
  const stop = stopPrice as Price;
  if (lastTrade === null) return refuse('MISSING_MARKET_TRADE_DATA');
  if (stop >= takeProfit) return refuse('INVALID_BRACKET_PRICES');
  if (takeProfit <= lastTrade) return refuse('INVALID_BRACKET_LIMIT_PRICE');
  return stop >= lastTrade ? refuse('INVALID_BRACKET_STOP_TRIGGER_PRICE') : null;
}

function againstAttached({ side, spec, attached }: Wish, { listing, quote }: Venue): Refusal | null {
  if (attached === null) return null;
  if (!listing.takesBrackets) return refuse('BRACKET_ORDER_NOT_SUPPORTED');
  if (side === 'SELL' || (spec.kind !== 'market' && spec.kind !== 'limit')) {
    return refuse('ATTACHED_ORDERS_ONLY_ALLOWED_ON_MARKET_LIMIT');
  }
  const { takeProfit, stopLoss } = attached;
  if (!isOnGrid(takeProfit, listing.priceIncrement)) return refuse('INVALID_ATTACHED_TAKE_PROFIT_PRICE_PRECISION');
  if (!isOnGrid(stopLoss, listing.priceIncrement)) return refuse('INVALID_ATTACHED_STOP_LOSS_PRICE_PRECISION');
  const entry = spec.limitPrice ?? quote?.ask ?? takeProfit;
  if (takeProfit <= entry) return refuse('INVALID_ATTACHED_TAKE_PROFIT_PRICE');
  return stopLoss >= entry ? refuse('INVALID_ATTACHED_STOP_LOSS_PRICE') : null;
}
