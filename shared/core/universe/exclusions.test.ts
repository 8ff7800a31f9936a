import { describe, expect, it } from 'vitest';
import { AS_OF_MS, BTC, calm, configOf, snapshotOf, symbolOf, T } from '../../../test/core/world.ts';
import { candlesFrom, NO_CANDLES } from '../market/candles.ts';
import { productId } from '../market/product.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { price, usd } from '../money/fixed.ts';
import { buildUniverse } from './universe.ts';

const DAY_MS = 86_400_000;
const MATIC = productId('MATIC-USD');
const POL = productId('POL-USD');

type Patch = Parameters<typeof configOf>[0];

function recordOf(symbol: SymbolSnapshot, patch: Patch = {}) {
  const records = buildUniverse(snapshotOf([symbol]), configOf(patch), []);
  return records.find((record) => record.symbol === symbol.productId);
}

describe('[REQ-U1] red flags', () => {
  const banned = (until: string) => ({ universe: { red_flags: [{ symbol: BTC, until, reason: 'exploit' }] } });
  const at = (ms: number) => new Date(ms).toISOString();

  it.each([
    ['a second before it ends', AS_OF_MS + 1000, 'red_flag'],
    ['at its end', AS_OF_MS, null],
    ['after its end', AS_OF_MS - 1, null],
  ])('ban a symbol by the time of the snapshot: %s', (_, untilMs, reason) => {
    const record = recordOf(symbolOf(BTC), banned(at(untilMs)));

    expect(record?.exclusion_reason).toBe(reason);
    if (reason !== null) expect(record?.figures).toMatchObject({ banned_until: at(untilMs), ban: 'exploit' });
  });

  it('hold for the new name of a renamed product', () => {
    const patch = {
      universe: {
        tiers: { T3: { symbols: ['MATIC-USD'] } },
        renamed: { 'MATIC-USD': 'POL-USD' },
        red_flags: [{ symbol: 'MATIC-USD', until: at(AS_OF_MS + 1000), reason: 'bridge' }],
        themes: {},
      },
    };
    expect(recordOf(symbolOf(POL), patch)?.exclusion_reason).toBe('red_flag');
  });
});

describe('[REQ-U1] renamed and delisted products (lesson 34)', () => {
  const renamed: Patch = {
    universe: {
      tiers: { T3: { symbols: ['MATIC-USD'] } },
      themes: { LAYER2: ['MATIC-USD'] },
      renamed: { 'MATIC-USD': 'POL-USD' },
    },
  };
  const recordsOf = (...symbols: readonly SymbolSnapshot[]) =>
    buildUniverse(snapshotOf(symbols), configOf(renamed), [])
      .filter(({ tier }) => tier === 'T3')
      .map(({ symbol, theme, exclusion_reason, figures }) => [symbol, theme, exclusion_reason, figures['renamed_to']]);

  it('go on under the new name, in the tier and the theme of the old one, and the old one says why it is out', () => {
    expect(recordsOf(symbolOf(MATIC, { product: null }), symbolOf(POL))).toEqual([
      [MATIC, 'LAYER2', 'renamed', POL],
      [POL, 'LAYER2', null, undefined],
    ]);
  });

  it('keep the old name for as long as the exchange lists it', () => {
    expect(recordsOf(symbolOf(MATIC))).toEqual([[MATIC, 'LAYER2', null, undefined]]);
  });

  it('are not declared renamed while the list of products could not be read', () => {
    const [old] = recordsOf(symbolOf(MATIC, { product: null, faults: ['products_unavailable'] }));

    expect(old?.[2]).toBe('data_missing');
  });

  it('without a known new name are left out as not listed', () => {
    expect(recordOf(symbolOf(BTC, { product: null }))?.exclusion_reason).toBe('not_listed');
  });
});

describe('[REQ-U1] young products', () => {
  it.each([
    ['a moment too young', AS_OF_MS - 30 * DAY_MS + 1, 'new_listing'],
    ['just old enough', AS_OF_MS - 30 * DAY_MS, null],
    ['listed in the future', AS_OF_MS + 1, 'new_listing'],
  ])('wait for their age: %s', (_, listedAtMs, reason) => {
    expect(recordOf(symbolOf(BTC, { product: { listedAtMs } }))?.exclusion_reason).toBe(reason);
    const oneDay = { universe: { min_listing_age_days: 1 } };
    const later = symbolOf(BTC, { product: { listedAtMs: listedAtMs + 29 * DAY_MS } });
    expect(recordOf(later, oneDay)?.exclusion_reason).toBe(reason);
  });

  it('are judged by their oldest bar where the exchange does not say, and stay out without one', () => {
    const unknown = { product: { listedAtMs: null } };
    const today = Math.floor(AS_OF_MS / DAY_MS);
    const since = (days: number) =>
      candlesFrom([{ index: today - days, open: 100, high: 100, low: 100, close: 100, volume: 1 }]);
    const { candles } = symbolOf(BTC);

    expect(recordOf(symbolOf(BTC, unknown))?.exclusion_reason).toBe('new_listing');
    expect(recordOf(symbolOf(BTC, { ...unknown, candles: { ...candles, '1d': since(29) } }))?.exclusion_reason).toBe(
      'new_listing',
    );
    expect(recordOf(symbolOf(BTC, { ...unknown, candles: { ...candles, '1d': since(30) } }))?.exclusion_reason).toBe(
      null,
    );
    for (const none of [{}, { '1m': NO_CANDLES }]) {
      expect(recordOf(symbolOf(BTC, { ...unknown, candles: none }))).toMatchObject({
        exclusion_reason: 'new_listing',
        figures: { listing_age_days: null },
      });
    }
  });

  it('are let in at any age, known or not, where none is asked for', () => {
    const patch = { universe: { min_listing_age_days: 0 } };
    const unknown = symbolOf(BTC, { product: { listedAtMs: null }, candles: {} });

    expect(recordOf(unknown, patch)?.exclusion_reason).not.toBe('new_listing');
    expect(recordOf(symbolOf(BTC, { product: null, candles: {} }))?.exclusion_reason).toBe('not_listed');
  });

  it.each([
    ['one bar short', 39, 'insufficient_history'],
    ['just enough', 40, null],
  ])('(lesson 39) need bars: %s', (_, bars, reason) => {
    const record = recordOf(symbolOf(BTC, { closes: calm(bars) }), { universe: { min_history_bars: 40 } });

    expect(record).toMatchObject({ exclusion_reason: reason, figures: { bars, min_history_bars: 40 } });
  });

  it('(lesson 39) have no history at all where nothing was ever traded', () => {
    const { candles } = symbolOf(BTC);
    const bars = candles['1m'] ?? NO_CANDLES;
    const silent = { ...bars, volume: bars.volume.map(() => 0) };

    expect(recordOf(symbolOf(BTC, { candles: { '1m': silent } }), { universe: { min_history_bars: 1 } })).toMatchObject(
      {
        exclusion_reason: 'insufficient_history',
        figures: { bars: 0 },
      },
    );
  });

  it('(lesson 39) are not made older by bars in which nothing was traded', () => {
    const { candles } = symbolOf(BTC);
    const bars = candles['1m'] ?? NO_CANDLES;
    const volume = bars.volume.map((each, i) => (i < 30 ? 0 : each));
    const quiet = symbolOf(BTC, { candles: { '1m': { ...bars, volume } } });

    expect(recordOf(quiet, { universe: { min_history_bars: 31 } })).toMatchObject({
      exclusion_reason: 'insufficient_history',
      figures: { bars: 30 },
    });
  });
});

describe('[REQ-O1] outliers', () => {
  // The last close is 99.5, the floor of the usual move 100 bps, six of them allowed.
  const jumped = (mid: number) => {
    const half = 0.01;
    return symbolOf(BTC, { quote: { bid: price((mid - half).toFixed(2)), ask: price((mid + half).toFixed(2)) } });
  };
  const limitMid = 99.5 * Math.exp(0.06);

  it.each([
    ['just inside', Math.floor(limitMid * 100) / 100, null],
    ['just outside', Math.ceil(limitMid * 100) / 100, 'outlier'],
    ['just inside, falling', Math.ceil(99.5 * Math.exp(-0.06) * 100) / 100, null],
    ['just outside, falling', Math.floor(99.5 * Math.exp(-0.06) * 100) / 100, 'outlier'],
  ])('a mid %s', (_, mid, reason) => {
    const record = recordOf(jumped(mid));

    expect(record?.exclusion_reason).toBe(reason);
    expect(record?.figures).toMatchObject({ sigma_bps: 100, outlier_sigma: 6 });
    expect(Number(record?.figures['move_sigmas']) > 6).toBe(reason !== null);
  });
});

describe('[REQ-U1] no check is passed over (lessons 14 and 15)', () => {
  it('the volume is the quote volume: a coin of $60,000 with 20 traded is liquid, one of $0.01 with a million is not', () => {
    // As the decoder hands them over: base volume times price. See the contract test of the product decoder.
    const dear = symbolOf(BTC, { product: { quoteVolume24h: usd('1200000') } });
    const cheap = symbolOf(BTC, { product: { quoteVolume24h: usd('10000') } });

    expect(recordOf(dear)?.exclusion_reason).toBeNull();
    expect(recordOf(cheap)?.exclusion_reason).toBe('low_volume');
  });

  it('the best known coins and long-standing members are judged like every other', () => {
    const members = { [BTC]: { member: true, cycles: 0 } };
    const thin = symbolOf(BTC, { product: { quoteVolume24h: usd('999999') } });
    const config = configOf({ universe: { hysteresis: { cycles_to_enter: 1, cycles_to_leave: 1000 } } });

    const [record] = buildUniverse(snapshotOf([thin]), config, [], members);

    expect(record).toMatchObject({ symbol: BTC, eligible: false, exclusion_reason: 'low_volume' });
  });

  it('names the first reason, and shows the figures of every check after it too', () => {
    const sick = symbolOf(BTC, { product: { quoteVolume24h: null }, lastTradedBarIndex: T - 9 });

    expect(recordOf(sick)).toMatchObject({
      exclusion_reason: 'stale_bars',
      figures: { volume_24h_usd: null, bar_age_seconds: 542, bars: 60 },
    });
  });
});
