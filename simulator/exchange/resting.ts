import type { Bar } from '../../shared/core/market/candles.ts';
import {
  fromNumber,
  larger,
  notional,
  type Price,
  smaller,
  toIncrement,
  toNumber,
} from '../../shared/core/money/fixed.ts';
import type { Listing } from '../market/listing.ts';
import type { Book } from '../market/market.ts';
import { dropToGrid, type Fees, feeOn, shifted } from './amounts.ts';
import { remainingOf, type SimulatedOrder } from './state.ts';
import { type Fill, take } from './taking.ts';

/** A resting order gets at most this share of what a bar traded. */
const PARTICIPATION = 0.15;
/** The stop leg of a bracket becomes a limit this far beyond its trigger. */
const BRACKET_SLACK_BPS = 500;

/** What one closed bar did to a resting order. */
export interface BarOutcome {
  readonly fills: readonly Fill[];
  readonly liquidity: 'MAKER' | 'TAKER';
  /** The limit that a stop turned into; null when none fired. */
  readonly triggeredAt: Price | null;
  readonly isComplete: boolean;
}

export const UNTOUCHED: BarOutcome = { fills: [], liquidity: 'MAKER', triggeredAt: null, isComplete: false };

/**
 * A resting limit fills only when the bar traded through its price, at its own price: touching it is not enough, because
 * others stand before it. Where a bar reached both legs of a bracket, the stop is assumed to have come first.
 */
export function barOutcome(
  order: SimulatedOrder,
  bar: Bar,
  bookAfter: () => Book | null,
  listing: Listing,
  fees: Fees,
): BarOutcome {
  if (isStopHit(order, bar)) {
    return firedOutcome(order, bar, triggeredLimit(order, listing), bookAfter(), listing, fees);
  }
  if (order.spec.kind === 'stop' && !order.isTriggered) return UNTOUCHED;
  if (order.limitPrice === null || !isTradedThrough(order, bar, order.limitPrice)) return UNTOUCHED;
  const share = fromNumber<'base'>(bar.volume * PARTICIPATION, listing.baseIncrement, 'down');
  const size = smaller(remainingOf(order), dropToGrid(share, listing.baseIncrement));
  if (size <= 0n) return UNTOUCHED;
  const commission = feeOn(notional(size, order.limitPrice, 'down'), fees.maker);
  const fill = { price: order.limitPrice, size, commission };
  return { fills: [fill], liquidity: 'MAKER', triggeredAt: null, isComplete: size === remainingOf(order) };
}

function isTradedThrough({ side }: SimulatedOrder, bar: Bar, limit: Price): boolean {
  return side === 'BUY' ? bar.low < toNumber(limit) : bar.high > toNumber(limit);
}

function isStopHit({ spec, isTriggered }: SimulatedOrder, bar: Bar): boolean {
  if (spec.stopPrice === null || isTriggered) return false;
  const isUp = spec.stopDirection === 'UP';
  return isUp ? bar.high >= toNumber(spec.stopPrice) : bar.low <= toNumber(spec.stopPrice);
}

/**
 * The stop became a limit within the bar. It meets the book that stands after it, and deals no better than where it fired: at
 * the stop, or where the bar began beyond it. What the book does not take rests at the limit from then on.
 */
function firedOutcome(
  order: SimulatedOrder,
  bar: Bar,
  limit: Price,
  book: Book | null,
  listing: Listing,
  fees: Fees,
): BarOutcome {
  const size = remainingOf(order);
  const { fills, isShort } = take({ side: order.side, size, budget: null, limit }, book, listing, fees.taker);
  const { spec, side } = order;
  const opened = fromNumber<'usd-per-base'>(bar.open, listing.priceIncrement, side === 'SELL' ? 'down' : 'up');
  const [dearer, cheaper] =
    side === 'SELL'
      ? [smaller<'usd-per-base'>, larger<'usd-per-base'>]
      : [larger<'usd-per-base'>, smaller<'usd-per-base'>];
  const fired = dearer(spec.stopPrice as Price, opened);
  const dealt = fills.map((fill) => {
    const at = cheaper(limit, dearer(fill.price, fired));
    return { price: at, size: fill.size, commission: feeOn(notional(fill.size, at, 'down'), fees.taker) };
  });
  return { fills: dealt, liquidity: 'TAKER', triggeredAt: limit, isComplete: !isShort };
}

function triggeredLimit({ spec, limitPrice }: SimulatedOrder, listing: Listing): Price {
  if (spec.kind === 'stop') return limitPrice as Price;
  return toIncrement(shifted(spec.stopPrice as Price, -BRACKET_SLACK_BPS), listing.priceIncrement, 'up');
}
