import { callsBesideBars, otherReads } from '../../core/cycle/requirements.ts';
import { INTERVAL_MS } from '../../core/market/interval.ts';
import { mostSymbols } from '../../core/universe/members.ts';
import { checkOf, unless } from './check.ts';

/** Every symbol's bars must fit into a cycle's calls, or the last symbols of the list would never be looked at. */
export const callBudget = checkOf(['app', 'policy', 'universe'], ({ app: { exchange }, policy, universe }) => {
  const symbols = mostSymbols(universe);
  const beside = callsBesideBars(policy.risk);
  return unless(
    exchange.max_calls_per_cycle >= symbols + beside,
    'app.exchange.max_calls_per_cycle',
    `${symbols} symbols and ${beside} calls for the account, its orders and the market do not fit`,
    `use at least ${symbols + beside}, fewer symbols, or fewer policy.risk.max_open_positions`,
  );
});

/**
 * When every interval's bar closes at once (or nothing is known yet), all symbols' longer bars must be read before the next
 * of them closes and before the entries they call for are too old: until then a strategy is not shown the symbol.
 */
export const barBacklog = checkOf(['app', 'policy', 'universe', 'signals'], ({ app, policy, universe, signals }) => {
  const { exchange, schedule } = app;
  const symbols = mostSymbols(universe);
  const enabled = Object.values(signals.strategy).filter((settings) => settings.enabled);
  const longer = new Set(enabled.map(({ interval }) => interval).filter((interval) => interval !== signals.interval));
  // One more for the days of the regime's reference.
  const reads = symbols * longer.size + 1;
  const allowedSeconds = Math.min(
    signals.max_signal_age_minutes * 60,
    ...[...longer].map((interval) => INTERVAL_MS[interval] / 1_000),
  );
  const cycles = Math.floor(allowedSeconds / schedule.interval_seconds);
  const needed = Math.ceil(reads / Math.max(1, cycles));
  const beside = callsBesideBars(policy.risk);
  const least = symbols + beside + 2 * needed;
  return unless(
    otherReads(exchange.max_calls_per_cycle, symbols, beside) >= needed,
    'app.exchange.max_calls_per_cycle',
    `${reads} reads of longer bars are not done within ${allowedSeconds} s`,
    `use at least ${least}, fewer symbols, or fewer different intervals`,
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
