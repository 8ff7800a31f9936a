import { describe, expect, it } from 'vitest';
import type { BacktestReport, TradeRow } from '../../../shared/core/backtest/report-schema.ts';
import { runBacktest } from '../../../shared/core/backtest/run-backtest.ts';
import { FACTS, IDS, inputOf, walkOf } from '../../../shared/core/backtest/testing/bar-world.ts';
import { alternating } from '../../../shared/core/backtest/testing/bench-strategies.ts';
import { tripCosts } from './trip-costs.ts';

const middleOf = ({ side, price, slippage_bps }: TradeRow) =>
  Number(price) / (1 + ((side === 'BUY' ? 1 : -1) * slippage_bps) / 10_000);
const paid = (trade: TradeRow) => Math.abs(Number(trade.price) - middleOf(trade)) * Number(trade.size);

describe('[REQ-BT2] the costs of round trips', () => {
  it('are what all fills paid, none counted twice and none forgotten but those of what is still held', () => {
    const report = runBacktest(
      inputOf({
        bars: new Map(IDS.map((id) => [id, walkOf(id, 2_000, 5)])),
        modules: alternating('donchian-breakout', 30),
      }),
      FACTS,
    );
    const costs = tripCosts(report);
    const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
    const lastClosed = new Map(report.round_trips.map(({ symbol, closed }) => [symbol, closed]));
    // What was bought again behind the last round trip of its symbol belongs to none.
    const counted = report.trades.filter(({ symbol, time }) => time <= (lastClosed.get(symbol) ?? ''));

    expect(costs.length).toBe(report.round_trips.length);
    expect(costs.length).toBeGreaterThan(20);
    expect(sum(costs.map(({ slippage_usd }) => slippage_usd))).toBeCloseTo(sum(counted.map(paid)), 3);
    expect(sum(costs.map(({ fees_usd }) => fees_usd))).toBeCloseTo(
      sum(counted.map(({ fee_usd }) => Number(fee_usd))),
      3,
    );
    expect(costs.every(({ slippage_usd }) => slippage_usd > 0)).toBe(true);
  });

  it('go to the trip that a fill belongs to, also where one ends and the next begins at one time', () => {
    const trip = (opened: string, closed: string) =>
      ({ symbol: 'A', strategy: 's', opened, closed, bought_usd: '100', pnl_usd: '1', fees_usd: '0' }) as unknown;
    const fill = (time: string, side: 'BUY' | 'SELL', slippage_bps: number) =>
      ({ symbol: 'A', time, side, size: '1', price: side === 'BUY' ? '100' : '100', slippage_bps }) as unknown;
    const costs = tripCosts({
      round_trips: [trip('t1', 't2'), trip('t2', 't3')],
      trades: [
        fill('t1', 'BUY', 10),
        fill('t2', 'SELL', 20),
        fill('t2', 'BUY', 30),
        fill('t3', 'SELL', 0),
        fill('t4', 'BUY', 99),
      ],
    } as unknown as BacktestReport);

    expect(costs[0]?.slippage_usd).toBeCloseTo(0.3, 2);
    expect(costs[1]?.slippage_usd).toBeCloseTo(0.3, 2);
  });
});
