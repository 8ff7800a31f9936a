import * as z from 'zod';
import { INTERVALS } from '../market/interval.ts';
import { productId } from '../market/product.ts';
import { usdText } from '../money/codec.ts';

/**
 * Everything a decision may depend on besides the snapshot and the account: the contents of policy.yaml, universe.yaml
 * and signals.yaml. Keys are spelled as in the files. Percent is percent (15 = 15 %), bps are basis points.
 */
const pct = z.number().positive().max(100);
const bps = z.number().positive().max(10_000);

export const TIERS = ['T1', 'T2', 'T3'] as const;
export type Tier = (typeof TIERS)[number];
const perTier = <Value extends z.ZodType>(value: Value) => z.strictObject({ T1: value, T2: value, T3: value });

export const REGIMES = ['bull', 'chop', 'bear', 'crash'] as const;
export type Regime = (typeof REGIMES)[number];
const multiplier = z.number().min(0).max(2);

const dollars = usdText
  .refine((value) => value > 0n, 'must be more than 0')
  .describe('dollars in quotes, more than 0, such as "10.00"');

const range = z.strictObject({ min: pct, max: pct }).refine(({ min, max }) => min <= max, 'min must not exceed max');

export const policySchema = z.strictObject({
  risk: z.strictObject({
    /** Of equity, times the regime multiplier: filled + working at worst case + UNKNOWN + this order. */
    max_total_at_risk_pct: pct,
    max_position_size_pct: pct,
    /** Cap for every theme that has no line of its own. */
    max_theme_exposure_pct: pct,
    max_per_theme_pct: z.record(z.string(), pct),
    max_open_positions: z.int().min(1).max(100),
    /** Smallest order worth sending, fees included. */
    min_trade_notional_usd: dollars,
    /** After any fill of the symbol. */
    cooldown_minutes: z.number().min(0).max(10_080),
    /** After a stop-out of the symbol. */
    cooldown_after_stop_minutes: z.number().min(0).max(10_080),
    /** From the high-water mark; at or beyond it nothing new is proposed. */
    max_drawdown_pct: pct,
  }),
  regime: z.strictObject({
    /** The operator's word on the regime. */
    override: z.enum(REGIMES),
    multipliers: z.strictObject({ bull: multiplier, chop: multiplier, bear: multiplier, crash: multiplier }),
  }),
  data: z.strictObject({
    max_quote_age_seconds: z.number().positive().max(60),
    /** For 1m bars. A longer base interval is allowed its own length more than a minute. */
    max_ohlcv_age_seconds: z.number().min(60).max(600),
  }),
  proposals: z.strictObject({
    min_conviction_to_propose: z.number().min(0).max(1),
    /** Size of a full-conviction entry, percent of equity, before the regime multiplier. */
    base_position_pct: perTier(pct),
    stop_loss_pct: range,
    take_profit_pct: range,
  }),
  exits: z.strictObject({
    /** A position older than this is sold. */
    max_hold_hours: z
      .number()
      .positive()
      .max(24 * 365),
    /** How far below the bid an exit may sell. */
    exit_slippage_tolerance_bps: bps,
  }),
  execution: z.strictObject({
    /** Used only when the account's own fee tier cannot be read. */
    maker_fee_bps: bps,
    taker_fee_bps: bps,
    /** How far above the ask an entry may buy. */
    max_slippage_bps: perTier(bps),
    /** An intent older than this is never sent: a stale order is worse than a missed one. */
    intent_ttl_seconds: z.number().min(5).max(600),
    /** How long an order must stay invisible before it counts as never placed (the token's life at least). */
    unknown_settle_seconds: z.number().min(120).max(3_600),
  }),
});

const productIdText = z
  .string()
  .transform((text, context) => {
    try {
      return productId(text);
    } catch {
      context.issues.push({ code: 'custom', input: text, message: 'is not a product id' });
      return z.NEVER;
    }
  })
  .describe('a product id such as "BTC-USD"');

const tierSchema = z.strictObject({
  min_24h_volume_usd: dollars,
  max_spread_bps: bps,
  /** Cap for all positions of the tier together. */
  max_allocation_pct: pct,
  symbols: z.array(productIdText),
});

export const universeSchema = z.strictObject({
  tiers: perTier(tierSchema),
  /** Theme name -> its symbols. A symbol has at most one theme. */
  themes: z.record(z.string(), z.array(productIdText)),
  never_trade: z.array(productIdText),
});

export const strategySettingsSchema = z.strictObject({
  enabled: z.boolean(),
  /** Lower goes first when several strategies want the same room. */
  priority: z.int().min(1).max(100),
  max_strategy_at_risk_pct: pct,
  max_trades_per_cycle_per_strategy: z.int().min(1).max(50),
  max_triggers_per_cycle: z.int().min(1).max(100),
  /** Parsed by the strategy's own schema (config/ does it for every strategy in the registry). */
  params: z.record(z.string(), z.unknown()),
});

export const signalsSchema = z.strictObject({
  /** The bars that drive decisions, exits and staleness. */
  interval: z.enum(INTERVALS as [(typeof INTERVALS)[number]]),
  /** Strategy name -> its settings. */
  strategy: z.record(z.string(), strategySettingsSchema),
});

export type Policy = z.output<typeof policySchema>;
export type Universe = z.output<typeof universeSchema>;
export type StrategySettings = z.output<typeof strategySettingsSchema>;
export type Signals = z.output<typeof signalsSchema>;

export interface DecisionConfig {
  /** First part of every client order id: [a-z0-9]{1,12}. */
  readonly botId: string;
  /** Hash over all config files of the stage; stamped on every record. */
  readonly configHash: string;
  readonly policy: Policy;
  readonly universe: Universe;
  readonly signals: Signals;
}
