import { describe, expect, it } from 'vitest';
import { configOf, SLOT_MS, T } from '../../../test/core/world.ts';
import { windowStart } from '../indicators/anchor.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import { regimeWarmup } from '../regime/detector.ts';
import { strategyModules } from '../strategies/registry.ts';
import { barsNeeded } from './requirements.ts';

const both = configOf({ signals: { strategy: { 'time-series-momentum': { enabled: true } } } });
const none = configOf({ signals: { strategy: { 'donchian-breakout': { enabled: false } } } });
const mixed = configOf({
  signals: {
    strategy: { 'donchian-breakout': { interval: '1d' }, 'time-series-momentum': { enabled: true, interval: '1h' } },
  },
});

const strategyBars = (config: typeof both, slotMs: number) =>
  barsNeeded(config, slotMs, strategyModules).filter(({ products }) => products === 'all');

describe('the bars a decision needs', () => {
  it('[I8] reach back to the longest window of the strategies that run, never further than one request gives', () => {
    for (let slot = 0; slot < 600; slot += 1) {
      const t = T + slot;
      const [base] = strategyBars(both, SLOT_MS + slot * 60_000);
      expect(base).toEqual({
        interval: '1m',
        fromIndex: Math.min(windowStart(t, 20), windowStart(t, 30)),
        products: 'all',
      });
      expect(t - (base?.fromIndex ?? 0) + 1).toBeLessThanOrEqual(300);
    }
  });

  it('are what the universe measures on the base interval even when no strategy runs', () => {
    expect(strategyBars(none, SLOT_MS)).toEqual([{ interval: '1m', fromIndex: T - 30, products: 'all' }]);
  });

  it('[REQ-U1] are more than the history that is asked for, so that one quiet bar at its start makes no market young', () => {
    const asking = (min_history_bars: number) => {
      const config = configOf({
        signals: { strategy: { 'donchian-breakout': { enabled: false } } },
        universe: { min_history_bars },
      });
      return T - (strategyBars(config, SLOT_MS)[0]?.fromIndex ?? 0) + 1;
    };

    expect([1, 30, 100, 290].map(asking)).toEqual([31, 60, 200, 300]);
  });

  it('[REQ-STR1] are of every interval that a strategy names, the base interval first and then the shortest', () => {
    expect(strategyBars(mixed, SLOT_MS)).toEqual([
      { interval: '1m', fromIndex: T - 30, products: 'all' },
      { interval: '1h', fromIndex: windowStart(lastClosedBarIndex(SLOT_MS, '1h'), 30), products: 'all' },
      { interval: '1d', fromIndex: windowStart(lastClosedBarIndex(SLOT_MS, '1d'), 20), products: 'all' },
    ]);
  });

  it('[REQ-STR2] are those of strategies without authority last, however short', () => {
    const settings = {
      'donchian-breakout': { interval: '1d' },
      'time-series-momentum': { enabled: true, interval: '1h', shadow: true },
    } as const;
    const config = configOf({ signals: { strategy: settings } });

    expect(strategyBars(config, SLOT_MS).map(({ interval }) => interval)).toEqual(['1m', '1d', '1h']);
  });

  it('[I8] reach back to the window of the average true range that a stop trails by', () => {
    const trailing = configOf({
      signals: { strategy: { 'donchian-breakout': { enabled: false } } },
      policy: { exits: { trailing_stop_atr: 3, trailing_atr_lookback_bars: 100 } },
    });
    for (let slot = 0; slot < 300; slot += 1) {
      const t = T + slot;
      const base = strategyBars(trailing, SLOT_MS + slot * 60_000)[0]?.fromIndex ?? 0;
      expect(base).toBeLessThanOrEqual(windowStart(t, 100));
    }
  });

  it('[REQ-U3] are the days of the regime, for the reference alone, under an override as well', () => {
    for (const override of ['none', 'bull'] as const) {
      const config = configOf({ policy: { regime: { override } } });
      const days = barsNeeded(config, SLOT_MS, strategyModules).filter(({ interval }) => interval === '1d');

      expect(days).toEqual([
        {
          interval: '1d',
          fromIndex: windowStart(lastClosedBarIndex(SLOT_MS, '1d'), regimeWarmup(config.policy.regime)),
          products: ['BTC-USD'],
        },
      ]);
    }
  });
});
