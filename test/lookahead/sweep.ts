import { type LookaheadReport, lookaheadOf } from '../../cli/research/lookahead/check.ts';
import { brainOf } from '../../cli/research/lookahead/sweep.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { accountOf, BTC, ETH, positionOf } from '../core/world.ts';
import { configFor, type Market, snapshotAt, syntheticMarket, twoMinutesLater } from './markets.ts';
import { peeking } from './planted.ts';

const flat = accountOf();
const holding = (strategy: string): Account =>
  accountOf({ positions: { [BTC]: positionOf('1', { strategy }), [ETH]: positionOf('2', { strategy }) } });

/** Every step-th bar of a market, and the one on which its strategy acts. */
export function barsOf({ first, last, acts }: Market, step = 1): readonly number[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return all.filter((t) => t % step === 0 || t === acts);
}

/** A strategy on the market that moves it, with nothing in its hands and with two coins. */
export function exampleSweep(strategy: string, step?: number): LookaheadReport {
  const market = syntheticMarket(strategy);
  const config = configFor(strategy, market);
  const reports = [flat, holding(strategy)].map((account) =>
    lookaheadOf(
      (t) => snapshotAt(market, t),
      barsOf(market, step),
      account,
      () => brainOf(config),
    ),
  );
  return {
    bars: reports.reduce((sum, { bars }) => sum + bars, 0),
    proposals: reports.reduce((sum, { proposals }) => sum + proposals, 0),
    leaks: reports.flatMap(({ leaks }) => leaks),
    failures: reports.flatMap(({ failures }) => failures),
  };
}

/** A strategy on any market, beginning with nothing. */
export function marketSweep(strategy: string, market: Market, step?: number): LookaheadReport {
  const config = configFor(strategy, market);
  return lookaheadOf(
    (t) => snapshotAt(market, t),
    barsOf(market, step),
    flat,
    () => brainOf(config),
  );
}

/** Decisions by the minute, while the next bar of the strategy's own interval is still forming; null: all the bars. */
export function formingSweep(
  strategy: string,
  chosen: ((market: Market) => readonly number[]) | null,
): LookaheadReport {
  const market = syntheticMarket(strategy);
  const config = configFor(strategy, market);
  const minutely = { ...config, signals: { ...config.signals, interval: '1m' as const } };
  const bars = chosen === null ? barsOf(market) : chosen(market);
  return lookaheadOf(
    (t) => snapshotAt(market, t),
    bars,
    flat,
    () => {
      if (market.interval === '1m') return brainOf(config);
      const brain = brainOf(minutely);
      return (snapshot, account) => brain(twoMinutesLater(snapshot), account);
    },
  );
}

/** What the check says of a strategy that finds a way to the bar after: it must be caught. */
export function plantedSweep(): LookaheadReport {
  const market = syntheticMarket('donchian-breakout');
  const config = configFor('donchian-breakout', market);
  const spied = (snapshot: MarketSnapshot, account: Account) =>
    decide(snapshot, account, config, { 'donchian-breakout': peeking(() => snapshot) });
  const bars = [market.acts - 20, market.acts - 10, market.acts];
  return lookaheadOf(
    (t) => snapshotAt(market, t),
    bars,
    flat,
    () => spied,
  );
}
