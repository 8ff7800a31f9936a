import { within } from '../../core/execution/sizing.ts';
import { type Product, type ProductFlags, permissionsOf } from '../../core/market/product.ts';
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
import { priceRefusal } from './admit-prices.ts';
import { type Level, ROUNDING_SLACK, walk } from './depth.ts';
import type { MarketView } from './market-view.ts';
import type { OrderRequest, OrderTerms } from './order-request.ts';
import { availableBase, availableCash, type PaperBook } from './paper-book.ts';
import { type Refusal, refuse, refuseByPreview } from './refusal.ts';

/** What an order is judged by, apart from the market. */
export interface Rules {
  readonly fees: FeeRates;
  readonly nowMs: number;
  readonly takesBrackets: boolean;
}

/** Why the exchange would not take this order, in the exchange's own words; null when it would. Funds come last. */
export function refusalOf(request: OrderRequest, view: MarketView, book: PaperBook, rules: Rules): Refusal | null {
  const { terms } = request;
  return (
    stateRefusal(terms, view.product.flags) ??
    bracketRefusal(request, rules) ??
    gridRefusal(terms, view.product) ??
    sizeRefusal(terms, view.product, view.levels) ??
    liquidityRefusal(terms, view.levels) ??
    priceRefusal(request, view, rules.nowMs) ??
    fundsRefusal(request, view, book, rules.fees)
  );
}

/** The most a buy at this limit can cost: what it locks while it rests. */
export function worstCost(size: Quantity, limit: Price, rate: Ratio): Usd {
  const value = notional(size, limit, 'up');
  return add(add(value, portion(value, rate, 'up')), ROUNDING_SLACK);
}

/** Taken at once or not at all. */
function isImmediate({ kind }: OrderTerms): boolean {
  return kind === 'market_base' || kind === 'market_quote' || kind === 'limit_ioc';
}

const REASON_BY_FLAG: { readonly [flag: string]: string | undefined } = {
  is_disabled: 'ORDER_ENTRY_DISABLED',
  trading_disabled: 'TRADING_DISABLED',
  view_only: 'UNTRADABLE_PRODUCT',
  cancel_only: 'ORDER_ENTRY_DISABLED',
};

function stateRefusal(terms: OrderTerms, flags: ProductFlags): Refusal | null {
  const { market, limit, postOnly, blockedBy } = permissionsOf(flags);
  const isPostOnly = terms.kind === 'limit_rest' && terms.postOnly;
  const isAllowed = isPostOnly ? postOnly : isImmediate(terms) ? market : limit;
  if (isAllowed || blockedBy === null) return null;
  if (blockedBy.startsWith('status=')) return refuse('PRODUCT_TRADING_HALTED');
  const reason = REASON_BY_FLAG[blockedBy];
  if (reason === undefined) return refuseByPreview('PREVIEW_NOT_ALLOWED_BY_MARKET_STATE');
  return refuse(reason, 'PREVIEW_NOT_ALLOWED_BY_MARKET_STATE');
}

function bracketRefusal({ side, terms }: OrderRequest, { takesBrackets }: Rules): Refusal | null {
  if (terms.kind !== 'bracket') return null;
  return side === 'BUY' || !takesBrackets ? refuse('BRACKET_ORDER_NOT_SUPPORTED') : null;
}

function gridRefusal(terms: OrderTerms, product: Product): Refusal | null {
  if (terms.kind === 'market_quote') {
    if (isOnGrid(terms.quoteSize, product.quoteIncrement)) return null;
    return refuse('INVALID_SIZE_PRECISION', 'PREVIEW_INVALID_QUOTE_SIZE_PRECISION');
  }
  if (!isOnGrid(terms.baseSize, product.baseIncrement)) return refuse('INVALID_SIZE_PRECISION');
  if (terms.kind === 'market_base') return null;
  if (terms.limitPrice <= 0n) return refuse('INVALID_LIMIT_PRICE');
  if (!isOnGrid(terms.limitPrice, product.priceIncrement)) {
    return refuse('INVALID_PRICE_PRECISION', 'PREVIEW_INVALID_LIMIT_PRICE_PRECISION');
  }
  const isStopOff = 'stopPrice' in terms && !isOnGrid(terms.stopPrice, product.priceIncrement);
  return isStopOff ? refuse('INVALID_PRICE_PRECISION', 'PREVIEW_INVALID_STOP_PRICE_PRECISION') : null;
}

function sizeRefusal(terms: OrderTerms, product: Product, levels: readonly Level[]): Refusal | null {
  if (terms.kind === 'market_quote') return quoteSizeRefusal(terms.quoteSize, product);
  const { baseSize } = terms;
  if (baseSize <= 0n || baseSize < product.baseMinSize) return refuseByPreview('PREVIEW_INVALID_BASE_SIZE_TOO_SMALL');
  if (within(baseSize, product.baseMaxSize) < baseSize) return refuseByPreview('PREVIEW_INVALID_BASE_SIZE_TOO_LARGE');
  const at = terms.kind === 'market_base' ? levels[0]?.price : terms.limitPrice;
  return at === undefined ? null : quoteSizeRefusal(notional(baseSize, at, 'down'), product);
}

function quoteSizeRefusal(amount: Usd, product: Product): Refusal | null {
  if (amount <= 0n || amount < product.quoteMinSize) return refuseByPreview('PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL');
  return within(amount, product.quoteMaxSize) < amount ? refuseByPreview('PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE') : null;
}

function liquidityRefusal(terms: OrderTerms, levels: readonly Level[]): Refusal | null {
  return isImmediate(terms) && levels.length === 0 ? refuse('INVALID_NO_LIQUIDITY') : null;
}

function fundsRefusal(
  { side, terms }: OrderRequest,
  { product, levels }: MarketView,
  book: PaperBook,
  fees: FeeRates,
): Refusal | null {
  if (terms.kind === 'market_quote') return fundsUnless(terms.quoteSize <= availableCash(book));
  if (side === 'SELL') return fundsUnless(terms.baseSize <= availableBase(book, product.base));
  const needed =
    terms.kind === 'market_base'
      ? costOf(walk(terms, levels, product, fees.taker).deals, fees.taker)
      : worstCost(terms.baseSize, terms.limitPrice, larger(fees.maker, fees.taker));
  return fundsUnless(needed <= availableCash(book));
}

function fundsUnless(isCovered: boolean): Refusal | null {
  return isCovered ? null : refuse('INSUFFICIENT_FUND');
}

function costOf(deals: readonly Level[], rate: Ratio): Usd {
  return deals.reduce((sum, { price, size }) => add(sum, worstCost(size, price, rate)), ZERO_USD);
}

function isOnGrid<Unit extends string>(value: Fixed<Unit>, increment: NoInfer<Fixed<Unit>>): boolean {
  return toIncrement(value, increment, 'down') === value;
}
