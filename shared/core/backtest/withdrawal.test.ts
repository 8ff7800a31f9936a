import { describe, expect, it } from 'vitest';
import { productId } from '../market/product.ts';
import { openBacktest } from './engine.ts';
import { Journal } from './journal.ts';
import { barsAt, FIRST, inputOf, NO_FEES, tradingConfig, WARM_UP } from './testing/bar-world.ts';
import { heldFrom } from './testing/bench-strategies.ts';

const [BTC, ETH] = [productId('BTC-USD'), productId('ETH-USD')];
const NAME = 'donchian-breakout';
const AT = WARM_UP + 20;
const closes = (change: (i: number) => number) => Array.from({ length: AT + 20 }, (_, i) => change(i));

/** ETH is held when it falls to a third; the bid for BTC, which rests since, is traded through a bar later. */
function fills(fallsTo: number): readonly string[] {
  const maker = { ttl_seconds: { T1: 600 }, max_reprices: 0, taker_fallback: false };
  const bars = new Map([
    [ETH, barsAt(closes((i) => (i < AT - 10 ? 100 : i < AT - 5 ? 99 : i <= AT ? 100 : fallsTo)))],
    [BTC, barsAt(closes((i) => (i <= AT + 1 ? 100 : 98)))],
  ]);
  const wants = heldFrom(NAME, FIRST + AT - 12)[NAME];
  const input = inputOf({
    bars,
    fees: NO_FEES,
    config: tradingConfig({
      policy: { risk: { daily_stop_pnl_pct: -1 }, execution: { entry_route: 'maker_first', maker } },
    }),
    modules: wants === undefined ? {} : { [NAME]: wants },
  });
  const journal = new Journal(input);
  const backtest = openBacktest(input, journal);
  while (backtest.step());
  return journal.trips.trades.map(({ symbol, side }) => `${side} ${symbol}`);
}

describe('an entry that rests', () => {
  it('[REQ-DD1] is not filled after the day has been stopped', () => {
    expect(fills(100)).toEqual(['BUY ETH-USD', 'BUY BTC-USD']);
    expect(fills(33)).toEqual(['BUY ETH-USD', 'SELL ETH-USD']);
  });
});
