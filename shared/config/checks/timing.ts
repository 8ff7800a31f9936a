import { TIERS } from '../../core/cycle/tiers.ts';
import { INTERVAL_MS } from '../../core/market/interval.ts';
import { checkOf, unless } from './check.ts';

export const cycleInterval = checkOf(['app', 'signals'], ({ app: { schedule }, signals }) => {
  const barSeconds = INTERVAL_MS[signals.interval] / 1_000;
  return unless(
    schedule.interval_seconds <= barSeconds,
    'app.schedule.interval_seconds',
    `a cycle every ${schedule.interval_seconds} s skips bars of signals.interval ${signals.interval}`,
    `use at most ${barSeconds}, or a longer signals.interval`,
  );
});

/** A quote that may be older than the cycle would let one cycle trade on the quotes of the one before. */
export const quoteAge = checkOf(['app', 'policy'], ({ app: { schedule }, policy: { data } }) =>
  unless(
    data.max_quote_age_seconds < schedule.interval_seconds,
    'policy.data.max_quote_age_seconds',
    `quotes may be ${data.max_quote_age_seconds} s old, no less than the cycle of ${schedule.interval_seconds} s`,
    `use less than ${schedule.interval_seconds}`,
  ),
);

export const intentAge = checkOf(['app', 'policy'], ({ app: { schedule }, policy: { execution } }) =>
  unless(
    execution.intent_ttl_seconds <= schedule.interval_seconds,
    'policy.execution.intent_ttl_seconds',
    `an order may be sent ${execution.intent_ttl_seconds} s late, when the next cycle (${schedule.interval_seconds} s) has already decided anew`,
    `use at most ${schedule.interval_seconds}`,
  ),
);

/** Placed within a minute, an order takes part in the first whole bar after it. */
const LEAST_MAKER_TTL_SECONDS = 120;

/** Paper and backtests judge a resting order by whole bars: one that rests through none is never filled there. */
export const makerTime = checkOf(['policy'], ({ policy: { execution } }) =>
  TIERS.flatMap((tier) =>
    unless(
      execution.entry_route === 'taker' || execution.maker.ttl_seconds[tier] >= LEAST_MAKER_TTL_SECONDS,
      `policy.execution.maker.ttl_seconds.${tier}`,
      `an order of ${execution.maker.ttl_seconds[tier]} s may rest through no whole minute bar, so paper could never fill it`,
      `use at least ${LEAST_MAKER_TTL_SECONDS}, or entry_route taker`,
    ),
  ),
);

export const leaseTime = checkOf(['app'], ({ app: { lease, schedule, exchange } }) => [
  ...unless(
    lease.ttl_seconds <= schedule.interval_seconds,
    'app.lease.ttl_seconds',
    `a dead instance would block more than one cycle of ${schedule.interval_seconds} s`,
    `use at most ${schedule.interval_seconds}`,
  ),
  ...unless(
    exchange.timeout_ms < lease.ttl_seconds * 1_000,
    'app.exchange.timeout_ms',
    `one call may take longer than the lease of ${lease.ttl_seconds} s`,
    `use less than ${lease.ttl_seconds * 1_000}`,
  ),
]);

export const cooldownOrder = checkOf(['policy'], ({ policy: { risk } }) =>
  unless(
    risk.cooldown_after_stop_minutes >= risk.cooldown_minutes,
    'policy.risk.cooldown_after_stop_minutes',
    `after a stop the pause of ${risk.cooldown_after_stop_minutes} min is shorter than cooldown_minutes of ${risk.cooldown_minutes} min`,
    `use at least ${risk.cooldown_minutes}`,
  ),
);

export const strategyTime = checkOf(['app'], ({ app: { schedule, strategy_time } }) => [
  ...unless(
    strategy_time.budget_ms < schedule.interval_seconds * 1_000,
    'app.strategy_time.budget_ms',
    `one strategy could take a whole cycle of ${schedule.interval_seconds} s`,
    `use less than ${schedule.interval_seconds * 1_000}`,
  ),
  ...unless(
    strategy_time.bench_minutes * 60 > schedule.interval_seconds,
    'app.strategy_time.bench_minutes',
    `a slow strategy would be back in the next cycle, ${schedule.interval_seconds} s later`,
    `use more than ${schedule.interval_seconds / 60}`,
  ),
]);
