import type { Price, Quantity } from '../money/fixed.ts';
import { toNumber } from '../money/fixed.ts';
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

export function midPrice(quote: Quote): number {
  return (toNumber(quote.bid) + toNumber(quote.ask)) / 2;
}
