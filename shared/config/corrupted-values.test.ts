import { describe, expect, it } from 'vitest';
import { corruptionsFrom, expectRefusal } from './testing/corruption.ts';

const KEYS = corruptionsFrom(String.raw`
a misspelt key | policy.yaml | max_drawdown_pct: -> max_drawdwon_pct: | policy.risk.max_drawdwon_pct | 10 | is not a known key | did you mean "max_drawdown_pct"?
a foreign key | app.yaml | retention_days: -> dashboard: on\nretention_days: | app.dashboard | "on" | is not a known key | remove it; known here: bot_id, mode
a misspelt key of an overlay | stages/live.yaml | app: -> policy:\n  risk:\n    max_posision_size_pct: 4\napp: | policy.risk.max_posision_size_pct | 4 | is not a known key | did you mean "max_position_size_pct"?
a misspelt section of an overlay | stages/live.yaml | app: -> polcy:\n  risk: {}\napp: | polcy | - | is not a section | did you mean "policy"?
a missing key | policy.yaml | max_open_positions: 8 -> # gone | policy.risk.max_open_positions | - | is missing | a whole number at least 1 and at most 100
a section emptied by an overlay | stages/live.yaml | app: -> policy:\n  risk:\napp: | policy.risk | null | is empty | a mapping with the keys max_total_at_risk_pct
a misspelt parameter of a strategy | signals.yaml | min_volume_ratio: -> min_volum_ratio: | signals.strategy.donchian-breakout.params.min_volum_ratio | 1.5 | is not a known key | did you mean "min_volume_ratio"?
`);

const VALUES = corruptionsFrom(String.raw`
text for a number | policy.yaml | max_position_size_pct: 5 -> max_position_size_pct: five | policy.risk.max_position_size_pct | "five" | is a text | a number more than 0 and at most 100
a number for dollars | policy.yaml | "10.00" -> 10.00 | policy.risk.min_trade_notional_usd | 10 | is a number | dollars in quotes
dollars with a sign | policy.yaml | "10.00" -> "$10" | policy.risk.min_trade_notional_usd | "$10" | not a plain decimal number | dollars in quotes
no dollars at all | policy.yaml | "10.00" -> "0" | policy.risk.min_trade_notional_usd | "0" | must be more than 0 | dollars in quotes
negative dollars | app.yaml | "10000.00" -> "-5" | app.paper.starting_cash_usd | "-5" | must be more than 0 | dollars in quotes
a percentage above 100 | policy.yaml | max_drawdown_pct: 10 -> max_drawdown_pct: 110 | policy.risk.max_drawdown_pct | 110 | is too big | a number more than 0 and at most 100
a negative percentage | policy.yaml | max_drawdown_pct: 10 -> max_drawdown_pct: -1 | policy.risk.max_drawdown_pct | -1 | is too small | a number more than 0
not a number | policy.yaml | max_drawdown_pct: 10 -> max_drawdown_pct: .nan | policy.risk.max_drawdown_pct | NaN | is not a number | a number more than 0
an endless number | policy.yaml | max_hold_hours: 72 -> max_hold_hours: .inf | policy.exits.max_hold_hours | Infinity | is not a number | at most 8760
half a position | policy.yaml | max_open_positions: 8 -> max_open_positions: 8.5 | policy.risk.max_open_positions | 8.5 | is not a whole number | a whole number
a misspelt mode | stages/live.yaml | DRY_RUN\n -> DRYRUN\n | app.mode | "DRYRUN" | is not allowed | one of DRY_RUN, PAPER, LIVE; did you mean DRY_RUN?
an unknown regime | policy.yaml | override: none -> override: sideways | policy.regime.override | "sideways" | is not allowed | one of none, bull, chop, bear, crash
an unknown interval | signals.yaml | interval: 1m -> interval: 3m | signals.interval | "3m" | is not allowed | one of 1m, 5m, 15m
another quote currency | app.yaml | quote_currency: USD -> quote_currency: EUR | app.quote_currency | "EUR" | is not allowed | use USD
capitals in the bot id | app.yaml | bot_id: 247t -> bot_id: Bot-1 | app.bot_id | "Bot-1" | does not have the right form | 1 to 12 lower-case letters and digits
a bot id that reads as a number | app.yaml | bot_id: 247t -> bot_id: 247 | app.bot_id | 247 | is a number | 1 to 12 lower-case letters and digits
plain http to the exchange | app.yaml | https://api.coinbase.com -> http://api.coinbase.com | app.exchange.api_url | "http://api.coinbase.com" | is not an exchange address | an https address
a token host with a scheme | app.yaml | jwt_host: api -> jwt_host: https://api | app.exchange.jwt_host | "https://api.coinbase.com" | does not have the right form | a host name without scheme
too much jitter | app.yaml | jitter_pct: 10 -> jitter_pct: 25 | app.schedule.jitter_pct | 25 | is too big | at most 10
a loose clock | app.yaml | max_drift_ms: 100 -> max_drift_ms: 5000 | app.clock.max_drift_ms | 5000 | is too big | at most 100
too many attempts | app.yaml | max_attempts: 6 -> max_attempts: 20 | app.exchange.retry.max_attempts | 20 | is too big | at most 6
a short settle time | policy.yaml | unknown_settle_seconds: 120 -> unknown_settle_seconds: 30 | policy.execution.unknown_settle_seconds | 30 | is too small | at least 120
a symbol in small letters | universe.yaml | symbols: [BTC-USD -> symbols: [btc-usd | universe.tiers.T1.symbols.0 | "btc-usd" | is not a product id | a product id such as "BTC-USD"
one symbol where a list is needed | universe.yaml | symbols: [BTC-USD, ETH-USD] -> symbols: BTC-USD | universe.tiers.T1.symbols | "BTC-USD" | is a text | a list, each item a product id
bounds the wrong way round | policy.yaml | min: 1\n    max: 10 -> min: 11\n    max: 10 | policy.proposals.stop_loss_pct | a mapping of 2 | min must not exceed max | a mapping with the keys min, max
a flag in words | signals.yaml | enabled: false -> enabled: "no" | signals.strategy.donchian-breakout.enabled | "no" | is a text | true or false
a lookback beyond the candles | signals.yaml | entry_lookback_bars: 20 -> entry_lookback_bars: 400 | signals.strategy.donchian-breakout.params.entry_lookback_bars | 400 | is too big | at most 250
`);

describe('a config with a wrong key or value', () => {
  it.each([...KEYS, ...VALUES])('[REQ-C1] is refused for $what at $path', expectRefusal);

  it('[REQ-C1] gives each slip an error of its own', () => {
    const said = [...KEYS, ...VALUES].map(({ path, problem, value }) => `${path} ${problem} ${value}`);

    expect(new Set(said).size).toBe(said.length);
    expect(said.length).toBeGreaterThanOrEqual(30);
  });
});
