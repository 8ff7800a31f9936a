import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BTC } from '../../../../test/core/world.ts';
import { readCandleFile } from '../../../adapters/candles/csv.ts';
import { anchoredWindow } from '../../indicators/anchor.ts';
import { fillGaps } from '../../market/candles.ts';
import { barStartMs } from '../../market/interval.ts';
import { newListingBreakout } from './index.ts';

const SHELF = process.env['TRADER_DATA_DIR'] ?? '../shared/data';
const BARS = 800;
const strategy = newListingBreakout.bind({
  range_bars: 24,
  max_age_bars: 192,
  min_traded_share_pct: 90,
  max_extension: 1,
  max_range_pct: 100,
  exit_lookback_bars: 24,
  size_factor: 0.4,
  stop_loss_pct: 10,
  take_profit_pct: 25,
});

/** Each of these files begins with the product's first trade. */
describe.skipIf(!existsSync(SHELF))('on the data shelf (skipped when TRADER_DATA_DIR is absent)', () => {
  it('[REQ-S1] buys some listings while they are young and nothing afterwards', () => {
    const ages = ['OP', 'ARB', 'PEPE', 'SHIB', 'SOL', 'UNI'].flatMap(boughtAtAges);

    expect(ages.length).toBeGreaterThan(0);
    expect(Math.max(...ages)).toBeLessThanOrEqual(192);
    expect(Math.min(...ages)).toBeGreaterThan(24);
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
    const view = { slotMs: barStartMs(t + 1, '1h'), interval: '1h', symbols } as const;
    return strategy.generateProposals(view, null).proposals.length > 0;
  });
}
