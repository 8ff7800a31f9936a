import { barStartMs, INTERVAL_MS, type Interval } from './interval.ts';
import type { Quote } from './quote.ts';
import type { SymbolSnapshot } from './snapshot.ts';

export interface AgeLimits {
  readonly max_quote_age_seconds: number;
  /** For 1m bars; a longer interval is allowed its own length more than a minute. */
  readonly max_ohlcv_age_seconds: number;
}

export interface Stale {
  readonly reason: 'stale_quote' | 'stale_bars';
  /** null: nothing is known to be that old, because nothing is known. */
  readonly ageMs: number | null;
  readonly limitMs: number;
}

/** What of a symbol's data is too old to act on [REQ-ST1]; null when all is fresh. */
export function stalenessOf(
  symbol: SymbolSnapshot,
  asOfMs: number,
  interval: Interval,
  limits: AgeLimits,
): Stale | null {
  return staleQuote(symbol.quote, asOfMs, limits) ?? staleBars(symbol.lastTradedBarIndex, asOfMs, interval, limits);
}

/** The quote when it has two sides in order; null for an empty or crossed book. */
export function usableQuote(symbol: SymbolSnapshot | undefined): Quote | null {
  const quote = symbol?.quote ?? null;
  return quote !== null && quote.bid > 0n && quote.ask >= quote.bid ? quote : null;
}

function staleQuote(quote: Quote | null, asOfMs: number, limits: AgeLimits): Stale | null {
  if (quote === null) return null;
  const ageMs = asOfMs - quote.timeMs;
  const limitMs = limits.max_quote_age_seconds * 1000;
  // A timestamp from the future is as little worth as an old one.
  return Math.abs(ageMs) > limitMs ? { reason: 'stale_quote', ageMs, limitMs } : null;
}

/** The age of a bar counts from its close: from the last moment it tells about. */
function staleBars(lastIndex: number | null, asOfMs: number, interval: Interval, limits: AgeLimits): Stale | null {
  const limitMs = limits.max_ohlcv_age_seconds * 1000 + INTERVAL_MS[interval] - INTERVAL_MS['1m'];
  if (lastIndex === null) return { reason: 'stale_bars', ageMs: null, limitMs };
  const ageMs = asOfMs - barStartMs(lastIndex + 1, interval);
  return ageMs > limitMs ? { reason: 'stale_bars', ageMs, limitMs } : null;
}
