import type { Product } from '../market/product.ts';
import { type Quote, spreadBps } from '../market/quote.ts';
import {
  notional,
  type Price,
  type Quantity,
  type Ratio,
  smaller,
  subtract,
  toIncrement,
  toNumber,
  toText,
} from '../money/fixed.ts';
import type { OrderIntent } from '../risk/approved-order.ts';
import type { OrderTerms } from './terms.ts';

/** What the worker sees when it is about to send. */
export interface SendingMarket {
  readonly product: Product;
  readonly quote: Quote;
  readonly takerFee: Ratio;
  readonly nowMs: number;
  /** SELL: held, less what other orders are selling. */
  readonly free: Quantity;
  /** How many times its cost an entry must still be expected to make. */
  readonly minEdgeMultiple: number;
}

export type Sending =
  | { readonly kind: 'send'; readonly terms: OrderTerms }
  | { readonly kind: 'refuse'; readonly reason: string };

/** The intent as an order at this quote: never larger, and never at a worse price, than risk approved [I3]. */
export function termsFor(intent: OrderIntent, market: SendingMarket): Sending {
  const size = sizeOf(intent, market);
  const terms = intent.side === 'BUY' ? entryTerms(intent, size, market) : saleTerms(intent, size);
  if (typeof terms === 'string') return { kind: 'refuse', reason: terms };
  const problem = tooSmall(terms, market.product);
  return problem === null ? { kind: 'send', terms } : { kind: 'refuse', reason: problem };
}

function sizeOf({ side, quantity }: OrderIntent, { free, product }: SendingMarket): Quantity {
  return side === 'BUY' ? quantity : toIncrement(smaller(quantity, free), product.baseIncrement, 'down');
}

function entryTerms(intent: OrderIntent, size: Quantity, market: SendingMarket): OrderTerms | string {
  const { route } = intent;
  if (route.kind === 'maker') return makerTerms(intent, route, size, market);
  if (route.kind !== 'taker') return `an entry cannot be sent as a ${route.kind}`;
  return takerRefusal(intent, market) ?? marketable(size, intent.limit_price);
}

/** Post-only at the touch, or as many increments behind it as it was refused for crossing. */
function makerTerms(
  intent: OrderIntent,
  route: Extract<OrderIntent['route'], { kind: 'maker' }>,
  size: Quantity,
  { quote, product, nowMs }: SendingMarket,
): OrderTerms | string {
  const touch = toIncrement(quote.bid, product.priceIncrement, 'down');
  const behind = (touch - BigInt(route.ticks_away) * product.priceIncrement) as Price;
  const limit = smaller(behind, intent.limit_price);
  if (limit <= 0n) return 'price_below_increment';
  const stopped = stopReached(intent, limit);
  if (stopped !== null) return stopped;
  return {
    type: 'limit_limit_gtd',
    base_size: size,
    limit_price: limit,
    // The exchange counts in whole seconds.
    end_time_ms: Math.ceil((nowMs + route.ttl_ms) / 1_000) * 1_000,
    post_only: true,
  };
}

/** A taker buys only inside the slippage that was approved, and a later leg only while the move still pays for it. */
function takerRefusal(intent: OrderIntent, { quote, takerFee, minEdgeMultiple }: SendingMarket): string | null {
  const { leg, limit_price, expected_price } = intent;
  const stopped = stopReached(intent, quote.bid);
  if (stopped !== null) return stopped;
  if (quote.ask > limit_price) return `slippage: the ask is ${toText(quote.ask)}, the limit ${toText(limit_price)}`;
  if (leg === 0 || expected_price === null) return null;
  const ask = toNumber(quote.ask);
  const edgeBps = (toNumber(subtract(expected_price, quote.ask)) / ask) * 10_000;
  const neededBps = minEdgeMultiple * (2 * toNumber(takerFee) * 10_000 + spreadBps(quote));
  if (edgeBps >= neededBps) return null;
  return `fee_edge: ${edgeBps.toFixed(2)} bps are left, ${neededBps.toFixed(2)} bps asked`;
}

/** The price may have fallen through the stop since the decision: what is bought there is sold again by the next cycle. */
function stopReached({ stop_price }: OrderIntent, at: Price): string | null {
  return stop_price === null || at > stop_price ? null : `stop_reached: ${toText(at)}, the stop ${toText(stop_price)}`;
}

function saleTerms(intent: OrderIntent, size: Quantity): OrderTerms | string {
  if (size <= 0n) return 'shorting_disallowed';
  const { route, limit_price, stop_price } = intent;
  switch (route.kind) {
    case 'taker':
      return marketable(size, limit_price);
    case 'maker':
      return 'a sale is not sent as a maker';
    case 'bracket':
      if (stop_price === null) return 'a bracket needs a stop';
      return { type: 'trigger_bracket_gtc', base_size: size, limit_price, stop_trigger_price: stop_price };
    case 'stop_limit':
      if (stop_price === null) return 'a stop-limit needs a stop';
      return { type: 'stop_limit_stop_limit_gtc', base_size: size, limit_price, stop_price };
  }
}

function marketable(size: Quantity, limit: Price): OrderTerms {
  return { type: 'sor_limit_ioc', base_size: size, limit_price: limit };
}

function tooSmall({ base_size, limit_price }: OrderTerms, product: Product): string | null {
  if (base_size <= 0n || base_size < product.baseMinSize) return 'below_minimum: size';
  const value = notional(base_size, limit_price, 'down');
  return value < product.quoteMinSize ? `below_minimum: ${toText(value)} of ${toText(product.quoteMinSize)}` : null;
}
