import { describe, expect, it } from 'vitest';
import { levels } from '../../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, SLOT_MS, T } from '../../../../test/core/world.ts';
import type { Candles } from '../../market/candles.ts';
import type { Interval } from '../../market/interval.ts';
import { classicRules } from './index.ts';
import { PREDECESSOR, type TestParams } from './testing/params.ts';
import { quietThen } from './testing/quiet-then.ts';

function propose(candles: Candles, patch: TestParams = {}, isHeld = false, interval: Interval = '5m') {
  const strategy = classicRules.bind(classicRules.params.parse({ ...PREDECESSOR, ...patch }));
  const symbols = [{ productId: BTC, baseSizePct: 4, candles, isHeld }];
  return strategy.generateProposals({ slotMs: SLOT_MS, interval, symbols, holdings: [] }, null).proposals[0];
}

const NO_FILTER = { atr_filter_min_mult: 0 };

describe('one trigger per symbol', () => {
  it('[REQ-S1] keeps the one with the largest strength times confidence', () => {
    // A rise of 3 % in a quarter of an hour breaks the range as well: 0.8 x 0.85 beats 0.7 x 0.8.
    expect(propose(quietThen(0.01, 0.01, 0.01), NO_FILTER)).toMatchObject({ side: 'BUY', reason: 'price_move' });
    // Half a percent only breaks the range.
    expect(propose(quietThen(0.005), NO_FILTER)).toMatchObject({ side: 'BUY', reason: 'breakout' });
  });

  it('[REQ-S1] asks for its least score', () => {
    /** A rise of 5 % that went on for some of the last twelve hours. */
    const risen = (hours: number) =>
      candlesTo(
        T,
        levels(Array.from({ length: 300 }, (_, i) => (i < 156 ? 0.000_25 : i < 156 + hours * 12 ? 0.0001 : 0))),
      );
    const scored = (hours: number) => propose(risen(hours), NO_FILTER)?.trigger['score'] as number;

    expect(propose(risen(0), NO_FILTER)).toBeUndefined();
    expect(propose(risen(4), NO_FILTER)).toBeUndefined();
    expect(propose(risen(8), NO_FILTER)).toMatchObject({ reason: 'momentum' });
    expect(scored(8)).toBeGreaterThanOrEqual(0.2);
  });

  it('says nothing in a quiet market, held or not', () => {
    expect(propose(quietThen(), NO_FILTER)).toBeUndefined();
    expect(propose(quietThen(), NO_FILTER, true)).toBeUndefined();
  });

  it('[REQ-S1] a fall is not a rise: it sells what is held and buys nothing', () => {
    const fall = quietThen(-0.01, -0.01, -0.01);

    expect(propose(fall, NO_FILTER)).toBeUndefined();
    expect(propose(fall, NO_FILTER, true)).toMatchObject({ side: 'SELL', reason: 'price_move_down', notional_pct: 4 });
    expect(propose(quietThen(0.01, 0.01, 0.01), NO_FILTER, true)).toBeUndefined();
  });

  it('leaves a bounce in a crash alone that it would buy out of a calm, since the crash is stronger', () => {
    const crash = Array.from({ length: 60 }, () => -0.004);

    expect(propose(quietThen(0.008, 0.008), NO_FILTER)?.reason).toBe('breakout');
    expect(propose(quietThen(...crash, 0.008, 0.008), NO_FILTER)).toBeUndefined();
    expect(propose(quietThen(...crash, 0.008, 0.008), NO_FILTER, true)?.reason).toBe('momentum_down');
  });
});

describe('the true-range filter', () => {
  it('[REQ-S1] lets nothing through while the market sleeps', () => {
    const risen = quietThen(0.005);

    expect(propose(risen, { atr_filter_min_mult: 1.05 })).toBeDefined();
    expect(propose(risen, { atr_filter_min_mult: 10 })).toBeUndefined();
  });
});

describe('the order', () => {
  it("takes the trigger's own stop, target and size, scaled by confidence", () => {
    const rules = { ...PREDECESSOR.rules, breakout: { stop_loss_pct: 3, take_profit_pct: 9, size_factor: 0.5 } };

    expect(propose(quietThen(0.005), { ...NO_FILTER, rules })).toMatchObject({
      stop_loss_pct: 3,
      take_profit_pct: 9,
      notional_pct: 4 * 0.5 * 0.8,
    });
  });

  it('has the conviction of the formula: a price move of 60 minutes alone is worth 0.575', () => {
    const slow = quietThen(...Array.from({ length: 12 }, () => 0.0022));
    const found = propose(slow, NO_FILTER);

    // Confidence 0.75 and strength 0.7 lose against the breakout by score: 0.525 to 0.56.
    expect(found).toMatchObject({ reason: 'breakout' });
    expect(found?.conviction).toBeCloseTo(0.5 * 0.7 + 0.3 * 0.8, 12);
    expect(propose(quietThen(0.01, 0.01, 0.01), NO_FILTER)?.conviction).toBeCloseTo(0.5 * 0.8 + 0.3 * 0.85, 12);
  });
});

describe('the interval', () => {
  it.each(['1m', '2h', '1d'] as const)(
    'refuses bars of %s: fifteen minutes are not to be read off them',
    (interval) => {
      expect(() => propose(quietThen(0.01), {}, false, interval)).toThrow(
        `needs bars of 5m, 15m, 30m or 1h, not of ${interval}`,
      );
    },
  );

  it('reads no move of 15 minutes off longer bars', () => {
    const rise = quietThen(0.02);

    expect(propose(rise, NO_FILTER, false, '15m')).toMatchObject({ reason: 'breakout', side: 'BUY' });
    expect(propose(rise, { ...NO_FILTER, pct_change_60m: 1.9 }, false, '15m')).toMatchObject({ reason: 'price_move' });
    expect(propose(rise, NO_FILTER, false, '1h')).toMatchObject({ reason: 'breakout' });
  });
});

describe('thresholds that agree', () => {
  it.each([
    [
      'a volume ratio whose score is too small',
      { volume_ratio_1h: 1.8 },
      /volume_spike at its own threshold scores 0.120/,
    ],
    [
      'a reversal whose score is too small',
      { reversal_min_recovery_pct: 3 },
      /reversal at its own threshold scores 0.180/,
    ],
    [
      'a momentum whose score is too small',
      { momentum_min_return_pct: 1 },
      /momentum at its own threshold scores 0.100/,
    ],
    ['recoveries the wrong way round', { reversal_min_recovery_pct: 10 }, /no reversal would qualify/],
    ['a trend that no window holds', { trend_ema_hours: 22 }, /must not exceed 24/],
  ])('refuses %s', (_, patch, message) => {
    const parsed = classicRules.params.safeParse({ ...PREDECESSOR, ...patch });

    expect(parsed.error?.message).toMatch(message);
  });
});
