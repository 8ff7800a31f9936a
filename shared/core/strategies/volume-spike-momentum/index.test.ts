import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levels, nudge, withLastVolume } from '../../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import { volumeSpikeMomentum } from './index.ts';

const params = volumeSpikeMomentum.params.parse({
  baseline_lookback_bars: 96,
  min_traded_share_pct: 90,
  min_volume_ratio: 4,
  full_volume_ratio: 10,
  move_lookback_bars: 2,
  min_move_pct: 1,
  min_move_score: 2,
  exit_lookback_bars: 8,
  stop_loss_pct: 4,
  take_profit_pct: 8,
});

function propose(candles: Candles, patch: Partial<typeof params> = {}, isHeld = false) {
  const strategy = volumeSpikeMomentum.bind({ ...params, ...patch });
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval: '15m', symbols, holdings: [] }, null).proposals[0];
}

/** Ten a bar, and the newest with a move and a volume of its own. */
const spiking = (pct: number, volume: number) => withLastVolume(candlesTo(T, nudge(pct)), volume);

describe('entry', () => {
  it('[REQ-S1] needs a volume that is unusual', () => {
    expect(propose(spiking(2, 40))).toMatchObject({ side: 'BUY', reason: 'volume_spike' });
    expect(propose(spiking(2, 39.999))).toBeUndefined();
  });

  it('[REQ-S1] needs a rise: the same volume on a fall is no reason to buy', () => {
    const move = propose(spiking(2, 60))?.trigger['move_pct'] as number;

    expect(propose(spiking(2, 60), { min_move_pct: move })).toBeDefined();
    expect(propose(spiking(2, 60), { min_move_pct: move + 1e-9 })).toBeUndefined();
    expect(propose(spiking(-2, 60))).toBeUndefined();
  });

  it('[REQ-S1] scores no rise out of a market that never moved: there is no scale', () => {
    const still = [...Array.from({ length: 150 }, () => 100), 102];
    const moved = still.map((close, i) => (i === 100 ? close + 0.01 : close));
    const from = (closes: readonly number[]) => propose(withLastVolume(candlesTo(T, closes), 60));

    expect(from(moved)).toBeDefined();
    expect(from(still)).toBeUndefined();
  });

  it('[REQ-S1] needs a rise that the noise before it does not explain', () => {
    const score = propose(spiking(2, 60))?.trigger['move_score'] as number;

    expect(propose(spiking(2, 60), { min_move_score: score })).toBeDefined();
    expect(propose(spiking(2, 60), { min_move_score: score + 1e-9 })).toBeUndefined();
  });

  it('grows in conviction and size with the volume, up to one', () => {
    expect(propose(spiking(2, 40))).toMatchObject({ conviction: 0.5, notional_pct: 2 });
    expect(propose(spiking(2, 70))).toMatchObject({ conviction: 0.75, notional_pct: 3 });
    expect(propose(spiking(2, 1_000))).toMatchObject({ conviction: 1, notional_pct: 4 });
  });

  it('takes no bar of a market that hardly trades for a spike', () => {
    const candles = spiking(2, 60);
    const sparse = { ...candles, volume: candles.volume.map((volume, i) => (i % 8 === 0 ? 0 : volume)) };

    expect(propose(sparse)).toBeUndefined();
    expect(propose(sparse, { min_traded_share_pct: 80 })).toBeDefined();
  });

  it('measures the newest bar against the bars before it, not against itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 100_000 }), (volume) => {
        expect(propose(spiking(2, volume))?.trigger['volume_ratio']).toBe(volume / 10);
      }),
    );
  });

  it('never buys both a market and its mirror image, whatever is traded', () => {
    const bar = fc.record({ step: fc.integer({ min: -300, max: 300 }), volume: fc.integer({ min: 0, max: 1_000 }) });
    fc.assert(
      fc.property(fc.array(bar, { minLength: 110, maxLength: 110 }), (bars) => {
        const both = [1, -1].map((sign) => {
          const closes = levels(bars.map(({ step }) => (sign * step) / 10_000));
          const volume = Float64Array.from(bars, (each) => each.volume);
          const found = propose({ ...candlesTo(T, closes), volume }, { min_volume_ratio: 1, min_traded_share_pct: 50 });
          return found === undefined ? 0 : 1;
        });
        expect(both[0] === 1 && both[1] === 1).toBe(false);
      }),
    );
  });
});

describe('exit', () => {
  it('comes when the price is below where it was, and only for a position', () => {
    const falling = candlesTo(
      T,
      Array.from({ length: 120 }, (_, i) => 200 - i),
    );
    const flat = candlesTo(
      T,
      Array.from({ length: 120 }, () => 100),
    );

    expect(propose(falling, {}, true)).toMatchObject({ side: 'SELL', reason: 'faded', conviction: 1 });
    expect(propose(flat, {}, true)).toBeUndefined();
    expect(propose(falling)).toBeUndefined();
  });
});

describe('parameters', () => {
  it('refuses full conviction at the threshold', () => {
    expect(volumeSpikeMomentum.params.safeParse({ ...params, full_volume_ratio: 4 }).success).toBe(false);
  });
});
