import * as z from 'zod';
import { isProductId, type ProductId } from '../../core/market/product.ts';
import { priceText, quantityText, usdText } from '../../core/money/codec.ts';
import type { Price, Quantity, Usd } from '../../core/money/fixed.ts';

/** What an order asks for, whichever wire configuration carried it. */
export interface OrderRequest {
  readonly clientOrderId: string;
  readonly productId: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly terms: OrderTerms;
}

interface LimitTerms {
  readonly baseSize: Quantity;
  readonly limitPrice: Price;
}

export type OrderTerms =
  | { readonly kind: 'market_base'; readonly baseSize: Quantity }
  /** A buy that spends at most this much, fees included. */
  | { readonly kind: 'market_quote'; readonly quoteSize: Usd }
  | ({ readonly kind: 'limit_ioc' } & LimitTerms)
  /** Rests: until its end where it has one. NaN is an end that cannot be read. */
  | ({ readonly kind: 'limit_rest'; readonly postOnly: boolean; readonly endMs: number | null } & LimitTerms)
  /** Waits for the price to fall to the stop and is a limit then. */
  | ({ readonly kind: 'stop_limit'; readonly stopPrice: Price } & LimitTerms)
  /** Rests at the limit price; from the trigger on it is a limit 5 % below it instead. */
  | ({ readonly kind: 'bracket'; readonly stopPrice: Price } & LimitTerms);

const limitFields = { base_size: quantityText, limit_price: priceText };
const restFields = { ...limitFields, post_only: z.boolean().default(false) };
const stopFields = {
  ...limitFields,
  stop_price: priceText,
  /** Protection sells into a fall; nothing here buys into a rise. */
  stop_direction: z.literal('STOP_DIRECTION_STOP_DOWN'),
};

const configuration = z.union([
  z.strictObject({ sor_limit_ioc: z.strictObject(limitFields) }),
  z.strictObject({ limit_limit_gtc: z.strictObject(restFields) }),
  z.strictObject({ limit_limit_gtd: z.strictObject({ ...restFields, end_time: z.string() }) }),
  z.strictObject({ stop_limit_stop_limit_gtc: z.strictObject(stopFields) }),
  z.strictObject({ trigger_bracket_gtc: z.strictObject({ ...limitFields, stop_trigger_price: priceText }) }),
  z.strictObject({ market_market_ioc: z.strictObject({ base_size: quantityText }) }),
  z.strictObject({ market_market_ioc: z.strictObject({ quote_size: usdText }) }),
]);

type Configuration = z.output<typeof configuration>;

const bodySchema = z.strictObject({
  client_order_id: z.string().min(1).max(128),
  product_id: z.custom<ProductId>((value) => typeof value === 'string' && isProductId(value)),
  side: z.enum(['BUY', 'SELL']),
  order_configuration: configuration,
});

/** Reads the create-order body's text. undefined: not an order this exchange knows (unknown key, variant or number). */
export function parseOrderBody(body: string): OrderRequest | undefined {
  return parseOrder(jsonOf(body));
}

export function parseOrder(body: unknown): OrderRequest | undefined {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { client_order_id, product_id, side, order_configuration } = parsed.data;
  const terms = termsOf(order_configuration);
  // Only a purchase can be sized in money, and only a sale waits for a fall.
  if (terms.kind === 'market_quote' && side === 'SELL') return undefined;
  if (terms.kind === 'stop_limit' && side === 'BUY') return undefined;
  return { clientOrderId: client_order_id, productId: product_id, side, terms };
}

function termsOf(wire: Configuration): OrderTerms {
  if ('sor_limit_ioc' in wire) return { kind: 'limit_ioc', ...limitOf(wire.sor_limit_ioc) };
  if ('limit_limit_gtc' in wire) return restOf(wire.limit_limit_gtc, null);
  if ('limit_limit_gtd' in wire) return restOf(wire.limit_limit_gtd, Date.parse(wire.limit_limit_gtd.end_time));
  if ('stop_limit_stop_limit_gtc' in wire) {
    const stop = wire.stop_limit_stop_limit_gtc;
    return { kind: 'stop_limit', ...limitOf(stop), stopPrice: stop.stop_price };
  }
  if ('trigger_bracket_gtc' in wire) {
    const bracket = wire.trigger_bracket_gtc;
    return { kind: 'bracket', ...limitOf(bracket), stopPrice: bracket.stop_trigger_price };
  }
  const market = wire.market_market_ioc;
  if ('base_size' in market) return { kind: 'market_base', baseSize: market.base_size };
  return { kind: 'market_quote', quoteSize: market.quote_size };
}

interface WireLimit {
  readonly base_size: Quantity;
  readonly limit_price: Price;
}

function limitOf({ base_size, limit_price }: WireLimit): LimitTerms {
  return { baseSize: base_size, limitPrice: limit_price };
}

function restOf(wire: WireLimit & { readonly post_only: boolean }, endMs: number | null): OrderTerms {
  return { kind: 'limit_rest', ...limitOf(wire), postOnly: wire.post_only, endMs };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
