import * as z from 'zod';
import { INTERVALS } from '../market/interval.ts';
import {
  bps,
  dollars,
  lossPct,
  minutes,
  multiplier,
  pct,
  perTier,
  productIdText,
  range,
  seconds,
} from './config-values.ts';
import { executionSchema } from './execution-config.ts';
import { REGIMES, type TIERS } from './tiers.ts';

/**
 * Everything a decision may depend on besides the snapshot and the account: the contents of policy.yaml, universe.yaml
 * and signals.yaml. Keys are spelled as in the files. Percent is percent (15 = 15 %), bps are basis points.
 */

export type Tier = (typeof TIERS)[number];

export type Regime = (typeof REGIMES)[number];

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
    cooldown_minutes: minutes,
    /** After a sale of the symbol that won, or lost, money. */
    per_symbol_cooldown_win_minutes: minutes,
    per_symbol_cooldown_loss_minutes: minutes,
    /** After a stop-out of the symbol, plain or trailing. */
    cooldown_after_stop_minutes: minutes,
    /** So many sales in a row at a loss pause all entries. */
    cooldown_after_loss_trades: z.int().min(1).max(20),
    loss_streak_pause_minutes: minutes,
    /** Entries by their first fill, those on their way included; whichever strategy asked. */
    max_trades_per_hour: z.int().min(1).max(1_000),
    max_trades_per_day: z.int().min(1).max(1_000),
    /** Above 0 it also means one entry a cycle. */
    min_seconds_between_trades: seconds,
    per_symbol_trade_spacing_seconds: seconds,
    /** Equity against that of the first decision of the UTC day, or of the ISO week, flows left out. */
    daily_stop_pnl_pct: lossPct,
    weekly_stop_pnl_pct: lossPct,
    /** From the high-water mark; at or beyond it nothing new is proposed. */
    max_drawdown_pct: pct,
    /** From the highest equity of the last `rolling_drawdown_days` UTC days. */
    max_rolling_drawdown_pct: pct,
    rolling_drawdown_days: z.int().min(2).max(90),
    /** From the highest equity of the UTC day. */
    max_session_drawdown_pct: pct,
    /** The largest order; a larger one is cut to it. */
    max_order_notional_usd: dollars,
    max_orders_per_cycle: z.int().min(1).max(100),
    /** How far a limit price may be from the middle of the quote and, for an entry, from the last close. */
    price_collar_pct: pct,
    /** Whether a strategy may buy more of what it holds. */
    allow_pyramiding: z.boolean(),
    /** Entries in one symbol beyond the first, in any 24 hours. */
    max_adds_per_asset_per_day: z.int().min(1).max(20),
    /** What an entry must be expected to make, as a multiple of what buying and selling cost. */
    min_edge_multiple: z.number().min(0).max(20),
    /** A cap that prices have carried so far beyond itself is a breach: 25 means 1.25 times the cap. */
    exposure_breach_tolerance_pct: z.number().min(0).max(1_000),
  }),
  liquidity: z.strictObject({
    /** One order against the symbol's 24 h quote volume. */
    max_volume_share_pct: pct,
    /** One order against the size offered at the touch. */
    max_touch_multiple: z.number().positive().max(1_000),
  }),
  regime: z.strictObject({
    /** 'none': the detector decides. Else the operator's word, from the next cycle on. */
    override: z.enum(['none', ...REGIMES]),
    /** Whose daily closes the detector reads. */
    reference: productIdText,
    trend_lookback_days: z.int().min(20).max(190),
    /** The close against its mean: from here on it is a bull, and beyond minus that a bear. */
    trend_enter_pct: z.number().positive().max(50),
    /** A bull ends below this, a bear above minus this. */
    trend_exit_pct: z.number().min(-50).max(50),
    volatility_lookback_days: z.int().min(5).max(100),
    /** Percent a year, as below. A market that swings more than this is no bull. */
    bull_max_volatility_pct: z.number().positive().max(1_000),
    crash_lookback_days: z.int().min(2).max(60),
    /** A crash is a fall of this much within the lookback ... */
    crash_drop_pct: pct,
    /** ... at this volatility, and it lasts until the volatility is down to the exit. */
    crash_volatility_pct: z.number().positive().max(1_000),
    crash_exit_volatility_pct: z.number().positive().max(1_000),
    /** A better regime counts after so many closes in a row that call for it; a worse one at once. */
    confirm_days: z.int().min(1).max(30),
    multipliers: z.strictObject({ bull: multiplier, chop: multiplier, bear: multiplier, crash: multiplier }),
  }),
  data: z.strictObject({
    max_quote_age_seconds: z.number().positive().max(60),
    /** For 1m bars. A longer base interval is allowed its own length more than a minute. */
    max_ohlcv_age_seconds: z.number().min(60).max(600),
    /** With more of the looked-at symbols stale than this, the feed is at fault and nothing is entered anywhere. */
    max_stale_symbols_pct: pct,
    /** A mid further than this from the last close, in units of the usual move of a bar, is not acted on. */
    outlier_sigma: z.number().min(2).max(100),
    /** Bars from which the usual move is estimated. */
    outlier_window_bars: z.int().min(20).max(290),
    /** The usual move is never taken for less than this. */
    outlier_min_sigma_bps: bps,
  }),
  /** Coins that were there before the bot: left alone, counted in equity and caps, or taken over and sold by the exits. */
  external_holdings: z.enum(['ignore', 'count', 'manage']),
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
    /** Below the highest price since the entry, in percent and in average true ranges; 0 is off, the nearer one counts. */
    trailing_stop_pct: z.number().min(0).max(50),
    trailing_stop_atr: z.number().min(0).max(50),
    trailing_atr_lookback_bars: z.int().min(2).max(100),
    /** In a crash every stop moves nearer: its distance times the factor. */
    tighten_stops_in_crash: z.boolean(),
    crash_stop_factor: z.number().positive().max(1),
    /** What rests on the exchange behind every position; where it takes no bracket, a stop-limit. */
    exchange_protection: z.enum(['none', 'stop_limit', 'bracket']),
    /** A resting stop is replaced when it should stand this much elsewhere. */
    protection_reprice_bps: bps,
  }),
  execution: executionSchema,
});

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
  /** Bans that end by themselves. */
  red_flags: z.array(
    z.strictObject({ symbol: productIdText, until: z.iso.datetime(), reason: z.string().min(1).max(200) }),
  ),
  /** Old name -> the name the product trades under now. */
  renamed: z.record(z.string(), productIdText),
  /** Symbols that no tier names, found among everything that the exchange lists. */
  discovery: z.strictObject({
    enabled: z.boolean(),
    quote_currency: z.string().regex(/^[A-Z0-9]{2,8}$/, 'must be a currency such as "USD"'),
    /** The most traded ones of a tier; 0 is none. */
    max_symbols_per_tier: perTier(z.int().min(0).max(100)),
    /** Coins pegged to something and coins that wrap another. */
    excluded_bases: z.array(z.string()),
  }),
  /** Cycles in a row that a symbol must pass before it is let in, or fail before it loses its place. */
  hysteresis: z.strictObject({
    cycles_to_enter: z.int().min(1).max(1_000),
    cycles_to_leave: z.int().min(1).max(1_000),
  }),
  min_listing_age_days: z.number().min(0).max(3_650),
  /** Closed bars of the base interval since the symbol's first trade. */
  min_history_bars: z.int().min(1).max(290),
});

const intervalName = z.enum(INTERVALS as [(typeof INTERVALS)[number]]);

export const strategySettingsSchema = z.strictObject({
  enabled: z.boolean(),
  /** Runs and is recorded, without authority: nothing it proposes is ordered. */
  shadow: z.boolean().default(false),
  /** What a trade of it makes on average before costs, as measured; its target stands in where nothing was measured. */
  edge_bps: bps.optional(),
  /** The bars the strategy looks at: `signals.interval` or longer. */
  interval: intervalName,
  /** Lower goes first when several strategies want the same room. */
  priority: z.int().min(1).max(100),
  max_strategy_at_risk_pct: pct,
  max_trades_per_cycle_per_strategy: z.int().min(1).max(50),
  max_triggers_per_cycle: z.int().min(1).max(100),
  /** Parsed by the strategy's own schema (config/ does it for every strategy in the registry). */
  params: z.record(z.string(), z.unknown()),
});

export const signalsSchema = z.strictObject({
  /** The base interval: the bars that drive cycles, exits and staleness. */
  interval: intervalName,
  /**
   * An entry may follow a bar for this long after its close and no longer: what a day's bar said is not acted on in the
   * evening.
   */
  max_signal_age_minutes: z.number().min(1).max(1_440),
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
