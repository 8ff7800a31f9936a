import { describe, expect, it } from 'vitest';
import { REGIMES, TIERS } from '../core/cycle/tiers.ts';
import { toText } from '../core/money/fixed.ts';
import type { LoadedConfig } from './parse-config.ts';
import { STAGES } from './stages.ts';
import { loadedFrom, shippedTexts } from './testing/shipped.ts';

const shipped = Object.fromEntries(STAGES.map((stage) => [stage, loadedFrom(shippedTexts(stage), stage)])) as Record<
  (typeof STAGES)[number],
  LoadedConfig
>;

/** How soon and how often a trade may follow another: what a laptop may do faster, so that a person sees trades. */
const PACE = /^(?:cooldown_|per_symbol_|max_trades_per_|loss_streak_pause_)/;

function limitsOf(risk: LoadedConfig['decision']['policy']['risk']) {
  return Object.fromEntries(Object.entries(risk).filter(([key]) => !PACE.test(key)));
}

const DAYS = {
  bounds: { stop_loss_pct: { min: 1, max: 10 }, take_profit_pct: { min: 3, max: 25 } },
  max_hold_hours: 72,
};
/** What the paper stage runs is held for weeks (docs/decisions/033-default-ensemble.md). */
const WEEKS = {
  bounds: { stop_loss_pct: { min: 1, max: 30 }, take_profit_pct: { min: 3, max: 100 } },
  max_hold_hours: 2160,
};

describe('the shipped config', () => {
  it.each(STAGES)('[REQ-C1] loads the %s stage without a fault', (stage) => {
    expect(shipped[stage].stage).toBe(stage);
  });

  it('[REQ-M1] [I10] says LIVE in no stage and paper only where it rehearses', () => {
    expect(STAGES.map((stage) => [stage, shipped[stage].app.mode])).toEqual([
      ['local', 'PAPER'],
      ['dev', 'DRY_RUN'],
      ['paper', 'PAPER'],
      ['live', 'DRY_RUN'],
    ]);
  });

  it('[REQ-STR2] enables strategies only where the money is paper', () => {
    const enabled = STAGES.map((stage) => {
      const strategies = Object.entries(shipped[stage].decision.signals.strategy);
      return [stage, strategies.filter(([, settings]) => settings.enabled).map(([name]) => name)];
    });

    expect(enabled).toEqual([
      ['local', ['donchian-breakout', 'time-series-momentum']],
      ['dev', []],
      ['paper', ['time-series-momentum']],
      ['live', []],
    ]);
  });

  it.each(['dev', 'paper', 'live'] as const)(
    '[REQ-U3] [REQ-E1] [REQ-ST1] pins the defaults of the requirements in %s',
    (stage) => {
      const { policy } = shipped[stage].decision;

      expect(policy.risk).toMatchObject({
        max_total_at_risk_pct: 15,
        max_position_size_pct: 5,
        max_theme_exposure_pct: 10,
        max_per_theme_pct: { MEME: 5 },
        max_open_positions: 8,
        cooldown_minutes: 30,
        cooldown_after_stop_minutes: 120,
        max_drawdown_pct: 10,
      });
      expect(policy.risk).toMatchObject({
        per_symbol_cooldown_win_minutes: 30,
        per_symbol_cooldown_loss_minutes: 60,
        cooldown_after_loss_trades: 3,
        loss_streak_pause_minutes: 60,
        max_trades_per_hour: 5,
        max_trades_per_day: 60,
        min_seconds_between_trades: 0,
        per_symbol_trade_spacing_seconds: 3600,
        daily_stop_pnl_pct: -3,
        weekly_stop_pnl_pct: -7,
        max_rolling_drawdown_pct: 8,
        rolling_drawdown_days: 30,
        max_session_drawdown_pct: 4,
        max_orders_per_cycle: 6,
        price_collar_pct: 5,
        allow_pyramiding: false,
        max_adds_per_asset_per_day: 1,
        min_edge_multiple: 1.2,
        exposure_breach_tolerance_pct: 25,
      });
      expect(toText(policy.risk.min_trade_notional_usd)).toBe('10');
      expect(toText(policy.risk.max_order_notional_usd)).toBe('2500');
      expect(policy.liquidity).toEqual({ max_volume_share_pct: 0.1, max_touch_multiple: 5 });
      expect(policy.regime).toEqual({
        override: 'none',
        reference: 'BTC-USD',
        trend_lookback_days: 100,
        trend_enter_pct: 5,
        trend_exit_pct: -2,
        volatility_lookback_days: 20,
        bull_max_volatility_pct: 110,
        crash_lookback_days: 7,
        crash_drop_pct: 25,
        crash_volatility_pct: 90,
        crash_exit_volatility_pct: 75,
        confirm_days: 3,
        multipliers: { bull: 1.2, chop: 1, bear: 0.6, crash: 0 },
      });
      expect(policy.data).toEqual({
        max_quote_age_seconds: 5,
        max_ohlcv_age_seconds: 90,
        max_stale_symbols_pct: 50,
        outlier_sigma: 6,
        outlier_window_bars: 120,
        outlier_min_sigma_bps: 10,
      });
      expect(policy.external_holdings).toBe('ignore');
      expect(policy.proposals).toEqual({
        min_conviction_to_propose: 0.3,
        base_position_pct: { T1: 3, T2: 2, T3: 1 },
        ...(stage === 'paper' ? WEEKS.bounds : DAYS.bounds),
      });
      expect(policy.exits).toEqual({
        max_hold_hours: stage === 'paper' ? WEEKS.max_hold_hours : DAYS.max_hold_hours,
        exit_slippage_tolerance_bps: 100,
        trailing_stop_pct: 0,
        trailing_stop_atr: 0,
        trailing_atr_lookback_bars: 14,
        tighten_stops_in_crash: true,
        exchange_protection: 'bracket',
        protection_reprice_bps: 25,
        crash_stop_factor: 0.5,
      });
      expect(policy.execution).toEqual({
        maker_fee_bps: 60,
        taker_fee_bps: 120,
        max_slippage_bps: { T1: 20, T2: 40, T3: 60 },
        slippage_budget_bps: { T1: 10, T2: 20, T3: 30 },
        entry_route: 'maker_first',
        maker: { ttl_seconds: { T1: 130, T2: 130, T3: 130 }, max_reprices: 1, taker_fallback: true },
        intent_ttl_seconds: 30,
        unknown_settle_seconds: 120,
      });
    },
  );

  it('[REQ-CB1] [REQ-SCH1] [REQ-TIME1] [REQ-AL1] [REQ-RET1] pins how the bot runs', () => {
    const { mode: _mode, logging: _logging, paper, ...app } = shipped.live.app;

    expect(toText(paper.starting_cash_usd)).toBe('10000');
    expect(app).toEqual({
      bot_id: '247t',
      quote_currency: 'USD',
      schedule: { interval_seconds: 60, jitter_pct: 10 },
      exchange: {
        api_url: 'https://api.coinbase.com',
        jwt_host: 'api.coinbase.com',
        timeout_ms: 3000,
        rate_limit: { public_per_second: 10, private_per_second: 30 },
        retry: { base_ms: 200, cap_ms: 5000, max_attempts: 6 },
        max_calls_per_cycle: 60,
      },
      kill: { keep_protective_stops: false },
      clock: { max_drift_ms: 100 },
      lease: { ttl_seconds: 55 },
      alerts: {
        dedupe_seconds: 60,
        remind_after_seconds: 3600,
        escalate_after_seconds: 120,
        escalate_again_seconds: 600,
        max_escalations: 4,
        storm_per_minute: 10,
        runbook_url: 'docs/runbook.md',
        webhook: 'none',
        subscriptions: [],
      },
      strategy_time: { budget_ms: 500, bench_minutes: 15 },
      operator: { silent_days: 0 },
      retention_days: 90,
    });
  });

  it('[REQ-U1] pins the universe of the live stage', () => {
    const { universe } = shipped.live.decision;

    const tiers = TIERS.map((tier) => {
      const { min_24h_volume_usd, max_spread_bps, max_allocation_pct, symbols } = universe.tiers[tier];
      return [tier, toText(min_24h_volume_usd), max_spread_bps, max_allocation_pct, symbols.join(' ')];
    });

    expect(tiers).toEqual([
      ['T1', '10000000', 20, 10, 'BTC-USD ETH-USD'],
      ['T2', '5000000', 35, 10, 'SOL-USD AVAX-USD ADA-USD DOT-USD LINK-USD XRP-USD LTC-USD BCH-USD DOGE-USD'],
      ['T3', '2000000', 60, 5, 'UNI-USD AAVE-USD POL-USD BNB-USD SHIB-USD'],
    ]);
    expect(Object.keys(universe.themes)).toEqual(['MAJORS', 'LAYER1', 'LAYER2', 'DEFI', 'MEME', 'PAYMENTS']);
    expect(universe.never_trade).toEqual(['USDT-USD', 'DAI-USD']);
    expect(universe.red_flags).toEqual([]);
    expect(universe.renamed).toEqual({ 'MATIC-USD': 'POL-USD' });
    expect(universe.discovery).toMatchObject({
      enabled: false,
      quote_currency: 'USD',
      max_symbols_per_tier: { T1: 5, T2: 10, T3: 10 },
    });
    expect(universe.discovery.excluded_bases).toEqual(expect.arrayContaining(['USDC', 'WBTC', 'CBETH', 'PAXG']));
    expect(universe.hysteresis).toEqual({ cycles_to_enter: 3, cycles_to_leave: 3 });
    expect([universe.min_listing_age_days, universe.min_history_bars]).toEqual([14, 30]);
  });

  it('[REQ-STR3] pins what the strategies of the live stage may do', () => {
    const { interval, max_signal_age_minutes, strategy } = shipped.live.decision.signals;
    const budgets = {
      interval: '1m',
      max_strategy_at_risk_pct: 10,
      max_trades_per_cycle_per_strategy: 2,
      max_triggers_per_cycle: 5,
    };

    expect(interval).toBe('1m');
    expect(max_signal_age_minutes).toBe(15);
    expect(strategy['donchian-breakout']).toMatchObject({ ...budgets, priority: 10 });
    expect(strategy['time-series-momentum']).toMatchObject({ ...budgets, priority: 20 });
    expect(strategy['donchian-ensemble']).toMatchObject({ ...budgets, interval: '1h', priority: 30 });
    expect(strategy['cross-sectional-rotation']).toMatchObject({ ...budgets, interval: '1h', priority: 40 });
    expect(strategy['ema-trend-pullback']).toMatchObject({ ...budgets, interval: '15m', priority: 50 });
    expect(strategy['volatility-breakout']).toMatchObject({ ...budgets, interval: '15m', priority: 60 });
    const small = { max_strategy_at_risk_pct: 5, max_trades_per_cycle_per_strategy: 2, max_triggers_per_cycle: 5 };
    const tiny = { max_strategy_at_risk_pct: 2, max_trades_per_cycle_per_strategy: 1, max_triggers_per_cycle: 2 };
    expect(strategy['rsi-bollinger-reversion']).toMatchObject({ ...small, interval: '1h', priority: 70 });
    expect(strategy['volume-spike-momentum']).toMatchObject({ ...small, interval: '15m', priority: 80 });
    expect(strategy['new-listing-breakout']).toMatchObject({ ...tiny, interval: '15m', priority: 90 });
    expect(strategy['classic-rules']).toMatchObject({ ...budgets, interval: '5m', priority: 100 });
  });

  it('gives the local stage 25 symbols, each in a theme, and cooldowns short enough to watch', () => {
    const { policy, universe } = shipped.local.decision;
    const symbols = TIERS.flatMap((tier) => universe.tiers[tier].symbols);

    expect(symbols).toHaveLength(25);
    expect(Object.values(universe.themes).flat().sort()).toEqual([...symbols].sort());
    expect(policy.risk).toMatchObject({ cooldown_minutes: 5, cooldown_after_stop_minutes: 15 });
    expect(policy.exits.max_hold_hours).toBe(3);
  });

  it('changes nothing about risk limits and regimes from stage to stage, only the pace', () => {
    for (const stage of STAGES) {
      const { risk, regime, data } = shipped[stage].decision.policy;

      expect([limitsOf(risk), regime, data]).toEqual([
        limitsOf(shipped.live.decision.policy.risk),
        shipped.live.decision.policy.regime,
        shipped.live.decision.policy.data,
      ]);
      expect(REGIMES.every((name) => name in regime.multipliers)).toBe(true);
    }
  });
});
