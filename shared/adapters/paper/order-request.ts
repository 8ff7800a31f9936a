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

export type OrderTerms =
  | { readonly kind: 'market_base'; readonly baseSize: Quantity }
  /** A buy that spends at most this much, fees included. */
  | { readonly kind: 'market_quote'; readonly quoteSize: Usd }
  | { readonly kind: 'limit_ioc'; readonly baseSize: Quantity; readonly limitPrice: Price }
  | { readonly kind: 'limit_gtc'; readonly baseSize: Quantity; readonly limitPrice: Price; readonly postOnly: boolean };

const limitFields = { base_size: quantityText, limit_price: priceText };

const configuration = z.union([
  z.strictObject({ sor_limit_ioc: z.strictObject(limitFields) }),
  z.strictObject({ limit_limit_gtc: z.strictObject({ ...limitFields, post_only: z.boolean().default(false) }) }),
  z.strictObject({ market_market_ioc: z.strictObject({ base_size: quantityText }) }),
  z.strictObject({ market_market_ioc: z.strictObject({ quote_size: usdText }) }),
]);

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
  // Only a purchase can be sized in money.
  if (terms.kind === 'market_quote' && side === 'SELL') return undefined;
  return { clientOrderId: client_order_id, productId: product_id, side, terms };
}

function termsOf(wire: z.output<typeof configuration>): OrderTerms {
  if ('sor_limit_ioc' in wire) {
    const { base_size, limit_price } = wire.sor_limit_ioc;
    return { kind: 'limit_ioc', baseSize: base_size, limitPrice: limit_price };
  }
  if ('limit_limit_gtc' in wire) {
    const { base_size, limit_price, post_only } = wire.limit_limit_gtc;
    return { kind: 'limit_gtc', baseSize: base_size, limitPrice: limit_price, postOnly: post_only };
  }
  const market = wire.market_market_ioc;
  if ('base_size' in market) return { kind: 'market_base', baseSize: market.base_size };
  return { kind: 'market_quote', quoteSize: market.quote_size };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
