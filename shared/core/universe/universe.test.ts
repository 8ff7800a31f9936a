import { describe, expect, it } from 'vitest';
import {
  AS_OF_MS,
  BTC,
  calm,
  calmMarket,
  candlesTo,
  configOf,
  DOGE,
  ETH,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
  T,
} from '../../../test/core/world.ts';
import { type Candles, NO_CANDLES } from '../market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../market/interval.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { productOf } from '../market/testing/product.ts';
import { price, usd } from '../money/fixed.ts';
import { buildUniverse } from './universe.ts';

const config = configOf();
const windowsOf = (warmups: readonly number[]) =>
  warmups.map((warmupBars) => ({ interval: '1m', warmupBars }) as const);
const WARMUPS = windowsOf([20]);

function recordOf(symbol: SymbolSnapshot, warmups: Parameters<typeof buildUniverse>[2] = WARMUPS) {
  return buildUniverse(snapshotOf([symbol]), config, warmups).find((record) => record.symbol === symbol.productId);
}

describe('[REQ-U1] the universe', () => {
  it('has a record for every configured symbol, with tier and theme', () => {
    const records = buildUniverse(snapshotOf(calmMarket()), config, WARMUPS);

    expect(records.map(({ figures: _, ...record }) => record)).toEqual([
      { symbol: BTC, tier: 'T1', theme: 'MAJORS', eligible: true, exclusion_reason: null },
      { symbol: DOGE, tier: 'T3', theme: 'MEME', eligible: true, exclusion_reason: null },
      { symbol: ETH, tier: 'T1', theme: 'MAJORS', eligible: true, exclusion_reason: null },
      { symbol: SOL, tier: 'T2', theme: null, eligible: true, exclusion_reason: null },
    ]);
  });

  it('shows every figure with its threshold, for a symbol that is let in too', () => {
    expect(recordOf(symbolOf(BTC))?.figures).toEqual({
      blocked_by: null,
      permitted: 'buy,sell,cancel',
      quote_age_seconds: 0.5,
      max_quote_age_seconds: 5,
      bar_age_seconds: 2,
      max_bar_age_seconds: 90,
      move_bps: 50.1254,
      sigma_bps: 100,
      move_sigmas: 0.5013,
      outlier_sigma: 6,
      listing_age_days: 2196.5,
      min_listing_age_days: 30,
      bars: 60,
      min_history_bars: 1,
      volume_24h_usd: '50000000',
      min_24h_volume_usd: '1000000',
      spread_bps: 2,
      max_spread_bps: 20,
    });
  });

  it('knows that a symbol was not fetched at all', () => {
    const records = buildUniverse(snapshotOf([]), config, WARMUPS);

    expect(new Set(records.map(({ exclusion_reason }) => exclusion_reason))).toEqual(new Set(['data_missing']));
  });

  it('never lets a banned symbol in', () => {
    const banned = configOf({ universe: { never_trade: ['BTC-USD'] } });

    expect(buildUniverse(snapshotOf(calmMarket()), banned, WARMUPS)[0]?.exclusion_reason).toBe('never_trade');
  });
});

describe('[REQ-U1] thresholds', () => {
  it.each([
    ['at the floor', '1000000', null],
    ['a hair below the floor', '999999.999999999999', 'low_volume'],
    ['unknown', null, 'low_volume'],
  ])('24 h volume %s', (_, volume, reason) => {
    const record = recordOf(symbolOf(BTC, { product: { quoteVolume24h: volume === null ? null : usd(volume) } }));

    expect(record?.exclusion_reason).toBe(reason);
    if (reason !== null)
      expect(record?.figures).toMatchObject({ volume_24h_usd: volume, min_24h_volume_usd: '1000000' });
  });

  it.each([
    // The middle is 100: 20 bps are 0.2.
    ['one tick inside', '99.91', '100.09', null],
    ['at the limit', '99.9', '100.1', null],
    ['one tick outside', '99.89', '100.11', 'wide_spread'],
  ])('spread %s', (_, bid, ask, reason) => {
    const record = recordOf(symbolOf(BTC, { quote: { bid: price(bid), ask: price(ask) } }));

    expect(record?.exclusion_reason).toBe(reason);
    if (reason !== null) expect(record?.figures['max_spread_bps']).toBe(20);
  });

  it.each([
    ['enough', 21, [20], null],
    ['one bar short', 20, [20], 'insufficient_history'],
    ['enough for one of two strategies', 21, [50, 20], null],
    ['that nobody asks for', 1, [], null],
  ] as const)('history: %s', (_, bars, warmups, reason) => {
    const record = recordOf(symbolOf(BTC, { closes: Array.from({ length: bars }, () => 100) }), windowsOf(warmups));

    expect(record?.exclusion_reason).toBe(reason);
    if (reason !== null) expect(record?.figures).toMatchObject({ bars, warmup_bars: 20 });
  });

  it('does not take bars that are still to be read for a short history', () => {
    expect(recordOf(symbolOf(BTC, { candles: {} }))).toMatchObject({
      exclusion_reason: 'data_missing',
      figures: { faults: 'bars_not_read' },
    });
  });

  it('[REQ-STR1] counts the bars of the interval that a strategy looks at', () => {
    const daily = [{ interval: '1d', warmupBars: 5 }] as const;
    const days = (count: number) => candlesTo(lastClosedBarIndex(SLOT_MS, '1d'), calm(count));

    const base = candlesTo(T, calm(60));

    expect(recordOf(symbolOf(BTC, { candles: { '1m': base, '1d': days(6) } }), daily)?.eligible).toBe(true);
    expect(recordOf(symbolOf(BTC, { candles: { '1m': base, '1d': days(5) } }), daily)?.exclusion_reason).toBe(
      'insufficient_history',
    );
    // Read up to yesterday alone, or not at all; read and without a single bar, it is young.
    const [{ interval }] = daily;
    const yesterday = candlesTo(lastClosedBarIndex(SLOT_MS, interval) - 1, calm(60));
    const reasonWith = (candles: Partial<Record<Interval, Candles>>) =>
      recordOf(symbolOf(BTC, { candles: { '1m': base, ...candles } }), daily)?.exclusion_reason;
    expect([reasonWith({ '1d': yesterday }), reasonWith({}), reasonWith({ '1d': NO_CANDLES })]).toEqual([
      'data_missing',
      'data_missing',
      'insufficient_history',
    ]);
    expect(recordOf(symbolOf(BTC), daily)?.exclusion_reason).toBe('data_missing');
    expect(recordOf(symbolOf(BTC), [...daily, ...WARMUPS])?.eligible).toBe(true);
  });
});

describe('health', () => {
  it.each([
    [
      'faults',
      { faults: ['candles_unavailable', 'quotes_unavailable'] },
      'data_missing',
      { faults: 'candles_unavailable,quotes_unavailable' },
    ],
    ['a product the exchange does not list', { product: null }, 'not_listed', {}],
    [
      '[REQ-EX1] a product taken out of trading',
      { product: productOf(BTC, { cancelOnly: true }) },
      'product_disabled',
      { blocked_by: 'cancel_only', permitted: 'cancel' },
    ],
    ['an empty book', { quote: null }, 'no_quote', {}],
    ['a crossed book', { quote: { bid: price('101'), ask: price('100') } }, 'no_quote', { bid: '101', ask: '100' }],
    [
      '[REQ-ST1] an old quote',
      { quote: { timeMs: AS_OF_MS - 6000 } },
      'stale_quote',
      { quote_age_seconds: 6, max_quote_age_seconds: 5 },
    ],
    [
      '[REQ-ST1] an old bar',
      { lastTradedBarIndex: T - 2 },
      'stale_bars',
      { bar_age_seconds: 122, max_bar_age_seconds: 90 },
    ],
    [
      '[REQ-ST1] no bar at all',
      { lastTradedBarIndex: null },
      'stale_bars',
      { bar_age_seconds: null, max_bar_age_seconds: 90 },
    ],
  ] as const)('%s keeps a symbol out', (_, patch, exclusion_reason, figures) => {
    expect(recordOf(symbolOf(BTC, patch))).toMatchObject({ eligible: false, exclusion_reason, figures });
  });

  it('a product that takes limit orders only is open: that is all that is sent', () => {
    expect(recordOf(symbolOf(BTC, { product: productOf(BTC, { limitOnly: true }) }))?.eligible).toBe(true);
  });
});
