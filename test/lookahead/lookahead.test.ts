import { describe, expect, it } from 'vitest';
import { lookaheadOf } from '../../cli/research/lookahead/check.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { accountOf } from '../core/world.ts';
import { configFor, type Market, shelfMarket, snapshotAt, syntheticMarket } from './markets.ts';
import { digging } from './planted.ts';
import { exampleSweep, formingSweep, marketSweep, plantedSweep } from './sweep.ts';

/** A sample of the bars, with the one on which the strategy acts; `npm run lookahead` takes every bar. */
const names = Object.keys(strategyModules);

describe('[I9] a decision does not know the future', () => {
  it.each(names)('whatever comes after a bar, %s decides the same at it', { timeout: 300_000 }, (name) => {
    const { leaks, failures, proposals } = exampleSweep(name, 13);

    expect({ leaks, failures }).toEqual({ leaks: [], failures: [] });
    // Else nothing would be proven: somewhere on the way it wants to trade.
    expect(proposals).toBeGreaterThan(0);
  });

  const shelf = shelfMarket(400);
  it.skipIf(shelf === null).each(names)(
    'nor on real hours, %s (skipped when TRADER_DATA_DIR is absent)',
    { timeout: 600_000 },
    (name) => {
      const { leaks, failures } = marketSweep(name, shelf as Market, 37);

      expect({ leaks, failures }).toEqual({ leaks: [], failures: [] });
    },
  );

  it.each(names)('a longer bar that is still forming is no part of what %s sees', { timeout: 300_000 }, (name) => {
    const { leaks, failures, proposals } = formingSweep(name, ({ acts }) => [acts - 7, acts]);

    expect({ leaks, failures }).toEqual({ leaks: [], failures: [] });
    expect(proposals).toBeGreaterThan(0);
  });

  it('a planted leak is caught: a strategy that finds a way to the bar after', () => {
    const { leaks } = plantedSweep();

    expect(new Set(leaks.map(({ corruption }) => corruption))).toEqual(new Set(['nan', 'tenfold', 'cut', 'shuffled']));
  });

  it('behind the columns that a strategy is handed lies nothing more than it may see', () => {
    const market = syntheticMarket('donchian-breakout');
    const config = configFor('donchian-breakout', market);
    const { leaks, proposals } = lookaheadOf(
      (t) => snapshotAt(market, t),
      [market.acts - 20, market.acts - 10, market.acts],
      accountOf(),
      () => (snapshot, account) => decide(snapshot, account, config, { 'donchian-breakout': digging }),
    );

    expect(leaks).toEqual([]);
    expect(proposals).toBeGreaterThan(0);
  });
});
