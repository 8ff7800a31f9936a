import { expect, it } from 'vitest';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import { candlesFrom } from '../../shared/core/market/candles.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { coarsened } from './coarsen.ts';
import { funnelOf } from './funnel.ts';
import { marketIn } from './market.ts';

const shelf = process.env['TRADER_DATA_DIR'] ?? '../shared/data';
/** Years of hours, read from the file once. */
const market = marketIn(shelf, { name: '1h', base: '1h' });

it.skipIf(market === null).each(Object.keys(strategyModules))(
  '[REQ-S1] %s proposes on real candles and never throws (skipped when TRADER_DATA_DIR is absent)',
  { timeout: 120_000 },
  (strategy) => {
    const { decision } = loadedFrom(shippedTexts('local'), 'local');
    const row = funnelOf(market as NonNullable<typeof market>, decision, strategy, 60);

    expect(row.failures).toEqual([]);
    expect(row.symbol_bars).toBeGreaterThan(0);
    expect(row.proposals.buy + row.proposals.sell).toBeGreaterThan(0);
  },
);

it('adds minutes up to whole longer bars and leaves the unfinished ones out', () => {
  const minutes = candlesFrom(
    Array.from({ length: 13 }, (_, i) => ({ index: 4 + i, open: i, high: i + 2, low: i - 1, close: i + 1, volume: 1 })),
  );
  const fives = coarsened(minutes, '1m', '5m');

  expect([...fives.index]).toEqual([1, 2]);
  expect([fives.open[0], fives.high[0], fives.low[0], fives.close[0], fives.volume[0]]).toEqual([1, 7, 0, 6, 5]);
});
