import {
  type DecisionConfig,
  policySchema,
  signalsSchema,
  type Universe,
  universeSchema,
} from '../../shared/core/cycle/decision-config.ts';
import { AT_ONCE } from '../../shared/core/execution/routing.ts';
import { type Bar, type Candles, candlesFrom } from '../../shared/core/market/candles.ts';
import { lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import { type Product, type ProductId, productId } from '../../shared/core/market/product.ts';
import type { Quote } from '../../shared/core/market/quote.ts';
import {
  ALL_CLEAR,
  type Conditions,
  type MarketSnapshot,
  type SymbolSnapshot,
} from '../../shared/core/market/snapshot.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { price, quantity, ratio, usd } from '../../shared/core/money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../../shared/core/portfolio/account.ts';

/** A small, healthy world in which every test changes one thing. */
export const SLOT_MS = Date.UTC(2026, 0, 5, 12, 0, 0);
export const AS_OF_MS = SLOT_MS + 2_000;
export const T = lastClosedBarIndex(SLOT_MS, '1m');

export const BTC = productId('BTC-USD');
export const ETH = productId('ETH-USD');
export const SOL = productId('SOL-USD');
export const DOGE = productId('DOGE-USD');

/** Any nesting of plain objects, each part optional. */
export type Patch<Value> = Value extends readonly unknown[] | string | number | boolean | bigint | null
  ? Value
  : { readonly [Key in keyof Value]?: Patch<Value[Key]> };

type PlainConfig = typeof PLAIN;

export function configOf(patch: Patch<PlainConfig> = {}): DecisionConfig {
  const plain = merged(PLAIN, patch) as PlainConfig;
  return {
    botId: 'test',
    configHash: 'hash-of-the-config',
    policy: policySchema.parse(plain.policy),
    universe: universeSchema.parse(plain.universe) as Universe,
    signals: signalsSchema.parse(plain.signals),
  };
}

const strategySettings = {
  enabled: true,
  shadow: false,
  interval: '1m' as '1m' | '5m' | '1h' | '1d',
  priority: 10,
  max_strategy_at_risk_pct: 15,
  max_trades_per_cycle_per_strategy: 5,
  max_triggers_per_cycle: 5,
};

const PLAIN = {
  policy: {
    risk: {
      max_total_at_risk_pct: 15,
      max_position_size_pct: 5,
      max_theme_exposure_pct: 10,
      max_per_theme_pct: { MEME: 5 } as Record<string, number>,
      max_open_positions: 8,
      min_trade_notional_usd: '10',
      cooldown_minutes: 30,
      per_symbol_cooldown_win_minutes: 30,
      per_symbol_cooldown_loss_minutes: 60,
      cooldown_after_stop_minutes: 120,
      cooldown_after_loss_trades: 3,
      loss_streak_pause_minutes: 60,
      max_trades_per_hour: 1000,
      max_trades_per_day: 1000,
      min_seconds_between_trades: 0,
      per_symbol_trade_spacing_seconds: 0,
      daily_stop_pnl_pct: -100,
      weekly_stop_pnl_pct: -100,
      max_drawdown_pct: 10,
      max_rolling_drawdown_pct: 100,
      rolling_drawdown_days: 30,
      max_session_drawdown_pct: 100,
      max_order_notional_usd: '1000000',
      max_orders_per_cycle: 100,
      price_collar_pct: 50,
      allow_pyramiding: false,
      max_adds_per_asset_per_day: 1,
      min_edge_multiple: 0,
      exposure_breach_tolerance_pct: 25,
    },
    liquidity: { max_volume_share_pct: 100, max_touch_multiple: 1000 },
    regime: {
      override: 'chop' as 'none' | 'bull' | 'chop' | 'bear' | 'crash',
      reference: 'BTC-USD',
      trend_lookback_days: 20,
      trend_enter_pct: 5,
      trend_exit_pct: -2,
      volatility_lookback_days: 10,
      bull_max_volatility_pct: 110,
      crash_lookback_days: 7,
      crash_drop_pct: 25,
      crash_volatility_pct: 90,
      crash_exit_volatility_pct: 75,
      confirm_days: 3,
      multipliers: { bull: 1.2, chop: 1, bear: 0.6, crash: 0 },
    },
    data: {
      max_quote_age_seconds: 5,
      max_ohlcv_age_seconds: 90,
      max_stale_symbols_pct: 100,
      outlier_sigma: 6,
      outlier_window_bars: 30,
      outlier_min_sigma_bps: 100,
    },
    external_holdings: 'ignore' as 'ignore' | 'count' | 'manage',
    proposals: {
      min_conviction_to_propose: 0.3,
      base_position_pct: { T1: 5, T2: 3, T3: 1 },
      stop_loss_pct: { min: 1, max: 10 },
      take_profit_pct: { min: 2, max: 25 },
    },
    exits: {
      max_hold_hours: 72,
      exit_slippage_tolerance_bps: 100,
      trailing_stop_pct: 0,
      trailing_stop_atr: 0,
      trailing_atr_lookback_bars: 14,
      tighten_stops_in_crash: false,
      exchange_protection: 'none',
      protection_reprice_bps: 25,
      crash_stop_factor: 0.5,
    },
    execution: {
      maker_fee_bps: 60,
      taker_fee_bps: 120,
      max_slippage_bps: { T1: 20, T2: 40, T3: 60 },
      slippage_budget_bps: { T1: 20, T2: 40, T3: 60 },
      entry_route: 'taker',
      maker: { ttl_seconds: { T1: 45, T2: 45, T3: 45 }, max_reprices: 1, taker_fallback: true },
      intent_ttl_seconds: 30,
      unknown_settle_seconds: 120,
    },
  },
  universe: {
    tiers: {
      T1: {
        min_24h_volume_usd: '1000000',
        max_spread_bps: 20,
        max_allocation_pct: 15,
        symbols: ['BTC-USD', 'ETH-USD'],
      },
      T2: { min_24h_volume_usd: '1000000', max_spread_bps: 40, max_allocation_pct: 10, symbols: ['SOL-USD'] },
      T3: { min_24h_volume_usd: '1000000', max_spread_bps: 60, max_allocation_pct: 5, symbols: ['DOGE-USD'] },
    },
    themes: { MAJORS: ['BTC-USD', 'ETH-USD'], MEME: ['DOGE-USD'] } as Record<string, string[]>,
    never_trade: [] as string[],
    red_flags: [] as { symbol: string; until: string; reason: string }[],
    renamed: {} as Record<string, string>,
    discovery: {
      enabled: false,
      quote_currency: 'USD',
      max_symbols_per_tier: { T1: 2, T2: 2, T3: 2 },
      excluded_bases: ['USDT', 'WBTC'],
    },
    hysteresis: { cycles_to_enter: 1, cycles_to_leave: 1 },
    min_listing_age_days: 30,
    min_history_bars: 1,
  },
  signals: {
    interval: '1m' as '1m' | '1h',
    max_signal_age_minutes: 15,
    strategy: {
      'donchian-breakout': {
        ...strategySettings,
        params: {
          entry_lookback_bars: 20,
          exit_lookback_bars: 10,
          atr_lookback_bars: 14,
          min_breakout_atr: 0,
          min_volume_ratio: 0,
          stop_loss_pct: 4,
          take_profit_pct: 8,
        },
      },
      'time-series-momentum': {
        ...strategySettings,
        enabled: false,
        priority: 20,
        params: {
          lookback_bars: 30,
          min_return_pct: 1,
          volatility_lookback_bars: 30,
          trend_lookback_bars: 20,
          min_score: 0.5,
          target_score: 2,
          stop_loss_pct: 4,
          take_profit_pct: 8,
        },
      },
    } as Record<string, typeof strategySettings & { edge_bps?: number; params: Record<string, unknown> }>,
  },
};

export function snapshotOf(
  symbols: readonly SymbolSnapshot[],
  patch: { readonly conditions?: Partial<Conditions> } & Partial<Omit<MarketSnapshot, 'conditions' | 'symbols'>> = {},
): MarketSnapshot {
  const { conditions, ...rest } = patch;
  return {
    slotMs: SLOT_MS,
    asOfMs: AS_OF_MS,
    baseInterval: '1m',
    symbols: symbols.toSorted((a, b) => (a.productId < b.productId ? -1 : 1)),
    fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'account' },
    conditions: { ...ALL_CLEAR, clockDriftMs: 10, ...conditions },
    ...rest,
  };
}

/** All four symbols, calm: nothing to buy. */
export function calmMarket(): readonly SymbolSnapshot[] {
  return [BTC, ETH, SOL, DOGE].map((id) => symbolOf(id));
}

export function symbolOf(
  id: ProductId,
  patch: Partial<Omit<SymbolSnapshot, 'product' | 'quote'>> & {
    readonly product?: Partial<Product> | null;
    readonly quote?: Partial<Quote> | null;
    readonly closes?: readonly number[];
  } = {},
): SymbolSnapshot {
  const { product, quote, closes = calm(60), ...rest } = patch;
  return {
    productId: id,
    product: product === null ? null : { ...productOf(id), ...product },
    quote: quote === null ? null : { ...quoteOf(id, '100'), ...quote },
    candles: { '1m': candlesTo(T, closes) },
    lastTradedBarIndex: T,
    faults: [],
    ...rest,
  };
}

export function quoteOf(id: ProductId, mid: string): Quote {
  const half = price('0.01');
  return {
    productId: id,
    bid: (price(mid) - half) as Quote['bid'],
    bidSize: quantity('1000'),
    ask: (price(mid) + half) as Quote['ask'],
    askSize: quantity('1000'),
    timeMs: AS_OF_MS - 500,
  };
}

/** A saw tooth around 100 that breaks no channel. */
export function calm(bars: number): readonly number[] {
  return Array.from({ length: bars }, (_, i) => 100 + (i % 4 === 3 ? -0.5 : (i % 4) * 0.2));
}

/** Calm, and the newest close far above everything before. */
export function breakout(bars = 60, close = 103): readonly number[] {
  return [...calm(bars - 1), close];
}

export function breakdown(bars = 60, close = 97): readonly number[] {
  return [...calm(bars - 1), close];
}

export function candlesTo(lastIndex: number, closes: readonly number[]): Candles {
  const first = lastIndex - closes.length + 1;
  return candlesFrom(
    closes.map((close, i): Bar => {
      const open = closes[i - 1] ?? close;
      const spread = 0.1;
      return {
        index: first + i,
        open,
        high: Math.max(open, close) + spread,
        low: Math.min(open, close) - spread,
        close,
        volume: 10,
      };
    }),
  );
}

export function accountOf(patch: Partial<Account> = {}): Account {
  return {
    bot_id: 'test',
    mode: 'PAPER',
    version: 1,
    fence: 1,
    cash: usd('10000'),
    positions: {},
    external: {},
    working: {},
    outbox: [],
    cooldowns: {},
    entries: [],
    exit_results: {},
    booked_fills: {},
    fills_cursor_ms: 0,
    high_water_mark: usd('10000'),
    marks: null,
    flows: [],
    unsettled_flow: usd('0'),
    unsettled_coins: {},
    external_counted: null,
    realised_pnl: usd('0'),
    fees_paid: usd('0'),
    halted: false,
    frozen: {},
    sightings: { opened_at_ms: 0, orders_listed_ms: 0, foreign_orders: {}, foreign_fills: {}, gaps: null },
    protection: {},
    universe_memory: {},
    benched: {},
    shadow: {},
    strategy_state: {},
    ...patch,
  };
}

export function positionOf(size: string, patch: Partial<Position> = {}): Position {
  const opened_at_ms = SLOT_MS - 3_600_000;
  return {
    lots: [{ quantity: quantity(size), cost: usd('100'), opened_at_ms }],
    strategy: 'donchian-breakout',
    opened_at_ms,
    stop_price: null,
    take_profit_price: null,
    ...patch,
  };
}

export function workingOf(id: ProductId, patch: Partial<WorkingOrder> = {}): WorkingOrder {
  return {
    client_order_id: `test-${id}-1-e1`,
    product_id: id,
    side: 'BUY',
    quantity: quantity('1'),
    limit_price: price('100'),
    reserved: usd('101.2'),
    purpose: 'entry',
    ...AT_ONCE,
    reason: 'breakout',
    strategy: 'donchian-breakout',
    stop_price: null,
    take_profit_price: null,
    slot_ms: SLOT_MS - 60_000,
    not_after_ms: SLOT_MS - 30_000,
    status: 'WORKING',
    order_id: 'order-1',
    filled: quantity('0'),
    sent_at_ms: SLOT_MS - 55_000,
    ...patch,
  };
}

function merged(base: unknown, patch: unknown): unknown {
  if (!isPlain(base) || !isPlain(patch)) return patch;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(patch)])];
  return Object.fromEntries(keys.map((key) => [key, key in patch ? merged(base[key], patch[key]) : base[key]]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
