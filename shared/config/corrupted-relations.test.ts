import { describe, expect, it } from 'vitest';
import { corruptionsFrom, expectRefusal } from './testing/corruption.ts';
import { edited, faultsIn, shippedTexts } from './testing/shipped.ts';

const CAPS = corruptionsFrom(`
a theme cap above the total | policy.yaml | max_theme_exposure_pct: 10 -> max_theme_exposure_pct: 20 | policy.risk.max_theme_exposure_pct | 20 | 20 % exceeds max_total_at_risk_pct of 15 % | use at most 15
a theme cap below the position cap | policy.yaml | MEME: 5 -> MEME: 2 | policy.risk.max_per_theme_pct.MEME | 2 | 2 % is below max_position_size_pct of 5 % | use at least 5
a cap for no theme | policy.yaml | MEME: 5 -> MEMES: 5 | policy.risk.max_per_theme_pct.MEMES | 5 | universe.themes has no such theme | did you mean "MEME"?
a position cap above the total | policy.yaml | max_position_size_pct: 5 -> max_position_size_pct: 16 | policy.risk.max_position_size_pct | 16 | 16 % exceeds max_total_at_risk_pct of 15 % | use at most 15
a base size above the position cap | policy.yaml | T1: 3 -> T1: 6 | policy.proposals.base_position_pct.T1 | 6 | 6 % exceeds max_position_size_pct of 5 % | use at most 5
a tier cap above the total | universe.yaml | max_allocation_pct: 10 -> max_allocation_pct: 40 | universe.tiers.T1.max_allocation_pct | 40 | 40 % exceeds max_total_at_risk_pct of 15 % | use at most 15
a tier cap below its base size | universe.yaml | max_allocation_pct: 5 -> max_allocation_pct: 0.5 | universe.tiers.T3.max_allocation_pct | 0.5 | no room for one base size of 1 % | use at least 1
a bear that gets more than the chop | policy.yaml | bear: 0.6 -> bear: 1.1 | policy.regime.multipliers.bear | 1.1 | more than chop with 1 | use at most 1
a bull that never ends | policy.yaml | trend_exit_pct: -2 -> trend_exit_pct: -5 | policy.regime.trend_exit_pct | -5 | between the thresholds of -5 % and 5 % | less than 5
a crash that is over at once | policy.yaml | crash_exit_volatility_pct: 75 -> crash_exit_volatility_pct: 90 | policy.regime.crash_exit_volatility_pct | 90 | over at once | use less than 90
an obviously unsafe total | policy.yaml | max_total_at_risk_pct: 15 -> max_total_at_risk_pct: 95 | policy.risk.max_total_at_risk_pct | 95 | obviously unsafe with real money | use at most 50
an obviously unsafe drawdown | policy.yaml | max_drawdown_pct: 10 -> max_drawdown_pct: 80 | policy.risk.max_drawdown_pct | 80 | obviously unsafe with real money | use at most 30
`);

const SYMBOLS = corruptionsFrom(String.raw`
a symbol in two tiers | universe.yaml | [UNI-USD, AAVE-USD, POL -> [BTC-USD, UNI-USD, AAVE-USD, POL | universe.tiers.T3.symbols.0 | "BTC-USD" | BTC-USD already stands in T1 | keep it in one tier
a symbol twice in a tier | universe.yaml | [BTC-USD, ETH-USD]\n  # L -> [BTC-USD, ETH-USD, BTC-USD]\n  # L | universe.tiers.T1.symbols.2 | "BTC-USD" | BTC-USD already stands in T1 | once
a symbol in two themes | universe.yaml | LAYER2: [POL-USD] -> LAYER2: [POL-USD, SOL-USD] | universe.themes.LAYER2.1 | "SOL-USD" | SOL-USD already stands in LAYER1 | keep it in one theme
a theme symbol that no tier trades | universe.yaml | LAYER2: [POL-USD] -> LAYER2: [POL-USD, ARB-USD] | universe.themes.LAYER2.1 | "ARB-USD" | no tier lists ARB-USD | add it to a tier
a banned symbol in a tier | universe.yaml | never_trade: [USDT-USD -> never_trade: [DOGE-USD | universe.tiers.T2.symbols.8 | "DOGE-USD" | DOGE-USD also stands in universe.never_trade | remove it from one of the two
discovery in another currency | universe.yaml | quote_currency: USD -> quote_currency: EUR | universe.discovery.quote_currency | "EUR" | the account trades in app.quote_currency USD | use "USD"
discovery without room | universe.yaml | enabled: false\n  quote_currency: USD\n  max_symbols_per_tier:\n    T1: 5\n    T2: 10\n    T3: 10 -> enabled: true\n  quote_currency: USD\n  max_symbols_per_tier:\n    T1: 0\n    T2: 0\n    T3: 0 | universe.discovery.enabled | true | no tier may hold a found symbol | use false
a ban on a misspelt symbol | universe.yaml | red_flags: [] -> red_flags: [{ symbol: DOEG-USD, until: "2026-03-01T00:00:00Z", reason: drill }] | universe.red_flags.0.symbol | "DOEG-USD" | no tier lists DOEG-USD | correct the name
a new name that was renamed again | universe.yaml | MATIC-USD: POL-USD -> MATIC-USD: POL-USD\n  POL-USD: POLY-USD | universe.renamed.MATIC-USD | "POL-USD" | POL-USD was renamed itself | the newest name
a new name in another currency | universe.yaml | MATIC-USD: POL-USD -> MATIC-USD: POL-EUR | universe.renamed.MATIC-USD | "POL-EUR" | not paid in the same currency | pairs of one
both names in the tiers | universe.yaml | AAVE-USD, POL -> AAVE-USD, MATIC-USD, POL | universe.renamed.MATIC-USD | "POL-USD" | the tiers list both MATIC-USD and POL-USD | keep POL-USD
a reference in another currency | policy.yaml | reference: BTC-USD -> reference: BTC-USDC | policy.regime.reference | "BTC-USDC" | not paid in app.quote_currency USD | use the USD pair
a pair in another currency | universe.yaml | SHIB-USD]\n\n -> SHIB-USD, PEPE-EUR]\n\n | universe.tiers.T3.symbols.5 | "PEPE-EUR" | not paid in app.quote_currency USD | use the USD pair
`);

const STRATEGIES = corruptionsFrom(String.raw`
an unknown strategy | signals.yaml | donchian-breakout: -> donchian-brekout: | signals.strategy.donchian-brekout | a mapping of 8 | there is no such strategy | did you mean "donchian-breakout"?
a strategy left out | signals.yaml | time-series-momentum: -> time-series-momentun: | signals.strategy.time-series-momentum | - | the strategy is missing | enabled: false
a budget above the total | signals.yaml | max_strategy_at_risk_pct: 10 -> max_strategy_at_risk_pct: 30 | signals.strategy.donchian-breakout.max_strategy_at_risk_pct | 30 | 30 % exceeds max_total_at_risk_pct of 15 % | use at most 15
more trades than triggers | signals.yaml | max_triggers_per_cycle: 5 -> max_triggers_per_cycle: 1 | signals.strategy.donchian-breakout.max_trades_per_cycle_per_strategy | 2 | never come from max_triggers_per_cycle of 1 | use at most 1
more trades than positions | policy.yaml | max_open_positions: 8 -> max_open_positions: 1 | signals.strategy.donchian-breakout.max_trades_per_cycle_per_strategy | 2 | exceed policy.risk.max_open_positions of 1 | use at most 1
a stop outside the bounds | signals.yaml | stop_loss_pct: 4 -> stop_loss_pct: 0.5 | signals.strategy.donchian-breakout.params.stop_loss_pct | 0.5 | 0.5 lies outside policy.proposals.stop_loss_pct | use 1 to 10
a target outside the bounds | signals.yaml | take_profit_pct: 8 -> take_profit_pct: 30 | signals.strategy.donchian-breakout.params.take_profit_pct | 30 | 30 lies outside policy.proposals.take_profit_pct | use 3 to 25
a target within the stop | signals.yaml | take_profit_pct: 8 -> take_profit_pct: 4 | signals.strategy.donchian-breakout.params.take_profit_pct | 4 | not beyond the stop of 4 % | make the target larger
a score that starts at full conviction | signals.yaml | min_score: 1 -> min_score: 4 | signals.strategy.time-series-momentum.params.min_score | 4 | min_score must not exceed target_score | at least 0 and at most 10
a bound of the stop outside the policy's | signals.yaml | max_stop_loss_pct: 6 -> max_stop_loss_pct: 11 | signals.strategy.donchian-ensemble.params.max_stop_loss_pct | 11 | 11 lies outside policy.proposals.stop_loss_pct | use 1 to 10
a target within the widest stop | signals.yaml | max_stop_loss_pct: 6\n      take_profit_pct: 12 -> max_stop_loss_pct: 6\n      take_profit_pct: 6 | signals.strategy.donchian-ensemble.params.take_profit_pct | 6 | not beyond the widest stop of 6 % | larger than max_stop_loss_pct
a band that ends before what is held | signals.yaml | exit_rank: 8 -> exit_rank: 2 | signals.strategy.cross-sectional-rotation.params.exit_rank | 2 | exit_rank must not be less than hold_count | at least 1 and at most 100
more places than positions | policy.yaml | max_open_positions: 8 -> max_open_positions: 2 | signals.strategy.cross-sectional-rotation.params.hold_count | 3 | exceed policy.risk.max_open_positions of 2 | use at most 2
a rule's stop outside the bounds | signals.yaml | reversal: { stop_loss_pct: 10 -> reversal: { stop_loss_pct: 12 | signals.strategy.classic-rules.params.rules.reversal.stop_loss_pct | 12 | 12 lies outside policy.proposals.stop_loss_pct | use 1 to 10
a rule's target within its stop | signals.yaml | breakout: { stop_loss_pct: 6, take_profit_pct: 20 -> breakout: { stop_loss_pct: 6, take_profit_pct: 5 | signals.strategy.classic-rules.params.rules.breakout.take_profit_pct | 5 | not beyond the stop of 6 % | make the target larger
a trigger that its own score refuses | signals.yaml | volume_ratio_1h: 2.2 -> volume_ratio_1h: 1.8 | signals.strategy.classic-rules.params.min_trigger_score | 0.2 | volume_spike at its own threshold scores 0.120 | at least 0 and at most 1
`);

const MACHINERY = corruptionsFrom(String.raw`
bars shorter than the cycle's | signals.yaml | \ninterval: 1m -> \ninterval: 5m | signals.strategy.donchian-breakout.interval | "1m" | shorter than signals.interval of 5m | use 5m or longer
cycles that skip bars | app.yaml | interval_seconds: 60 -> interval_seconds: 120 | app.schedule.interval_seconds | 120 | skips bars of signals.interval 1m | use at most 60
quotes as old as the cycle | policy.yaml | max_quote_age_seconds: 5 -> max_quote_age_seconds: 60 | policy.data.max_quote_age_seconds | 60 | quotes may be 60 s old | use less than 60
orders that outlive the cycle | policy.yaml | intent_ttl_seconds: 30 -> intent_ttl_seconds: 61 | policy.execution.intent_ttl_seconds | 61 | has already decided anew | use at most 60
makers that rest through no bar | policy.yaml | T1: 130 -> T1: 119 | policy.execution.maker.ttl_seconds.T1 | 119 | rest through no whole minute bar | use at least 120
a bench that nobody sits on | app.yaml | bench_minutes: 15 -> bench_minutes: 1 | app.strategy_time.bench_minutes | 1 | back in the next cycle, 60 s later | use more than 1
a lease that blocks the next cycle | app.yaml | ttl_seconds: 55 -> ttl_seconds: 61 | app.lease.ttl_seconds | 61 | block more than one cycle of 60 s | use at most 60
a shorter pause after a stop | policy.yaml | cooldown_after_stop_minutes: 120 -> cooldown_after_stop_minutes: 29 | policy.risk.cooldown_after_stop_minutes | 29 | shorter than cooldown_minutes of 30 min | use at least 30
too few calls for the symbols | app.yaml | max_calls_per_cycle: 60 -> max_calls_per_cycle: 31 | app.exchange.max_calls_per_cycle | 31 | 16 symbols and 16 calls | use at least 32
too few calls for the longer bars | app.yaml | max_calls_per_cycle: 60 -> max_calls_per_cycle: 33 | app.exchange.max_calls_per_cycle | 33 | 1 reads of longer bars are not done within 900 s | use at least 34
more calls than the rate lets through | app.yaml | max_calls_per_cycle: 60 -> max_calls_per_cycle: 601 | app.exchange.max_calls_per_cycle | 601 | 601 calls take 60.1 s | use fewer calls
a retry cap below its base | app.yaml | cap_ms: 5000 -> cap_ms: 199 | app.exchange.retry.cap_ms | 199 | below base_ms of 200 ms | use at least 200
fees the wrong way round | policy.yaml | maker_fee_bps: 60 -> maker_fee_bps: 121 | policy.execution.taker_fee_bps | 120 | below maker_fee_bps of 121 | the two may be swapped
a target that does not pay its fees | policy.yaml | min: 3\n    max: 25 -> min: 2.4\n    max: 25 | policy.proposals.take_profit_pct.min | 2.4 | does not pay the fees of buying and selling, 2.4 % | use more than 2.4
`);

const LIMITS = corruptionsFrom(String.raw`
more trades an hour than a day | policy.yaml | max_trades_per_hour: 5 -> max_trades_per_hour: 61 | policy.risk.max_trades_per_hour | 61 | more than max_trades_per_day of 60 | use at most 60
a daily limit out of reach | policy.yaml | max_trades_per_day: 60 -> max_trades_per_day: 120 | policy.risk.max_trades_per_day | 120 | can never be reached with 5 an hour | use less than 120
a spacing behind the cooldown | policy.yaml | per_symbol_trade_spacing_seconds: 3600 -> per_symbol_trade_spacing_seconds: 1800 | policy.risk.per_symbol_trade_spacing_seconds | 1800 | the spacing can never decide | use more than 1800
a pause after a win behind the cooldown | policy.yaml | per_symbol_cooldown_win_minutes: 30 -> per_symbol_cooldown_win_minutes: 10 | policy.risk.per_symbol_cooldown_win_minutes | 10 | shorter than cooldown_minutes of 30 | use at least 30
a pause after a loss beyond that after a stop | policy.yaml | per_symbol_cooldown_loss_minutes: 60 -> per_symbol_cooldown_loss_minutes: 121 | policy.risk.per_symbol_cooldown_loss_minutes | 121 | longer than after a stop | use at most 120
a week that may lose less than a day | policy.yaml | weekly_stop_pnl_pct: -7 -> weekly_stop_pnl_pct: -2 | policy.risk.weekly_stop_pnl_pct | -2 | a week may lose less than a day | use -3 or less
a session that may lose more than the month | policy.yaml | max_session_drawdown_pct: 4 -> max_session_drawdown_pct: 9 | policy.risk.max_session_drawdown_pct | 9 | may lose 8 % | use at most 8
a rolling drawdown behind the high-water mark | policy.yaml | max_rolling_drawdown_pct: 8 -> max_rolling_drawdown_pct: 11 | policy.risk.max_rolling_drawdown_pct | 11 | always comes first | use at most 10
a largest order below the smallest | policy.yaml | max_order_notional_usd: "2500.00" -> max_order_notional_usd: "9.00" | policy.risk.max_order_notional_usd | "9.00" | no order fits between | use at least "10"
a collar within what is allowed | policy.yaml | price_collar_pct: 5 -> price_collar_pct: 1 | policy.risk.price_collar_pct | 1 | already reach 1.3 % | use more than 1.3
a budget that nothing exceeds | policy.yaml | T1: 10\n -> T1: 20\n | policy.execution.slippage_budget_bps.T1 | 20 | the budget can never decide | use less than 20
a crash that tightens nothing | policy.yaml | crash_stop_factor: 0.5 -> crash_stop_factor: 1 | policy.exits.crash_stop_factor | 1 | a factor of 1 tightens nothing | use less than 1
an edge that never pays | signals.yaml | shadow: false\n -> shadow: false\n    edge_bps: 100\n | signals.strategy.donchian-breakout.edge_bps | 100 | can never clear min_edge_multiple | use more than 2.88
a rule whose target never pays | signals.yaml | breakout: { stop_loss_pct: 6, take_profit_pct: 20 -> breakout: { stop_loss_pct: 6, take_profit_pct: 2 | signals.strategy.classic-rules.params.rules.breakout.take_profit_pct | 2 | can never clear min_edge_multiple | use more than 2.88
`);

describe('a config whose values contradict each other', () => {
  it.each(CAPS)('[REQ-C1] is refused for $what at $path', expectRefusal);
  it.each(SYMBOLS)('[REQ-C1] [REQ-U1] is refused for $what at $path', expectRefusal);
  it.each(STRATEGIES)('[REQ-C1] [REQ-STR3] is refused for $what at $path', expectRefusal);
  it('[REQ-C1] is refused for a call that may take as long as the lease', () => {
    const shortLease = edited(shippedTexts('live'), 'app.yaml', 'ttl_seconds: 55', 'ttl_seconds: 9');
    const slowCalls = edited(shortLease, 'app.yaml', 'timeout_ms: 3000', 'timeout_ms: 9000');

    expect(faultsIn(slowCalls, 'live')).toMatchObject([
      { path: 'app.exchange.timeout_ms', value: '9000', remedy: 'use less than 9000' },
    ]);
  });
  it('[REQ-C1] [REQ-STR1] is refused for a strategy that may take a whole cycle', () => {
    const wide = edited(shippedTexts('live'), 'app.yaml', 'budget_ms: 500', 'budget_ms: 10000');
    const app = { schedule: { interval_seconds: 10 } };

    expect(faultsIn(wide, 'live', { overrides: { app } })).toContainEqual(
      expect.objectContaining({ path: 'app.strategy_time.budget_ms', remedy: 'use less than 10000' }),
    );
  });
  it('[REQ-C1] is refused for fewer calls than two longer intervals need before the shorter of them closes again', () => {
    const strategy = { 'donchian-ensemble': { enabled: true }, 'donchian-breakout': { enabled: true, interval: '5m' } };
    const withCalls = (max_calls_per_cycle: number) => {
      const overrides = { app: { exchange: { max_calls_per_cycle } }, signals: { strategy } };
      return faultsIn(shippedTexts('live'), 'live', { overrides });
    };

    expect(withCalls(46)).toEqual([]);
    expect(withCalls(45)).toMatchObject([
      {
        path: 'app.exchange.max_calls_per_cycle',
        value: '45',
        problem: '33 reads of longer bars are not done within 300 s',
        remedy: 'use at least 46, fewer symbols, or fewer different intervals',
      },
    ]);
  });
  it('[REQ-C1] is refused when no symbol is left to trade', () => {
    const empty = { tiers: { T1: { symbols: [] }, T2: { symbols: [] }, T3: { symbols: [] } } };

    expect(faultsIn(shippedTexts('live'), 'live', { overrides: { universe: empty } })).toContainEqual(
      expect.objectContaining({ path: 'universe.tiers', problem: 'no tier lists a symbol' }),
    );
  });

  it('[REQ-C1] [REQ-S1] is refused for a least score below the least conviction, of a strategy that runs', () => {
    const low = (enabled: boolean, min_score: number) =>
      faultsIn(shippedTexts('live'), 'live', {
        overrides: { signals: { strategy: { 'time-series-momentum': { enabled, params: { min_score } } } } },
      });

    expect(low(true, 0.9)).toEqual([]);
    expect(low(true, 0.89)).toMatchObject([
      { path: 'signals.strategy.time-series-momentum.params.min_score', remedy: 'use at least 0.9' },
    ]);
    expect(low(false, 0.89)).toEqual([]);
  });

  it('may risk more where the money is paper', () => {
    const risky = { policy: { risk: { max_total_at_risk_pct: 95 } } };

    expect(faultsIn(shippedTexts('paper'), 'paper', { overrides: risky })).toEqual([]);
    expect(faultsIn(shippedTexts('dev'), 'dev', { overrides: { ...risky, app: { mode: 'LIVE' } } })).toMatchObject([
      { path: 'policy.risk.max_total_at_risk_pct', value: '95', problem: 'is obviously unsafe with real money' },
    ]);
  });

  it.each(LIMITS)('[REQ-C1] is refused for $what at $path', expectRefusal);

  it.each(MACHINERY)('[REQ-C1] is refused for $what at $path', expectRefusal);
});
