import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import type { StrategyModule, StrategySymbol, StrategyView } from '../../shared/core/strategies/strategy.ts';
import { accountOf, BTC, ETH, positionOf } from '../core/world.ts';
import { lookaheadOf } from './check.ts';
import { configFor, type Market, shelfMarket, syntheticMarket, twoMinutesLater } from './markets.ts';

/** LOOKAHEAD=all (npm run lookahead) takes every bar; else a sample of them, with the bar on which the strategy acts. */
const isFull = process.env['LOOKAHEAD'] === 'all';
const names = Object.keys(strategyModules);

const flat = accountOf();
const holding = (strategy: string): Account =>
  accountOf({ positions: { [BTC]: positionOf('1', { strategy }), [ETH]: positionOf('2', { strategy }) } });

function barsOf({ first, last, acts }: Market, step: number): readonly number[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return isFull ? all : all.filter((t) => t % step === 0 || t === acts);
}

describe('[I9] a decision does not know the future', () => {
  it.each(names)('whatever comes after a bar, %s decides the same at it', { timeout: 300_000 }, (name) => {
    const market = syntheticMarket(name);
    const config = configFor(name, market);
    const reports = [flat, holding(name)].map((account) =>
      lookaheadOf(market, barsOf(market, 13), account, (snapshot, books) => decide(snapshot, books, config)),
    );

    for (const { leaks, failures } of reports) expect({ leaks, failures }).toEqual({ leaks: [], failures: [] });
    // Else nothing would be proven: somewhere on the way it wants to trade.
    expect(reports.reduce((sum, { proposals }) => sum + proposals, 0)).toBeGreaterThan(0);
  });

  const shelf = shelfMarket(isFull ? 1_500 : 400);
  it.skipIf(shelf === null).each(names)(
    'nor on real hours, %s (skipped when TRADER_DATA_DIR is absent)',
    {
      timeout: 600_000,
    },
    (name) => {
      const market = shelf as Market;
      const config = configFor(name, market);
      const { leaks, failures } = lookaheadOf(market, barsOf(market, 37), flat, (snapshot, books) =>
        decide(snapshot, books, config),
      );

      expect({ leaks, failures }).toEqual({ leaks: [], failures: [] });
    },
  );

  it.each(names)('a longer bar that is still forming is no part of what %s sees', { timeout: 300_000 }, (name) => {
    const market = syntheticMarket(name);
    const config = configFor(name, market);
    const minutely = { ...config, signals: { ...config.signals, interval: '1m' as const } };
    const bars = isFull ? barsOf(market, 1) : [market.acts - 7, market.acts];
    const { leaks, failures, proposals } = lookaheadOf(market, bars, flat, (snapshot, account) =>
      market.interval === '1m'
        ? decide(snapshot, account, config)
        : decide(twoMinutesLater(snapshot), account, minutely),
    );

    expect({ leaks, failures }).toEqual({ leaks: [], failures: [] });
    expect(proposals).toBeGreaterThan(0);
  });

  it('a planted leak is caught: a strategy that finds a way to the bar after', () => {
    const market = syntheticMarket('donchian-breakout');
    const config = configFor('donchian-breakout', market);
    const spied = (snapshot: MarketSnapshot, account: Account) =>
      decide(snapshot, account, config, { 'donchian-breakout': peeking(() => snapshot) });
    const { leaks } = lookaheadOf(market, [market.acts - 20, market.acts - 10, market.acts], flat, spied);

    expect(new Set(leaks.map(({ corruption }) => corruption))).toEqual(new Set(['nan', 'tenfold', 'cut', 'shuffled']));
  });

  it('behind the columns that a strategy is handed lies nothing more than it may see', () => {
    const market = syntheticMarket('donchian-breakout');
    const config = configFor('donchian-breakout', market);
    const { leaks, proposals } = lookaheadOf(
      market,
      [market.acts - 20, market.acts - 10, market.acts],
      flat,
      (snapshot, account) => decide(snapshot, account, config, { 'donchian-breakout': digging }),
    );

    expect(leaks).toEqual([]);
    expect(proposals).toBeGreaterThan(0);
  });
});

/** Buys what it would be shown by the whole snapshot: the close of the newest bar there is. */
function peeking(market: () => MarketSnapshot): StrategyModule {
  return buying(({ productId }) => {
    const symbol = market().symbols.find((each) => each.productId === productId);
    return symbol?.candles['1m']?.close.at(-1) ?? 0;
  });
}

/** Reads the memory behind its own column to the end. */
const digging = buying(({ candles }) => new Float64Array(candles.close.buffer).at(-1) ?? 0);

function buying(figureOf: (symbol: StrategySymbol) => number): StrategyModule {
  const name = 'donchian-breakout';
  const propose = (symbol: StrategySymbol) => ({
    symbol: symbol.productId,
    side: 'BUY' as const,
    notional_pct: 1,
    stop_loss_pct: 2,
    take_profit_pct: 4,
    conviction: 0.9,
    strategy: name,
    reason: 'planted',
    trigger: { figure: figureOf(symbol) },
  });
  return {
    name,
    params: z.record(z.string(), z.unknown()),
    bind: () => ({
      name,
      warmupBars: 20,
      generateProposals: ({ symbols }: StrategyView) => ({ proposals: symbols.slice(0, 1).map(propose), state: null }),
    }),
  };
}
