import * as z from 'zod';
import { priceText, quantityText, usdText } from '../money/codec.ts';
import { workingOrderSchema } from '../portfolio/account.ts';
import { ORDER_STATUSES, type OrderStatus } from './lifecycle.ts';
import { orderTermsSchema } from './terms.ts';

/** The durable record of one intent: ORDER#<client_order_id>. Its `version` is the condition of every change. */
export const orderIntentSchema = workingOrderSchema.omit({
  status: true,
  order_id: true,
  filled: true,
  sent_at_ms: true,
});

/** One fill as it was booked, in base units. */
export const orderFillSchema = z.strictObject({
  entry_id: z.string(),
  price: priceText,
  quantity: quantityText,
  commission: usdText,
  time_ms: z.int(),
  /** 'FILL', or an adjustment of the exchange. */
  trade_type: z.string(),
  liquidity: z.enum(['MAKER', 'TAKER', 'UNKNOWN']),
});

export const orderRecordSchema = z.strictObject({
  client_order_id: z.string(),
  version: z.int().min(1),
  status: z.enum(ORDER_STATUSES as [OrderStatus]),
  intent: orderIntentSchema,
  /** The cycle that decided it and under which config: the head of the audit chain. */
  decided: z.strictObject({
    slot_ms: z.int(),
    config_hash: z.string(),
    mode: z.string(),
    /** What was bid and asked then: slippage is measured from it. null when nobody remembers. */
    quote: z.strictObject({ bid: priceText, ask: priceText }).nullable().default(null),
  }),
  /** The proposal and what every risk rule said; null when a crash lost it (deciding the slot again gives it back). */
  assessment: z.json().default(null),
  /** What is sent, fixed by the claim; null before. */
  terms: orderTermsSchema.nullable().default(null),
  /** What the exchange said that it would cost. */
  preview: z
    .strictObject({ order_total: usdText, commission_total: usdText, warnings: z.array(z.string()) })
    .nullable()
    .default(null),
  /** SHA-256 of the exact body, stored with sent_at_ms before the POST; null until claimed. */
  body_hash: z.string().nullable(),
  sent_at_ms: z.int().nullable(),
  order_id: z.string().nullable(),
  filled_quantity: quantityText,
  filled_value: usdText,
  fees: usdText,
  fills: z.array(orderFillSchema).default([]),
  /** Machine-readable reason of a refusal, expiry, loss. */
  reason: z.string().nullable(),
  history: z.array(z.strictObject({ at_ms: z.int(), event: z.string(), status: z.string() })),
});

export type OrderFill = Readonly<z.output<typeof orderFillSchema>>;
export type OrderRecord = Readonly<z.output<typeof orderRecordSchema>>;
