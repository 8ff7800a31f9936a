import * as z from 'zod';
import { isProductId, type ProductId } from '../market/product.ts';
import { priceText, quantityText, usdText } from '../money/codec.ts';
import { ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';

/**
 * The account aggregate: everything the next decision and the next order must agree on, changed by one conditional
 * write at a time. Persisted as it stands (money as decimal text), so its keys are spelled as on file.
 */
export const MODES = ['DRY_RUN', 'PAPER', 'LIVE'] as const;
export type Mode = (typeof MODES)[number];

export const productIdKey = z.custom<ProductId>((value) => typeof value === 'string' && isProductId(value));
const ms = z.int().min(0);

export const lotSchema = z.strictObject({ quantity: quantityText, cost: usdText, opened_at_ms: ms });

export const positionSchema = z.strictObject({
  /** First in, first out; the position's size is their sum. Cost includes buying fees. */
  lots: z.array(lotSchema).min(1),
  strategy: z.string(),
  opened_at_ms: ms,
  stop_price: priceText.nullable(),
  take_profit_price: priceText.nullable(),
  /** The highest price seen since the entry: what a trailing stop trails. Not there before the first look. */
  peak_price: priceText.optional(),
});

/** Statuses in which an order still holds a reservation. Terminal ones live on the order item only. */
export const OPEN_STATUSES = ['READY', 'SENDING', 'WORKING', 'UNKNOWN'] as const;

/**
 * How an intent is to be sent. The worker turns it into terms at the fresh quote, inside the approved limit price.
 * taker: a marketable limit that never rests. maker: post-only at the touch, for so long; then again, then as `fallback` says.
 * bracket, stop_limit: protection that rests on the exchange.
 */
export const routeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('taker') }),
  z.strictObject({
    kind: z.literal('maker'),
    ttl_ms: z.int().min(1_000),
    /** Price increments behind the touch: one more after each refusal for crossing. */
    ticks_away: z.int().min(0),
    reprices_left: z.int().min(0),
    fallback: z.enum(['taker', 'none']),
  }),
  z.strictObject({ kind: z.literal('bracket') }),
  z.strictObject({ kind: z.literal('stop_limit') }),
]);

/** One intent on its way: what it may still cost at worst. Removed when the order is terminal and its fills are booked. */
export const workingOrderSchema = z.strictObject({
  client_order_id: z.string(),
  product_id: productIdKey,
  side: z.enum(['BUY', 'SELL']),
  quantity: quantityText,
  limit_price: priceText,
  /** Notional at the limit price plus the fee, rounded up (BUY); 0 for a SELL. For the whole quantity. */
  reserved: usdText,
  /** protect: rests on the exchange behind a position; it gives way to an exit. */
  purpose: z.enum(['entry', 'exit', 'protect']),
  route: routeSchema.default({ kind: 'taker' }),
  /** One intent may be sent as several orders, one after the other: this is which, from 0. */
  leg: z.int().min(0).default(0),
  /** What the legs before filled. */
  prior_filled: quantityText.default(ZERO_QUANTITY),
  /** The resting order that must have ended before this one is sent: its coins are the ones to be sold. */
  replaces: z.string().nullable().default(null),
  /** An entry pays as long as it is bought far enough below this: the price at which its expected move is made. */
  expected_price: priceText.nullable().default(null),
  /** 'stop', 'target', 'time' ... for exits; the strategy's trigger for entries. */
  reason: z.string(),
  strategy: z.string(),
  stop_price: priceText.nullable(),
  take_profit_price: priceText.nullable(),
  slot_ms: ms,
  not_after_ms: ms,
  status: z.enum(OPEN_STATUSES),
  /** The exchange's id once known. */
  order_id: z.string().nullable(),
  filled: quantityText,
  /** Set when the POST may have left. */
  sent_at_ms: ms.nullable(),
});

/** Equity at the first decision of a period. */
const anchorSchema = z.strictObject({ start_ms: ms, equity: usdText });

/** What losses are measured from. Deposits and withdrawals move all of it along, so that only trading shows. */
export const marksSchema = z.strictObject({
  day: anchorSchema,
  /** ISO week: from Monday, UTC. */
  week: anchorSchema,
  /** Start of a UTC day -> highest equity decided on in it; as many days as the rolling drawdown looks back. */
  peaks: z.record(z.string(), usdText),
});

/** What was seen on the exchange that the books do not explain. */
export const sightingsSchema = z.strictObject({
  /** Fills before it are in the balances that the account began with. */
  opened_at_ms: ms,
  orders_listed_ms: ms,
  /** Exchange order id -> an open order that nobody here placed. */
  foreign_orders: z.record(
    z.string(),
    z.strictObject({
      product_id: productIdKey,
      side: z.enum(['BUY', 'SELL']),
      size: quantityText.nullable(),
      alerted_ms: ms,
    }),
  ),
  /** Fill entry id -> what somebody traded by hand; until the books agree again or an operator accepts it. */
  foreign_fills: z.record(
    z.string(),
    z.strictObject({
      order_id: z.string(),
      product_id: productIdKey,
      side: z.enum(['BUY', 'SELL']),
      price: priceText,
      quantity: quantityText,
      at_ms: ms,
    }),
  ),
  /** What the latest look found too much (more than 0) or missing (less); null when all agreed. */
  gaps: z.strictObject({ at_ms: ms, cash: usdText, coins: z.record(z.string(), quantityText) }).nullable(),
});

const NOTHING_SIGHTED = { opened_at_ms: 0, orders_listed_ms: 0, foreign_orders: {}, foreign_fills: {}, gaps: null };
/** What a strategy without authority would hold. Nobody ever bought it. */
const shadowPositionSchema = z.strictObject({
  quantity: quantityText,
  /** Buying fee included. */
  cost: usdText,
  fee: usdText,
  opened_at_ms: ms,
  stop_price: priceText,
  take_profit_price: priceText,
});

/** The paper score of one strategy without authority. Its size is bounded: at most 20 positions, the rest are sums. */
export const shadowBookSchema = z.strictObject({
  since_ms: ms,
  open: z.record(productIdKey, shadowPositionSchema),
  closed: z.int().min(0),
  /** Closed trades that made more than they cost. */
  wins: z.int().min(0),
  /** Sums over the closed trades: what was bought, the same with fees, what it fetched less fees, the fees of both. */
  notional: usdText,
  cost: usdText,
  proceeds: usdText,
  fees: usdText,
  /** Positions given up because no price was to be had for too long. They are in none of the sums. */
  unscored: z.int().min(0),
});

export const accountSchema = z.strictObject({
  bot_id: z.string(),
  mode: z.enum(MODES),
  /** Counts writes: the condition of the next one. */
  version: ms,
  /** The lease's fencing token under which it was last written. */
  fence: ms,
  /** Settled quote currency, reservations not deducted. */
  cash: usdText,
  positions: z.record(productIdKey, positionSchema),
  /** Coins that were there before the bot (currency -> amount): neither counted, sold nor mistaken for the bot's own. */
  external: z.record(z.string(), quantityText),
  working: z.record(z.string(), workingOrderSchema),
  /** Client order ids approved but not yet handed to the queue, oldest first. */
  outbox: z.array(z.string()),
  cooldowns: z.record(productIdKey, z.strictObject({ until_ms: ms, reason: z.enum(['fill', 'win', 'loss', 'stop']) })),
  /** Entries by the time of their first fill, of a day at least: what trade pacing counts. */
  entries: z.array(z.strictObject({ product_id: productIdKey, at_ms: ms })).default([]),
  /** The latest sales: order -> what its fills made. A losing streak is read off them. */
  exit_results: z.record(z.string(), z.strictObject({ at_ms: ms, realised_pnl: usdText })).default({}),
  /** Exchange fill entry id -> trade time: a fill counts once. Pruned behind fills_cursor_ms. */
  booked_fills: z.record(z.string(), ms),
  fills_cursor_ms: ms,
  high_water_mark: usdText,
  /** null before the first decision. */
  marks: marksSchema.nullable().default(null),
  /** The latest deposits (more than 0) and withdrawals (less), oldest first. */
  flows: z.array(z.strictObject({ at_ms: ms, amount: usdText })).default([]),
  /** The sum of flows that the mark and the anchors do not know of yet: the next decision moves them. */
  unsettled_flow: usdText.default(ZERO_USD),
  /** The same in coins from before the bot (currency -> amount): what they are worth is known with a price. */
  unsettled_coins: z.record(z.string(), quantityText).default({}),
  /** Whether the marks were measured with the coins from before the bot; null: no decision has said so. */
  external_counted: z.boolean().nullable().default(null),
  realised_pnl: usdText,
  fees_paid: usdText,
  /** Products whose ledger does not match the exchange; nothing new is done there. */
  frozen: z.record(productIdKey, z.string()),
  /** The kill switch was pulled: the first decision after re-arming enters nothing [REQ-K1]. */
  halted: z.boolean().default(false),
  sightings: sightingsSchema.default(NOTHING_SIGHTED),
  /** What the exchange takes as protection, product by product, as its previews have said; until when that is believed. */
  protection: z
    .record(productIdKey, z.strictObject({ refused: z.array(z.enum(['bracket', 'stop_limit'])), until_ms: ms }))
    .default({}),
  /** Which symbols the universe has let in, and for how many cycles in a row the checks have said otherwise. */
  universe_memory: z.record(productIdKey, z.strictObject({ member: z.boolean(), cycles: z.int().min(0) })).default({}),
  /** Strategies that overran their time budget -> until when they are not asked. */
  benched: z.record(z.string(), ms).default({}),
  /** Strategies without authority -> what their proposals would have made. Neither cash, risk nor orders look at it. */
  shadow: z.record(z.string(), shadowBookSchema).default({}),
  /** Each strategy's own namespace. */
  strategy_state: z.record(z.string(), z.json()),
});

export type Lot = Readonly<z.output<typeof lotSchema>>;
export type Position = Readonly<z.output<typeof positionSchema>>;
export type Route = Readonly<z.output<typeof routeSchema>>;
export type WorkingOrder = Readonly<z.output<typeof workingOrderSchema>>;
export type ShadowBook = Readonly<z.output<typeof shadowBookSchema>>;
export type Marks = Readonly<z.output<typeof marksSchema>>;
export type Sightings = Account['sightings'];
export type UniverseMemory = Account['universe_memory'];
export type Membership = UniverseMemory[ProductId];
export type Account = Readonly<z.output<typeof accountSchema>>;
