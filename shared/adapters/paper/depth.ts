import type { Product } from '../../core/market/product.ts';
import type { Quote } from '../../core/market/quote.ts';
import {
  add,
  larger,
  notional,
  type Price,
  portion,
  type Quantity,
  type Ratio,
  sizeFor,
  smaller,
  subtract,
  toIncrement,
  type Usd,
  usd,
  ZERO_QUANTITY,
} from '../../core/money/fixed.ts';
import type { OrderTerms } from './order-request.ts';

export interface Level {
  readonly price: Price;
  readonly size: Quantity;
}

export interface Walk {
  readonly deals: readonly Level[];
  /** Everything that was asked for is done. */
  readonly isComplete: boolean;
}

/** How deep a paper order may eat. What is left then is cancelled, as the exchange's price protection would. */
const MAX_LEVELS = 10;

/** Each of several fills rounds its fee up on its own: this much covers the difference to rounding once. */
export const ROUNDING_SLACK = usd('0.000000001');

/**
 * The prices a taker gets, best first. A quote shows one level, so the rest is a model: the touch is worse by the
 * slippage, and each further level holds the touch's size again and is worse by as much once more, by at least half the
 * spread (where the touches lie far apart, the levels behind them do too) and by one price increment. Always on the
 * product's grid and never better than the touch.
 */
export function takerLevels(quote: Quote, product: Product, side: 'BUY' | 'SELL', slippage: Ratio): readonly Level[] {
  const touch = side === 'BUY' ? quote.ask : quote.bid;
  const size = toIncrement(side === 'BUY' ? quote.askSize : quote.bidSize, product.baseIncrement, 'down');
  const slip = toIncrement(portion(touch, slippage, 'up'), product.priceIncrement, 'up');
  const halfSpread = toIncrement(((quote.ask - quote.bid) / 2n) as Price, product.priceIncrement, 'up');
  const step = larger(larger(slip, halfSpread), product.priceIncrement);
  if (size <= 0n) return [];

  const levels: Level[] = [];
  let distance = slip;
  for (let i = 0; i < MAX_LEVELS; i += 1) {
    const price = side === 'BUY' ? add(touch, distance) : subtract(touch, distance);
    if (price <= 0n) break;
    levels.push({ price, size });
    distance = add(distance, step);
  }
  return levels;
}

/** Eats the levels, best first, as far as size, money and limit reach. */
export function walk(terms: OrderTerms, levels: readonly Level[], product: Product, takerRate: Ratio): Walk {
  if (terms.kind === 'market_quote') return walkMoney(terms.quoteSize, levels, product, takerRate);
  const deals: Level[] = [];
  let left = terms.baseSize;
  for (const { price, size } of levels) {
    const part = smaller(left, size);
    if (part <= 0n) break;
    deals.push({ price, size: part });
    left = subtract(left, part);
  }
  return { deals, isComplete: left <= 0n };
}

/** Only the levels at or better than a limit. */
export function withinLimit(levels: readonly Level[], side: 'BUY' | 'SELL', limit: Price): readonly Level[] {
  return levels.filter(({ price }) => (side === 'BUY' ? price <= limit : price >= limit));
}

function walkMoney(amount: Usd, levels: readonly Level[], product: Product, takerRate: Ratio): Walk {
  const deals: Level[] = [];
  let left = subtract(amount, ROUNDING_SLACK);
  for (const level of levels) {
    const priceWithFee = add(level.price, portion(level.price, takerRate, 'up'));
    const affordable = toIncrement(
      left > 0n ? sizeFor(left, priceWithFee, 'down') : ZERO_QUANTITY,
      product.baseIncrement,
      'down',
    );
    const size = smaller(level.size, affordable);
    if (size <= 0n) return { deals, isComplete: deals.length > 0 };
    deals.push({ price: level.price, size });
    left = subtract(left, notional(size, priceWithFee, 'up'));
  }
  return { deals, isComplete: false };
}
