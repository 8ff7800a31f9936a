import type { Product } from '../market/product.ts';
import type { Quote } from '../market/quote.ts';
import {
  add,
  notional,
  type Price,
  portion,
  type Quantity,
  type Ratio,
  ratio,
  sizeFor,
  smaller,
  subtract,
  toIncrement,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../money/fixed.ts';

/** An order on the product's grid with all it may cost. Risk and execution use these figures and no others [REQ-X3]. */
export interface Sized {
  readonly quantity: Quantity;
  readonly limitPrice: Price;
  /** At the limit price, rounded up: the worst case. */
  readonly notional: Usd;
  readonly fee: Usd;
  /** What a BUY may cost at most: notional plus fee. 0 for a SELL. */
  readonly reserved: Usd;
  /** One word when no order can be made of it; the figures are zero then. */
  readonly problem: string | null;
}

export interface SizingContext {
  readonly product: Product | null;
  readonly quote: Quote | null;
  readonly takerFee: Ratio;
}

const ONE = ratio('1');

/** The largest buy whose worst case, fee included, fits the budget. */
export function sizeEntry(budget: Usd, maxSlippageBps: number, { product, quote, takerFee }: SizingContext): Sized {
  if (product === null) return unsizable('not_listed');
  if (quote === null) return unsizable('no_quote');
  if (budget <= 0n) return unsizable('nothing_to_spend');
  const worst = portion(quote.ask, add(ONE, bps(maxSlippageBps)), 'down');
  const limitPrice = toIncrement(worst, product.priceIncrement, 'down');
  if (limitPrice <= 0n) return unsizable('price_below_increment');

  const spend = within(budget, product.quoteMaxSize);
  const unitCost = portion(limitPrice, add(ONE, takerFee), 'up');
  const size = within(sizeFor(spend, unitCost, 'down'), product.baseMaxSize);
  const fitting = toIncrement(size, product.baseIncrement, 'down');
  const buy = costOf(fitting, limitPrice, takerFee);
  if (buy.reserved <= spend) return buy.quantity > 0n ? buy : unsizable('below_increment');
  // Two roundings up can exceed the budget by a hair; one increment less cannot.
  const less = costOf(subtract(fitting, product.baseIncrement), limitPrice, takerFee);
  return less.quantity > 0n && less.reserved <= spend ? less : unsizable('below_increment');
}

/** A marketable sell of up to `wanted`, at worst `toleranceBps` below the bid. */
export function sizeExit(wanted: Quantity, toleranceBps: number, { product, quote, takerFee }: SizingContext): Sized {
  if (product === null) return unsizable('not_listed');
  if (quote === null) return unsizable('no_quote');
  const floor = portion(quote.bid, subtract(ONE, bps(toleranceBps)), 'up');
  const onGrid = toIncrement(floor, product.priceIncrement, 'up');
  // Never above the bid, or it would not sell: a bid off the grid is met just below.
  const limitPrice = smaller(onGrid, toIncrement(quote.bid, product.priceIncrement, 'down'));
  if (limitPrice <= 0n) return unsizable('price_below_increment');

  const most = product.quoteMaxSize > 0n ? sizeFor(product.quoteMaxSize, limitPrice, 'down') : wanted;
  const size = toIncrement(smaller(within(wanted, product.baseMaxSize), most), product.baseIncrement, 'down');
  if (size <= 0n) return unsizable('below_increment');
  return { ...costOf(size, limitPrice, takerFee), reserved: ZERO_USD };
}

/** Protection at a limit that was chosen already, for up to `wanted`. */
export function sizeGuard(wanted: Quantity, limitPrice: Price, { product, takerFee }: SizingContext): Sized {
  if (product === null) return unsizable('not_listed');
  const size = toIncrement(within(wanted, product.baseMaxSize), product.baseIncrement, 'down');
  if (size <= 0n) return unsizable('below_increment');
  return { ...costOf(size, limitPrice, takerFee), reserved: ZERO_USD };
}

function costOf(quantity: Quantity, limitPrice: Price, takerFee: Ratio): Sized {
  const value = notional(quantity, limitPrice, 'up');
  const fee = portion(value, takerFee, 'up');
  return { quantity, limitPrice, notional: value, fee, reserved: add(value, fee), problem: null };
}

function unsizable(problem: string): Sized {
  return {
    quantity: ZERO_QUANTITY,
    limitPrice: 0n as Price,
    notional: ZERO_USD,
    fee: ZERO_USD,
    reserved: ZERO_USD,
    problem,
  };
}

/** A maximum of 0 means that the exchange states none. */
export function within<Amount extends Usd | Quantity>(amount: Amount, maximum: Amount): Amount {
  return maximum > 0n && maximum < amount ? maximum : amount;
}

function bps(value: number): Ratio {
  return ratio((value / 10_000).toFixed(8));
}
