import { loadConfig } from '../../shared/config/load.ts';
import { openBacktest } from '../../shared/core/backtest/engine.ts';
import type { FillModel } from '../../shared/core/backtest/fill-model.ts';
import { Journal } from '../../shared/core/backtest/journal.ts';
import { type Series, seriesOf } from '../../shared/core/backtest/series.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import type { Candles } from '../../shared/core/market/candles.ts';
import { ONLINE, type Product, type ProductId } from '../../shared/core/market/product.ts';
import { price, quantity, ratio, toNumber, usd } from '../../shared/core/money/fixed.ts';
import { CROSSING, crossing } from './crossing.ts';
import type { Outcome } from './limit-loop.ts';
import { CASH, FEE, SLOW, UNITS, type Work } from './work.ts';

const MINUTE_MS = 60_000;
/** No spread, no impact, and a bar gives whatever is asked: what the loop assumes. */
const IDEAL: FillModel = { spreadFactor: 0, impactBpsAtCap: 0, maxVolumeShare: 1_000 };

/** The work through the bot's own engine, account, risk and exits, on the same columns that the loop runs over. */
export function runWork(work: Work, candles: readonly Candles[], configDir: string): Outcome {
  const first = candles[0]?.index[0] ?? 0;
  const ids = candles.map((_, k) => `S${k}-USD` as ProductId);
  const series = new Map(candles.map((raw, k) => [ids[k] as ProductId, seriesFor(ids[k] as ProductId, raw)]));
  const input = {
    config: configFor(work, ids, configDir),
    market: { baseInterval: '1m' as const, seed: 1, model: IDEAL, series },
    fees: { maker: ratio(String(FEE)), taker: ratio(String(FEE)), source: 'account' as const },
    cash: usd(String(CASH)),
    // The first close that can have crossed is that of bar 50.
    fromMs: (first + SLOW + 1) * MINUTE_MS,
    toMs: (first + work.bars) * MINUTE_MS,
    modules: { [CROSSING]: crossing },
  };
  const journal = new Journal(input);
  const backtest = openBacktest(input, journal);
  while (backtest.step());
  return { trades: journal.trips.closed.length, equity: toNumber(journal.finalEquity) };
}

function seriesFor(id: ProductId, raw: Candles): Series {
  return seriesOf({ product: productOf(id), spreadBps: 0, raw }, '1m', ['1m']);
}

function productOf(id: ProductId): Product {
  return {
    id,
    base: id.slice(0, -4),
    quote: 'USD',
    priceIncrement: price('0.000000000001'),
    baseIncrement: quantity(String(UNITS)),
    quoteIncrement: usd('0.01'),
    baseMinSize: quantity(String(UNITS)),
    baseMaxSize: quantity('1000000'),
    quoteMinSize: usd('1'),
    quoteMaxSize: usd('100000000'),
    quoteVolume24h: null,
    listedAtMs: 0,
    flags: ONLINE,
  };
}

/** Every rule runs; the limits are so wide that none of them speaks. */
function configFor({ mostOpen, symbols }: Work, ids: readonly ProductId[], dir: string): DecisionConfig {
  const loaded = loadConfig({ dir, stage: 'local' });
  if (loaded.kind === 'invalid') throw new Error('the shipped config is not valid: run `trader config check`');
  const { decision } = loaded.config;
  const { policy, universe } = decision;
  const tier = { ...universe.tiers.T1, min_24h_volume_usd: usd('0'), max_allocation_pct: 100 };
  return {
    ...decision,
    universe: {
      ...universe,
      tiers: {
        T1: { ...tier, symbols: [...ids] },
        T2: { ...tier, symbols: [] },
        T3: { ...tier, symbols: [] },
      },
      hysteresis: { cycles_to_enter: 1, cycles_to_leave: 1 },
      min_history_bars: 1,
    },
    policy: {
      ...policy,
      risk: { ...policy.risk, ...WIDE, max_open_positions: symbols },
      liquidity: { max_volume_share_pct: 100, max_touch_multiple: 1_000 },
      regime: { ...policy.regime, override: 'chop' },
      data: { ...policy.data, outlier_sigma: 1_000 },
      proposals: {
        ...policy.proposals,
        base_position_pct: { T1: 100, T2: 100, T3: 100 },
        stop_loss_pct: { min: 1, max: 99 },
        take_profit_pct: { min: 1, max: 10_000 },
      },
      exits: {
        ...policy.exits,
        max_hold_hours: 1_000_000,
        exit_slippage_tolerance_bps: 5_000,
        exchange_protection: 'none',
      },
      execution: {
        ...policy.execution,
        entry_route: 'taker',
        max_slippage_bps: { T1: 1_000, T2: 1_000, T3: 1_000 },
        slippage_budget_bps: { T1: 0, T2: 0, T3: 0 },
      },
    },
    signals: {
      ...decision.signals,
      interval: '1m',
      strategy: {
        [CROSSING]: {
          enabled: true,
          shadow: false,
          interval: '1m',
          priority: 1,
          max_strategy_at_risk_pct: 100,
          max_trades_per_cycle_per_strategy: 100,
          max_triggers_per_cycle: 100,
          params: { most_open: mostOpen },
        },
      },
    },
  };
}

const WIDE = {
  max_total_at_risk_pct: 100,
  max_position_size_pct: 100,
  max_theme_exposure_pct: 100,
  max_order_notional_usd: usd('1000000'),
  max_orders_per_cycle: 100,
  price_collar_pct: 100,
  min_edge_multiple: 0,
  cooldown_minutes: 0,
  per_symbol_cooldown_win_minutes: 0,
  per_symbol_cooldown_loss_minutes: 0,
  cooldown_after_stop_minutes: 0,
  cooldown_after_loss_trades: 20,
  loss_streak_pause_minutes: 0,
  max_trades_per_hour: 1_000,
  max_trades_per_day: 1_000,
  per_symbol_trade_spacing_seconds: 0,
  daily_stop_pnl_pct: -100,
  weekly_stop_pnl_pct: -100,
  max_drawdown_pct: 100,
  max_rolling_drawdown_pct: 100,
  max_session_drawdown_pct: 100,
} as const;
