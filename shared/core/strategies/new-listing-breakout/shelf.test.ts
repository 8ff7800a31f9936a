import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BTC } from '../../../../test/core/world.ts';
import { readCandleFile } from '../../../adapters/candles/csv.ts';
import { loadedFrom, shippedTexts } from '../../../config/testing/shipped.ts';
import { anchoredWindow } from '../../indicators/anchor.ts';
import { fillGaps } from '../../market/candles.ts';
import { barStartMs } from '../../market/interval.ts';
import { newListingBreakout } from './index.ts';

const SHELF = process.env['TRADER_DATA_DIR'] ?? '../shared/data';
const BARS = 800;
const { strategy: shipped } = loadedFrom(shippedTexts('live'), 'live').decision.signals;
const params = newListingBreakout.params.parse(shipped[newListingBreakout.name]?.params);
const strategy = newListingBreakout.bind(params);

/** Each of these files begins with the product's first trade. */
describe.skipIf(!existsSync(SHELF))('on the data shelf (skipped when TRADER_DATA_DIR is absent)', () => {
  it('[REQ-S1] buys some listings while they are young and nothing afterwards', () => {
    const ages = ['OP', 'ARB', 'PEPE', 'SHIB', 'SOL', 'UNI'].flatMap(boughtAtAges);

    expect(ages.length).toBeGreaterThan(0);
    expect(Math.max(...ages)).toBeLessThanOrEqual(params.max_age_bars);
    expect(Math.min(...ages)).toBeGreaterThan(params.range_bars);
  });
});

function boughtAtAges(base: string): readonly number[] {
  const { candles: raw } = readCandleFile(join(SHELF, '1h', `${base}-USDT_1h.csv.gz`));
  const first = raw.index[0] as number;
  const candles = fillGaps(raw, first, first + BARS - 1);
  return Array.from({ length: BARS }, (_, i) => i + 1).filter((age) => {
    const t = first + age - 1;
    const window = anchoredWindow(candles, t, strategy.warmupBars);
    if (window === undefined) return false;
    const symbols = [{ productId: BTC, baseSizePct: 3, candles: window, isHeld: false }];
    const view = { slotMs: barStartMs(t + 1, '1h'), interval: '1h', symbols, holdings: [] } as const;
    return strategy.generateProposals(view, null).proposals.length > 0;
  });
}
