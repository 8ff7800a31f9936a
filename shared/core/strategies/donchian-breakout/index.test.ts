import { describe, expect, it } from 'vitest';
import { BTC, breakdown, breakout, calm, candlesTo, configOf, SLOT_MS, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import { donchianBreakout } from './index.ts';

const params = donchianBreakout.params.parse(configOf().signals.strategy['donchian-breakout']?.params);

function propose(candles: Candles, patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = donchianBreakout.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '1m', symbols, holdings: [] }, null).proposals[0];
}

const series = (closes: readonly number[]) => candlesTo(T, closes);
/** The highest high of the calm saw tooth. */
const CHANNEL_HIGH = 100.5;
const CHANNEL_LOW = 99.4;

describe('entry', () => {
  it('[REQ-S1] needs a close above the channel of the bars before it', () => {
    expect(propose(series(breakout(60, CHANNEL_HIGH)))).toBeUndefined();
    expect(propose(series(breakout(60, CHANNEL_HIGH + 0.001)))).toMatchObject({ side: 'BUY', reason: 'breakout' });
    expect(propose(series(calm(60)))).toBeUndefined();
  });

  it('grows in conviction and size with the breakout, up to one', () => {
    const small = propose(series(breakout(60, 100.7)));
    const large = propose(series(breakout(60, 110)));

    expect(small && small.conviction > 0.5 && small.conviction < 1).toBe(true);
    expect(small?.notional_pct).toBe(4 * (small?.conviction ?? 0));
    expect(large).toMatchObject({ conviction: 1, notional_pct: 4, stop_loss_pct: 4, take_profit_pct: 8 });
  });

  it('[REQ-S1] holds the breakout to its least size in true ranges', () => {
    const candles = series(breakout(60, 101));
    const found = propose(candles)?.trigger['breakout_atr'] as number;

    expect(propose(candles, { min_breakout_atr: found })).toBeDefined();
    expect(propose(candles, { min_breakout_atr: found + 1e-9 })).toBeUndefined();
  });

  it('[REQ-S1] holds the volume of the breakout bar to the mean before it', () => {
    const candles = series(breakout());
    const busy = {
      ...candles,
      volume: candles.volume.map((volume, i) => (i === candles.length - 1 ? volume * 2 : volume)),
    };

    expect(propose(busy, { min_volume_ratio: 2 })).toBeDefined();
    expect(propose(busy, { min_volume_ratio: 2.001 })).toBeUndefined();
  });

  it('takes a market without any volume for no breakout at all', () => {
    const candles = series(breakout());
    const silent = { ...candles, volume: candles.volume.map(() => 0) };

    expect(propose(silent, { min_volume_ratio: 0.001 })).toBeUndefined();
  });
});

describe('exit', () => {
  it('needs a close below the exit channel, and a position', () => {
    expect(propose(series(breakdown(60, CHANNEL_LOW)), {}, true)).toBeUndefined();
    expect(propose(series(breakdown(60, CHANNEL_LOW - 0.001)), {}, true)).toMatchObject({
      side: 'SELL',
      reason: 'breakdown',
    });
    expect(propose(series(breakdown()), {}, false)).toBeUndefined();
  });
});
