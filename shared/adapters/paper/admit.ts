import { type Permissions, type Product, permissionsOf } from '../../core/market/product.ts';
import type { FeeRates } from '../../core/market/snapshot.ts';
import {
  add,
  type Fixed,
  larger,
  notional,
  type Price,
  portion,
  type Quantity,
  type Ratio,
  toIncrement,
  type Usd,
  ZERO_USD,
} from '../../core/money/fixed.ts';
import { type Level, ROUNDING_SLACK, walk } from './depth.ts';
import type { OrderRequest, OrderTerms } from './order-request.ts';
import { availableBase, availableCash, type PaperBook } from './paper-book.ts';

/** Why the exchange would not take this order, in the exchange's own words; null when it would. */
export function refusalOf(
  request: OrderRequest,
  product: Product,
  book: PaperBook,
  market: Market,
  fees: FeeRates,
): string | null {
  return (
    stateRefusal(request.terms, permissionsOf(product.flags)) ??
    gridRefusal(request.terms, product) ??
    sizeRefusal(request.terms, product, market.levels) ??
    liquidityRefusal(request.terms, market.levels) ??
    postOnlyRefusal(request, market.touch) ??
    fundsRefusal(request, product, book, market.levels, fees)
  );
}

/** What a taker on this side meets; no touch and no levels while the book is one-sided. */
export interface Market {
  readonly touch: Price | null;
  readonly levels: readonly Level[];
}

/** The most a buy at this limit can cost: what it locks while it rests. */
export function worstCost(size: Quantity, limit: Price, rate: Ratio): Usd {
  const value = notional(size, limit, 'up');
  return add(add(value, portion(value, rate, 'up')), ROUNDING_SLACK);
}

function stateRefusal(terms: OrderTerms, permissions: Permissions): string | null {
  if (terms.kind !== 'limit_gtc') return permissions.market ? null : 'ORDER_ENTRY_DISABLED';
  const isAllowed = terms.postOnly ? permissions.postOnly : permissions.limit;
  return isAllowed ? null : 'ORDER_ENTRY_DISABLED';
}

function gridRefusal(terms: OrderTerms, product: Product): string | null {
  if (terms.kind === 'market_quote') {
    return isOnGrid(terms.quoteSize, product.quoteIncrement) ? null : 'PREVIEW_INVALID_QUOTE_SIZE_PRECISION';
  }
  if (!isOnGrid(terms.baseSize, product.baseIncrement)) return 'INVALID_SIZE_PRECISION';
  if (terms.kind === 'market_base') return null;
  if (terms.limitPrice <= 0n) return 'INVALID_LIMIT_PRICE';
  return isOnGrid(terms.limitPrice, product.priceIncrement) ? null : 'INVALID_PRICE_PRECISION';
}

function sizeRefusal(terms: OrderTerms, product: Product, levels: readonly Level[]): string | null {
  if (terms.kind === 'market_quote') return quoteSizeRefusal(terms.quoteSize, product);
  if (terms.baseSize <= 0n || terms.baseSize < product.baseMinSize) return 'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL';
  if (terms.baseSize > product.baseMaxSize) return 'PREVIEW_INVALID_BASE_SIZE_TOO_LARGE';
  const at = terms.kind === 'market_base' ? levels[0]?.price : terms.limitPrice;
  return at === undefined ? null : quoteSizeRefusal(notional(terms.baseSize, at, 'down'), product);
}

function quoteSizeRefusal(amount: Usd, product: Product): string | null {
  if (amount <= 0n || amount < product.quoteMinSize) return 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL';
  return amount > product.quoteMaxSize ? 'PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE' : null;
}

function liquidityRefusal(terms: OrderTerms, levels: readonly Level[]): string | null {
  return terms.kind !== 'limit_gtc' && levels.length === 0 ? 'INVALID_NO_LIQUIDITY' : null;
}

/** A post-only order that would deal at once is refused, never re-priced. */
function postOnlyRefusal({ side, terms }: OrderRequest, touch: Price | null): string | null {
  if (terms.kind !== 'limit_gtc' || !terms.postOnly || touch === null) return null;
  const crosses = side === 'BUY' ? terms.limitPrice >= touch : terms.limitPrice <= touch;
  return crosses ? 'INVALID_LIMIT_PRICE_POST_ONLY' : null;
}

function fundsRefusal(
  { side, terms }: OrderRequest,
  product: Product,
  book: PaperBook,
  levels: readonly Level[],
  fees: FeeRates,
): string | null {
  if (terms.kind === 'market_quote') return terms.quoteSize > availableCash(book) ? 'INSUFFICIENT_FUND' : null;
  if (side === 'SELL') return terms.baseSize > availableBase(book, product.base) ? 'INSUFFICIENT_FUND' : null;
  const needed =
    terms.kind === 'market_base'
      ? costOf(walk(terms, levels, product, fees.taker).deals, fees.taker)
      : worstCost(terms.baseSize, terms.limitPrice, larger(fees.maker, fees.taker));
  return needed > availableCash(book) ? 'INSUFFICIENT_FUND' : null;
}

function costOf(deals: readonly Level[], rate: Ratio): Usd {
  return deals.reduce((sum, { price, size }) => add(sum, worstCost(size, price, rate)), ZERO_USD);
}

function isOnGrid<Unit extends string>(value: Fixed<Unit>, increment: NoInfer<Fixed<Unit>>): boolean {
  return toIncrement(value, increment, 'down') === value;
}
