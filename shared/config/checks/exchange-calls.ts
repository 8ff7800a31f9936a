import { TIERS } from '../../core/cycle/decision-config.ts';
import { checkOf, unless } from './check.ts';

/** Calls of a cycle beside one candle page a symbol: time, products, quotes, accounts, orders, fills, fees, spare. */
const FIXED_CALLS = 8;

/** Every symbol's bars must fit into a cycle's calls, or the last symbols of the list would never be looked at. */
export const callBudget = checkOf(['app', 'universe'], ({ app: { exchange }, universe }) => {
  const symbols = TIERS.reduce((sum, tier) => sum + universe.tiers[tier].symbols.length, 0);
  return unless(
    exchange.max_calls_per_cycle >= symbols + FIXED_CALLS,
    'app.exchange.max_calls_per_cycle',
    `${symbols} symbols and ${FIXED_CALLS} calls for the account and the market do not fit`,
    `use at least ${symbols + FIXED_CALLS}, or fewer symbols`,
  );
});

export const callRate = checkOf(['app'], ({ app: { exchange, schedule } }) => {
  const { public_per_second, private_per_second } = exchange.rate_limit;
  const seconds = exchange.max_calls_per_cycle / Math.min(public_per_second, private_per_second);
  return unless(
    seconds <= schedule.interval_seconds,
    'app.exchange.max_calls_per_cycle',
    `at the lower rate limit ${exchange.max_calls_per_cycle} calls take ${seconds.toFixed(1)} s, longer than a cycle of ${schedule.interval_seconds} s`,
    'use fewer calls, a higher app.exchange.rate_limit or a longer app.schedule.interval_seconds',
  );
});

export const retryDelays = checkOf(['app'], ({ app: { exchange } }) =>
  unless(
    exchange.retry.base_ms <= exchange.retry.cap_ms,
    'app.exchange.retry.cap_ms',
    `the cap of ${exchange.retry.cap_ms} ms is below base_ms of ${exchange.retry.base_ms} ms`,
    `use at least ${exchange.retry.base_ms}`,
  ),
);
