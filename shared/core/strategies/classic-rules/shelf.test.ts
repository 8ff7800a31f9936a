import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BTC } from '../../../../test/core/world.ts';
import { readCandleFile } from '../../../adapters/candles/csv.ts';
import { loadedFrom, shippedTexts } from '../../../config/testing/shipped.ts';
import { anchoredWindow } from '../../indicators/anchor.ts';
import { type Bar, barAt, type Candles, candlesFrom, fillGaps } from '../../market/candles.ts';
import { barStartMs, type Interval } from '../../market/interval.ts';
import { classicRules } from './index.ts';

const SHELF = process.env['TRADER_DATA_DIR'] ?? '../shared/data';
/** Coprime to the bars of an hour and of a day. */
const STEP_BARS = 7;
const shipped = loadedFrom(shippedTexts('live'), 'live').decision.signals.strategy['classic-rules'];
const strategy = classicRules.bind(classicRules.params.parse(shipped?.params));

describe.skipIf(!existsSync(SHELF))('on the data shelf (skipped when TRADER_DATA_DIR is absent)', () => {
  it('[REQ-S1] every trigger buys at least once, and its mirror image sells, on bars of five minutes', () => {
    const markets = ['DOGE', 'ETH'].map((base) => fiveMinutes(join(SHELF, '1m-2021q2', `${base}-USDT_1m.csv.gz`)));

    expect(reasonsIn(markets, '5m')).toEqual([
      'breakout',
      'breakout_down',
      'momentum',
      'momentum_down',
      'price_move',
      'price_move_down',
      'reversal',
      'reversal_down',
      'volume_spike',
      'volume_spike_down',
    ]);
  });

  it('[REQ-S1] works on bars of an hour too', () => {
    const { candles } = readCandleFile(join(SHELF, '1h', 'ETH-USDT_1h.csv.gz'));
    const market = fillGaps(candles, candles.index[40_000] as number, candles.index[45_000] as number);

    expect(reasonsIn([market], '1h')).toEqual(expect.arrayContaining(['breakout', 'momentum', 'momentum_down']));
  });
});

function reasonsIn(markets: readonly Candles[], interval: Interval): readonly string[] {
  const found = markets.flatMap((candles) => {
    const first = candles.index[0] as number;
    const slots = Array.from({ length: Math.floor(candles.length / STEP_BARS) }, (_, i) => first + i * STEP_BARS);
    return slots.flatMap((t) => [...reasonsAt(candles, t, interval, false), ...reasonsAt(candles, t, interval, true)]);
  });
  return [...new Set(found)].sort();
}

function reasonsAt(candles: Candles, t: number, interval: Interval, isHeld: boolean): readonly string[] {
  const window = anchoredWindow(candles, t, strategy.warmupBars);
  if (window === undefined) return [];
  const symbols = [{ productId: BTC, baseSizePct: 3, candles: window, isHeld }];
  const view = { slotMs: barStartMs(t + 1, interval), interval, symbols, holdings: [] };
  return strategy.generateProposals(view, null).proposals.map(({ reason }) => reason);
}

/** Five bars of a minute each, of the first thirty days. */
function fiveMinutes(path: string): Candles {
  const { candles } = readCandleFile(path);
  const first = Math.ceil((candles.index[0] as number) / 5) * 5;
  const minutes = fillGaps(candles, first, first + 30 * 1_440 - 1);
  return candlesFrom(
    Array.from({ length: Math.floor(minutes.length / 5) }, (_, i): Bar => {
      const bars = [0, 1, 2, 3, 4].map((offset) => barAt(minutes, 5 * i + offset) as Bar);
      return {
        index: first / 5 + i,
        open: (bars[0] as Bar).open,
        high: Math.max(...bars.map(({ high }) => high)),
        low: Math.min(...bars.map(({ low }) => low)),
        close: (bars[4] as Bar).close,
        volume: bars.reduce((sum, { volume }) => sum + volume, 0),
      };
    }),
  );
}
