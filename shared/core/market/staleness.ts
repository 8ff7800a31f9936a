import { barStartMs, INTERVAL_MS, type Interval } from './interval.ts';
import type { Quote } from './quote.ts';
import type { MarketSnapshot, SymbolSnapshot } from './snapshot.ts';

export interface AgeLimits {
  readonly max_quote_age_seconds: number;
  /** For 1m bars; a longer interval is allowed its own length more than a minute. */
  readonly max_ohlcv_age_seconds: number;
}

/** The two moments that a symbol's data tells about. */
export interface Timed {
  readonly quote: Pick<Quote, 'timeMs'> | null;
  readonly lastTradedBarIndex: number | null;
}

export interface Stale {
  readonly reason: 'stale_quote' | 'stale_bars';
  /** null: nothing is known to be that old, because nothing is known. */
  readonly ageMs: number | null;
  readonly limitMs: number;
}

/** What of a symbol's data is too old to act on [REQ-ST1]; null when all is fresh. */
export function stalenessOf(symbol: Timed, asOfMs: number, interval: Interval, limits: AgeLimits): Stale | null {
  return staleQuote(symbol.quote, asOfMs, limits) ?? staleBars(symbol.lastTradedBarIndex, asOfMs, interval, limits);
}

/** How many of the symbols that the exchange lists are stale. */
export function staleSymbols(
  { symbols, asOfMs, baseInterval }: MarketSnapshot,
  limits: AgeLimits,
): { readonly stale: number; readonly symbols: number } {
  const listed = symbols.filter(({ product }) => product !== null);
  const stale = listed.filter((symbol) => stalenessOf(symbol, asOfMs, baseInterval, limits) !== null);
  return { stale: stale.length, symbols: listed.length };
}

/** The quote when it has two sides in order; null for an empty or crossed book. */
export function usableQuote(symbol: SymbolSnapshot | undefined): Quote | null {
  const quote = symbol?.quote ?? null;
  return quote !== null && quote.bid > 0n && quote.ask >= quote.bid ? quote : null;
}

/** An age and what it may be; null: nothing is known that could have an age. */
export interface Age {
  readonly ageMs: number | null;
  readonly limitMs: number;
}

export function quoteAge(quote: Timed['quote'], asOfMs: number, limits: AgeLimits): Age {
  return { ageMs: quote === null ? null : asOfMs - quote.timeMs, limitMs: limits.max_quote_age_seconds * 1000 };
}

/** The age of a bar counts from its close: from the last moment it tells about. */
export function barAge(lastIndex: number | null, asOfMs: number, interval: Interval, limits: AgeLimits): Age {
  const limitMs = limits.max_ohlcv_age_seconds * 1000 + INTERVAL_MS[interval] - INTERVAL_MS['1m'];
  return { ageMs: lastIndex === null ? null : asOfMs - barStartMs(lastIndex + 1, interval), limitMs };
}

/** No quote at all is not an old one: the check for a usable quote names it. */
function staleQuote(quote: Timed['quote'], asOfMs: number, limits: AgeLimits): Stale | null {
  const { ageMs, limitMs } = quoteAge(quote, asOfMs, limits);
  // A timestamp from the future is as little worth as an old one.
  return ageMs !== null && Math.abs(ageMs) > limitMs ? { reason: 'stale_quote', ageMs, limitMs } : null;
}

function staleBars(lastIndex: number | null, asOfMs: number, interval: Interval, limits: AgeLimits): Stale | null {
  const { ageMs, limitMs } = barAge(lastIndex, asOfMs, interval, limits);
  return ageMs === null || ageMs > limitMs ? { reason: 'stale_bars', ageMs, limitMs } : null;
}
