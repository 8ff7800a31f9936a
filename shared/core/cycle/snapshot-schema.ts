import * as z from 'zod';
import { INTERVALS } from '../market/interval.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { priceText, quantityText, ratioText, usdText } from '../money/codec.ts';
import { productIdKey } from '../portfolio/account.ts';

/** How an archived snapshot is read back: market/snapshot.ts with money from decimal text and columns from arrays. */
const column = z.array(z.number()).transform((numbers) => Float64Array.from(numbers));

const candles = z
  .strictObject({
    length: z.int().min(0),
    index: column,
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
  })
  .refine(
    ({ length, ...columns }) => Object.values(columns).every((each) => each.length === length),
    'columns differ in length',
  );

export const productSchema = z.strictObject({
  id: productIdKey,
  base: z.string(),
  quote: z.string(),
  priceIncrement: priceText,
  baseIncrement: quantityText,
  quoteIncrement: usdText,
  baseMinSize: quantityText,
  baseMaxSize: quantityText,
  quoteMinSize: usdText,
  quoteMaxSize: usdText,
  quoteVolume24h: usdText.nullable(),
  listedAtMs: z.number().nullable().default(null),
  flags: z.strictObject({
    status: z.string(),
    isDisabled: z.boolean(),
    tradingDisabled: z.boolean(),
    viewOnly: z.boolean(),
    cancelOnly: z.boolean(),
    limitOnly: z.boolean(),
    postOnly: z.boolean(),
    auctionMode: z.boolean(),
  }),
});

const quote = z.strictObject({
  productId: productIdKey,
  bid: priceText,
  bidSize: quantityText,
  ask: priceText,
  askSize: quantityText,
  timeMs: z.number(),
});

const interval = z.enum(INTERVALS as [(typeof INTERVALS)[number]]);

export const snapshotSchema = z.strictObject({
  slotMs: z.number(),
  asOfMs: z.number(),
  baseInterval: interval,
  symbols: z.array(
    z.strictObject({
      productId: productIdKey,
      product: productSchema.nullable(),
      quote: quote.nullable(),
      candles: z.partialRecord(interval, candles),
      lastTradedBarIndex: z.number().nullable(),
      faults: z.array(z.string()),
    }),
  ),
  fees: z.strictObject({ maker: ratioText, taker: ratioText, source: z.enum(['account', 'config']) }),
  conditions: z.strictObject({
    killed: z.string().nullable(),
    clockDriftMs: z.number().nullable(),
    clockRefusal: z.string().nullable(),
    exchangeDown: z.string().nullable(),
    ledgerBreak: z.string().nullable(),
    operatorSilent: z.string().nullable().default(null),
    deadLetters: z.string().nullable().default(null),
    flattening: z.boolean().default(false),
    benched: z.array(z.string()).default([]),
  }),
}) satisfies z.ZodType<MarketSnapshot>;
