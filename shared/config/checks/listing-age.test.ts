import { describe, expect, it } from 'vitest';
import { faultsIn, shippedTexts } from '../testing/shipped.ts';

// As shipped, new-listing-breakout looks at listings of up to 192 bars of 15 minutes: two days.
const ageFaults = (
  min_listing_age_days: number,
  settings: { readonly enabled?: boolean; readonly interval?: '15m' | '1h'; readonly max_age_bars?: number } = {},
) => {
  const { enabled = true, interval = '15m', max_age_bars = 192 } = settings;
  const strategy = { 'new-listing-breakout': { enabled, interval, params: { max_age_bars } } };
  const overrides = { universe: { min_listing_age_days }, signals: { strategy } };
  return faultsIn(shippedTexts('live'), 'live', { overrides });
};

describe('[REQ-C1] [REQ-U1] how old a listing must be, and how young a strategy wants it', () => {
  it.each([
    ['a day before it is too old', 1],
    ['at once', 0],
  ])('a listing that the universe lets in %s is seen', (_, days) => {
    expect(ageFaults(days)).toEqual([]);
  });

  it.each([
    ['at the age at which the strategy turns away', 2],
    ['a day later', 3],
    ['much later, as shipped', 14],
  ])('a listing that the universe lets in %s is seen by nobody', (_, days) => {
    expect(ageFaults(days)).toMatchObject([
      {
        path: 'universe.min_listing_age_days',
        value: String(days),
        problem: `no listing is younger than ${days} days, and new-listing-breakout looks at none older than 2`,
        remedy: 'use less than 2, or leave new-listing-breakout disabled',
      },
    ]);
  });

  it('the age is counted in bars of the interval of the strategy', () => {
    expect(ageFaults(7, { interval: '1h', max_age_bars: 192 })).toEqual([]);
    expect(ageFaults(8, { interval: '1h', max_age_bars: 192 })).toHaveLength(1);
    expect(ageFaults(2, { max_age_bars: 193 })).toEqual([]);
  });

  it('a strategy that does not run wants nothing, nor one that asks for no age', () => {
    expect(ageFaults(14, { enabled: false })).toEqual([]);
    const others = { 'donchian-breakout': { enabled: true }, 'volatility-breakout': { enabled: true } };

    expect(faultsIn(shippedTexts('live'), 'live', { overrides: { signals: { strategy: others } } })).toEqual([]);
  });
});
