import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';

/** Of every tier and theme some: fewer symbols, more cycles. */
export const SYMBOLS = ['BTC', 'ETH', 'SOL', 'DOGE', 'LINK', 'LTC', 'FIL', 'ALGO', 'PEPE', 'ARB'] as const;
const PRODUCTS: ReadonlySet<string> = new Set(SYMBOLS.map((base) => `${base}-USD`));
/** Taken off the list while they may be held. */
const DROPPED: ReadonlySet<string> = new Set(['SOL-USD', 'DOGE-USD', 'ALGO-USD', 'ARB-USD']);

type Overrides = NonNullable<NonNullable<Parameters<typeof loadedFrom>[2]>['overrides']>;
interface Change {
  readonly policy?: Overrides[string];
  readonly app?: Overrides[string];
  readonly drops?: true;
  readonly calls?: number;
  /** Switched off, whatever it holds. */
  readonly off?: 'donchian-breakout' | 'time-series-momentum';
}

const any = { regime: { override: 'chop' } } as const;
const TIGHT = {
  risk: { max_total_at_risk_pct: 10, max_position_size_pct: 3, max_theme_exposure_pct: 5, max_open_positions: 3 },
} as const;

/** Stops for losses that a bad hour brings. */
const WARY = {
  risk: {
    max_drawdown_pct: 2,
    max_rolling_drawdown_pct: 1.5,
    max_session_drawdown_pct: 0.5,
    daily_stop_pnl_pct: -0.5,
    weekly_stop_pnl_pct: -1.5,
  },
} as const;

/** What an operator turns the bot into; the first is how it begins, `CLOSING` how it ends. */
const CHANGES: readonly Change[] = [
  { policy: any },
  { policy: { regime: { override: 'none' } } },
  { policy: { regime: { override: 'bull' } } },
  { policy: { regime: { override: 'bear' } } },
  { policy: { regime: { override: 'crash' } } },
  { policy: { ...any, exits: { exchange_protection: 'stop_limit', max_hold_hours: 1 } } },
  { policy: { ...any, exits: { exchange_protection: 'none', trailing_stop_pct: 2 } } },
  { policy: { ...any, exits: { trailing_stop_atr: 3, max_hold_hours: 12 } } },
  { policy: { ...any, execution: { entry_route: 'taker' } } },
  { policy: { ...any, execution: { maker: { max_reprices: 3, taker_fallback: false } } } },
  { policy: { ...any, ...TIGHT } },
  { policy: { ...any, risk: { allow_pyramiding: true, max_adds_per_asset_per_day: 3 } } },
  { policy: { ...any, external_holdings: 'count' } },
  { policy: { ...any, external_holdings: 'manage' } },
  { policy: any, drops: true },
  { policy: any, off: 'donchian-breakout' },
  { policy: any, off: 'time-series-momentum' },
  { policy: { ...any, ...WARY } },
  // The fewest that so many symbols are let start with.
  { policy: any, calls: SYMBOLS.length + 16 },
  { policy: any, app: { kill: { keep_protective_stops: true } } },
];

export const CONFIG_COUNT = CHANGES.length;
/** The regime of a crash: nothing new is bought. */
export const CLOSING = 4;
export type BarInterval = '1m' | '5m';

/** Read once: they are the same in every run. */
const texts = shippedTexts('local');
const loaded = new Map<string, LoadedConfig>();

export function configOf(position: number, interval: BarInterval, mode: 'LIVE' | 'PAPER'): LoadedConfig {
  const key = `${position} ${interval} ${mode}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const { app = {}, policy = {}, drops, off, calls } = CHANGES[position] as Change;
  const schedule = { interval_seconds: interval === '1m' ? 60 : 300 };
  const base = { mode, bot_id: 'weeks', schedule };
  const names = ['donchian-breakout', 'time-series-momentum'] as const;
  const strategy = Object.fromEntries(names.map((name) => [name, { interval, enabled: name !== off }]));
  const config = loadedFrom(texts, 'local', {
    overrides: { app: { ...base, ...(app as object) }, policy, signals: { interval, strategy } },
  });
  const exchange = { ...config.app.exchange, max_calls_per_cycle: calls ?? config.app.exchange.max_calls_per_cycle };
  const made = { ...config, app: { ...config.app, exchange }, decision: narrowed(config.decision, drops === true) };
  loaded.set(key, made);
  return made;
}

function narrowed(decision: DecisionConfig, drops: boolean): DecisionConfig {
  const isKept = (id: string) => PRODUCTS.has(id) && !(drops && DROPPED.has(id));
  const { tiers } = decision.universe;
  const kept = TIERS.map((tier) => [tier, { ...tiers[tier], symbols: tiers[tier].symbols.filter(isKept) }] as const);
  return { ...decision, universe: { ...decision.universe, tiers: Object.fromEntries(kept) as typeof tiers } };
}
