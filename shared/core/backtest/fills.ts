import type { Product } from '../market/product.ts';
import { fromNumber, larger, type Price, type Quantity, smaller, toIncrement, toNumber } from '../money/fixed.ts';
import type { FillModel } from './fill-model.ts';
import type { FillBar } from './market.ts';

export interface Execution {
  readonly price: Price;
  readonly quantity: Quantity;
  readonly liquidity: 'MAKER' | 'TAKER';
  /** The middle that it was dealt away from: what slippage is measured against. */
  readonly mid: number;
}

export interface Venue {
  readonly product: Product;
  readonly bar: FillBar;
  readonly model: FillModel;
  /** As a share of the price. */
  readonly halfSpread: number;
}

export interface Wanted {
  readonly side: 'BUY' | 'SELL';
  readonly quantity: Quantity;
  /** No fill is ever worse than this. */
  readonly limit: Price;
}

/** The most that one bar gives to one order, on the product's grid. */
export function barCap({ bar, model, product }: Venue): Quantity {
  if (!bar.isTraded || bar.volume <= 0) return 0n as Quantity;
  return fromNumber<'base'>(bar.volume * model.maxVolumeShare, product.baseIncrement, 'down');
}

/**
 * Deals at once round a middle price: half the spread away, and further the larger the order is against the bar's volume.
 * Only as much as fits inside the limit and the cap; null where that is nothing.
 */
export function takeAt(mid: number, wanted: Wanted, venue: Venue): Execution | null {
  const { product } = venue;
  const away = wanted.side === 'BUY' ? 1 : -1;
  const touch = mid * (1 + away * venue.halfSpread);
  const room = (away * (toNumber(wanted.limit) - touch)) / touch;
  if (room < -1e-12) return null;
  const most = toIncrement(
    smaller(wanted.quantity, smaller(barCap(venue), withinRoom(room, venue))),
    product.baseIncrement,
    'down',
  );
  if (most <= 0n) return null;
  const raw = touch * (1 + away * impactOf(most, venue));
  return { price: onGrid(raw, wanted, product), quantity: most, liquidity: 'TAKER', mid };
}

/** A resting order at its own price, when the bar traded through it: touching is not enough. */
export function restAt(wanted: Wanted, venue: Venue): Execution | null {
  const { bar } = venue;
  const limit = toNumber(wanted.limit);
  const isThrough = wanted.side === 'BUY' ? bar.low < limit : bar.high > limit;
  const most = smaller(wanted.quantity, barCap(venue));
  if (!isThrough || most <= 0n) return null;
  return { price: wanted.limit, quantity: most, liquidity: 'MAKER', mid: limit };
}

/** The root of the order's share of the bar's volume, in units of the cap. */
function impactOf(quantity: Quantity, { bar, model }: Venue): number {
  const share = toNumber(quantity) / (bar.volume * model.maxVolumeShare);
  return (model.impactBpsAtCap / 10_000) * Math.sqrt(Math.min(1, share));
}

/** The largest order whose impact still fits between the touch and the limit. */
function withinRoom(room: number, venue: Venue): Quantity {
  const { model, bar, product } = venue;
  const cap = model.impactBpsAtCap / 10_000;
  if (cap === 0 || room >= cap) return barCap(venue);
  const share = Math.max(0, room / cap) ** 2;
  return fromNumber<'base'>(bar.volume * model.maxVolumeShare * share, product.baseIncrement, 'down');
}

/** Rounded to the dear side, and never beyond the limit. */
function onGrid(raw: number, { side, limit }: Wanted, { priceIncrement }: Product): Price {
  if (side === 'BUY') return smaller(fromNumber<'usd-per-base'>(raw, priceIncrement, 'up'), limit);
  return larger(fromNumber<'usd-per-base'>(raw, priceIncrement, 'down'), limit);
}
