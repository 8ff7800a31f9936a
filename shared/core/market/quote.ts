import type { Price, Quantity } from '../money/fixed.ts';
import { add, portion, ratioFromPct, subtract, toNumber } from '../money/fixed.ts';
import type { ProductId } from './product.ts';

/** Best bid and ask. `timeMs` is the exchange's own timestamp, never the time of arrival. */
export interface Quote {
  readonly productId: ProductId;
  readonly bid: Price;
  readonly bidSize: Quantity;
  readonly ask: Price;
  readonly askSize: Quantity;
  readonly timeMs: number;
}

/** (ask - bid) / mid in basis points. */
export function spreadBps(quote: Quote): number {
  const bid = toNumber(quote.bid);
  const ask = toNumber(quote.ask);
  return ((ask - bid) / ((ask + bid) / 2)) * 10_000;
}

/** Exact, so that a spread at the limit is always within it. */
export function isWiderThan({ bid, ask }: Quote, maxBps: number): boolean {
  const spread = subtract(ask, bid);
  return add(spread, spread) > portion(add(ask, bid), ratioFromPct(maxBps / 100), 'down');
}

export function midPrice(quote: Quote): number {
  return (toNumber(quote.bid) + toNumber(quote.ask)) / 2;
}
