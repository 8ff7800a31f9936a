import { describe, expect, it } from 'vitest';
import { AS_OF_MS, BTC, symbolOf, T } from '../../../test/core/world.ts';
import { price } from '../money/fixed.ts';
import { barStartMs } from './interval.ts';
import { stalenessOf, usableQuote } from './staleness.ts';

const limits = { max_quote_age_seconds: 5, max_ohlcv_age_seconds: 90 };

describe('[REQ-ST1] the age of a quote', () => {
  it.each([
    ['at the limit', -5000, null],
    ['one ms beyond it', -5001, 'stale_quote'],
    ['as far in the future as it may be in the past', 5000, null],
    ['from further in the future', 5001, 'stale_quote'],
  ] as const)('%s', (_, offset, reason) => {
    const symbol = symbolOf(BTC, { quote: { timeMs: AS_OF_MS + offset } });

    expect(stalenessOf(symbol, AS_OF_MS, '1m', limits)?.reason ?? null).toBe(reason);
  });
});

describe('[REQ-ST1] the age of the newest bar', () => {
  const closedMs = barStartMs(T + 1, '1m');

  it.each([
    ['at the limit', 90_000, null],
    ['one ms beyond it', 90_001, 'stale_bars'],
  ] as const)('counts from its close: %s', (_, ageMs, reason) => {
    const asOfMs = closedMs + ageMs;
    const symbol = symbolOf(BTC, { quote: { timeMs: asOfMs } });

    expect(stalenessOf(symbol, asOfMs, '1m', limits)?.reason ?? null).toBe(reason);
  });

  it.each([
    [3_630_000, null],
    [3_630_001, 'stale_bars'],
  ] as const)('allows an hourly bar its own length more than a minute: %d ms', (ageMs, reason) => {
    const asOfMs = barStartMs(101, '1h') + ageMs;
    const symbol = symbolOf(BTC, { quote: { timeMs: asOfMs }, lastTradedBarIndex: 100 });

    expect(stalenessOf(symbol, asOfMs, '1h', limits)?.reason ?? null).toBe(reason);
  });

  it('is unknown, and so too old, when no bar is known', () => {
    const symbol = symbolOf(BTC, { lastTradedBarIndex: null });

    expect(stalenessOf(symbol, AS_OF_MS, '1m', limits)).toEqual({ reason: 'stale_bars', ageMs: null, limitMs: 90_000 });
  });
});

describe('a usable quote', () => {
  it('has two sides in order', () => {
    expect(usableQuote(symbolOf(BTC))).not.toBeNull();
    expect(usableQuote(symbolOf(BTC, { quote: { bid: price('100'), ask: price('100') } }))).not.toBeNull();
    expect(usableQuote(symbolOf(BTC, { quote: { bid: price('100.01'), ask: price('100') } }))).toBeNull();
    expect(usableQuote(symbolOf(BTC, { quote: { bid: price('0') } }))).toBeNull();
    expect(usableQuote(symbolOf(BTC, { quote: null }))).toBeNull();
    expect(usableQuote(undefined)).toBeNull();
  });
});
