import { TIERS } from '../../core/cycle/tiers.ts';
import { toText } from '../../core/money/fixed.ts';
import { targetsOf } from '../../core/strategies/targets.ts';
import { checkOf, unless } from './check.ts';

/** A limit behind a stricter one never bites, and whoever set it believes that it does. */
export const tradePacing = checkOf(['policy'], ({ policy: { risk } }) => [
  ...unless(
    risk.max_trades_per_day >= risk.max_trades_per_hour,
    'policy.risk.max_trades_per_hour',
    `${risk.max_trades_per_hour} trades an hour are more than max_trades_per_day of ${risk.max_trades_per_day} lets through`,
    `use at most ${risk.max_trades_per_day}`,
  ),
  ...unless(
    risk.max_trades_per_day < 24 * risk.max_trades_per_hour,
    'policy.risk.max_trades_per_day',
    `${risk.max_trades_per_day} trades a day can never be reached with ${risk.max_trades_per_hour} an hour`,
    `use less than ${24 * risk.max_trades_per_hour}`,
  ),
  ...unless(
    risk.per_symbol_trade_spacing_seconds === 0 || risk.per_symbol_trade_spacing_seconds > risk.cooldown_minutes * 60,
    'policy.risk.per_symbol_trade_spacing_seconds',
    `the cooldown of ${risk.cooldown_minutes} min after any fill is no shorter: the spacing can never decide`,
    `use more than ${risk.cooldown_minutes * 60}, or 0 for none`,
  ),
]);

export const cooldownVariants = checkOf(['policy'], ({ policy: { risk } }) => [
  ...(['per_symbol_cooldown_win_minutes', 'per_symbol_cooldown_loss_minutes'] as const).flatMap((key) =>
    unless(
      risk[key] >= risk.cooldown_minutes,
      `policy.risk.${key}`,
      `${risk[key]} min can never be shorter than cooldown_minutes of ${risk.cooldown_minutes} after any fill`,
      `use at least ${risk.cooldown_minutes}`,
    ),
  ),
  ...unless(
    risk.cooldown_after_stop_minutes >= risk.per_symbol_cooldown_loss_minutes,
    'policy.risk.per_symbol_cooldown_loss_minutes',
    `the pause of ${risk.per_symbol_cooldown_loss_minutes} min after a loss is longer than after a stop, ${risk.cooldown_after_stop_minutes} min`,
    `use at most ${risk.cooldown_after_stop_minutes}`,
  ),
]);

/** The nearer the mark, the less may be lost against it. */
export const lossLimits = checkOf(['policy'], ({ policy: { risk } }) => [
  ...unless(
    risk.weekly_stop_pnl_pct <= risk.daily_stop_pnl_pct,
    'policy.risk.weekly_stop_pnl_pct',
    `a week may lose less than a day with ${risk.daily_stop_pnl_pct} %`,
    `use ${risk.daily_stop_pnl_pct} or less`,
  ),
  ...unless(
    risk.max_session_drawdown_pct <= risk.max_rolling_drawdown_pct,
    'policy.risk.max_session_drawdown_pct',
    `a session is part of the ${risk.rolling_drawdown_days} days, which may lose ${risk.max_rolling_drawdown_pct} %`,
    `use at most ${risk.max_rolling_drawdown_pct}`,
  ),
  ...unless(
    risk.max_rolling_drawdown_pct <= risk.max_drawdown_pct,
    'policy.risk.max_rolling_drawdown_pct',
    `max_drawdown_pct of ${risk.max_drawdown_pct} % from the high-water mark always comes first`,
    `use at most ${risk.max_drawdown_pct}`,
  ),
]);

export const orderSizes = checkOf(['policy'], ({ policy: { risk } }) =>
  unless(
    risk.max_order_notional_usd >= risk.min_trade_notional_usd,
    'policy.risk.max_order_notional_usd',
    `no order fits between it and min_trade_notional_usd of $${toText(risk.min_trade_notional_usd)}`,
    `use at least "${toText(risk.min_trade_notional_usd)}"`,
  ),
);

/** The collar catches mistakes; it must not catch what the policy allows. A budget at the limit price never decides. */
export const orderPrices = checkOf(['policy', 'universe'], ({ policy: { risk, exits, execution }, universe }) => {
  const worst = TIERS.map((tier) => execution.max_slippage_bps[tier] + universe.tiers[tier].max_spread_bps / 2);
  const widest = Math.max(...worst, exits.exit_slippage_tolerance_bps + universe.tiers.T3.max_spread_bps / 2);
  return [
    ...unless(
      risk.price_collar_pct * 100 > widest,
      'policy.risk.price_collar_pct',
      `spreads and slippage that are allowed already reach ${widest / 100} % from the middle`,
      `use more than ${widest / 100}`,
    ),
    ...TIERS.flatMap((tier) =>
      unless(
        execution.slippage_budget_bps[tier] < execution.max_slippage_bps[tier],
        `policy.execution.slippage_budget_bps.${tier}`,
        `no entry slips more than max_slippage_bps of ${execution.max_slippage_bps[tier]}: the budget can never decide`,
        `use less than ${execution.max_slippage_bps[tier]}`,
      ),
    ),
  ];
});

export const crashStops = checkOf(['policy'], ({ policy: { exits } }) =>
  unless(
    !exits.tighten_stops_in_crash || exits.crash_stop_factor < 1,
    'policy.exits.crash_stop_factor',
    'a factor of 1 tightens nothing',
    'use less than 1, or tighten_stops_in_crash: false',
  ),
);

/** What a strategy, or one rule of it, can make at best must pay the fees so many times, or no entry of it is ever admitted. */
export const strategyEdges = checkOf(['policy', 'signals'], ({ policy: { risk, execution }, signals }) => {
  const needed = (risk.min_edge_multiple * 2 * execution.taker_fee_bps) / 100;
  return Object.entries(signals.strategy).flatMap(([name, { edge_bps, params }]) => {
    const targets = targetsOf(params).map(({ path, pct }) => ({ path: `params.${path}`, pct }));
    return (edge_bps === undefined ? targets : [{ path: 'edge_bps', pct: edge_bps / 100 }]).flatMap(({ path, pct }) =>
      unless(
        pct > needed,
        `signals.strategy.${name}.${path}`,
        `${pct} % can never clear min_edge_multiple of ${risk.min_edge_multiple} times the fees of buying and selling, ${needed} %`,
        `use more than ${needed} %, or lower policy.risk.min_edge_multiple`,
      ),
    );
  });
});
