import * as z from 'zod';
import { bps, perTier } from './config-values.ts';

/** How approved orders are sent, and what that may cost. */
export const executionSchema = z.strictObject({
  /** Used only when the account's own fee tier cannot be read. */
  maker_fee_bps: bps,
  taker_fee_bps: bps,
  /** How far above the ask an entry may buy. */
  max_slippage_bps: perTier(bps),
  /** How far above the ask an entry may be expected to fill on average, by the size offered there. */
  slippage_budget_bps: perTier(bps),
  /** maker_first: post-only at the touch, then as `maker` says. taker: at once. */
  entry_route: z.enum(['maker_first', 'taker']),
  maker: z.strictObject({
    /** How long one order rests; the exchange itself ends it. */
    ttl_seconds: perTier(z.int().min(5).max(3_600)),
    /** Further orders at the then best price after the first. */
    max_reprices: z.int().min(0).max(10),
    /** Whether the last try takes, inside max_slippage_bps and while the move still pays for it. */
    taker_fallback: z.boolean(),
  }),
  /** An intent older than this is never sent: a stale order is worse than a missed one. */
  intent_ttl_seconds: z.number().min(5).max(600),
  /** How long an order must stay invisible before it counts as never placed (the token's life at least). */
  unknown_settle_seconds: z.number().min(120).max(3_600),
});
