import { describe, expect, it } from 'vitest';
import type { Bar } from '../market/candles.ts';
import { productId } from '../market/product.ts';
import { price, quantity } from '../money/fixed.ts';
import { end } from './desk.ts';
import { openBacktest } from './engine.ts';
import { FRICTIONLESS, PESSIMISTIC } from './fill-model.ts';
import type { BacktestReport } from './report-schema.ts';
import { runBacktest } from './run-backtest.ts';
import {
  barsAt,
  FACTS,
  FIRST,
  inputOf,
  NO_FEES,
  tradingConfig,
  WARM_UP,
  type WorldOptions,
} from './testing/bar-world.ts';
import { alternating, heldFrom } from './testing/bench-strategies.ts';
import { restingDesk } from './testing/resting-desk.ts';

const BTC = productId('BTC-USD');
const STRATEGY = 'donchian-breakout';
const flat = (bars: number, volume?: number) =>
  barsAt(
    Array.from({ length: WARM_UP + bars }, () => 100),
    volume,
  );
const START = FIRST + WARM_UP;

function run(bars: readonly Bar[], more: Partial<WorldOptions> = {}): BacktestReport {
  const world = { bars: new Map([[BTC, bars]]), fees: NO_FEES, model: FRICTIONLESS, ...more };
  return runBacktest(inputOf({ modules: heldFrom(STRATEGY, 0), ...world }), FACTS);
}
const at = (index: number) => new Date(index * 60_000).toISOString();

describe('[REQ-BT1] an order of a backtest', () => {
  it('meets the open of the next bar, or with a latency of more bars a later one', () => {
    const times = [1, 2, 4].map(
      (latencyBars) => run(flat(20), { model: { ...FRICTIONLESS, latencyBars } }).trades[0]?.time,
    );

    expect(times).toEqual([at(START), at(START + 1), at(START + 3)]);
  });

  it('comes to nothing where the history has no bar to deal in', () => {
    const report = run(flat(0), { toIndex: START + 5 });

    expect(report.trades).toEqual([]);
    expect(report.rejections.execution).toEqual({ no_quote: 1 });
  });

  it('does not sell below its limit: it waits for another decision where the market gapped away', () => {
    const modules = alternating(STRATEGY, 12);
    const calm = run(flat(40), { modules });
    const soldAt = calm.trades.find(({ side }) => side === 'SELL')?.time ?? '';
    const gapped = flat(40).map((bar) =>
      at(bar.index) < soldAt ? bar : { ...bar, open: 80, high: 80, low: 80, close: 80 },
    );
    const report = run(gapped, { modules });
    const exit = report.trades.find(({ side }) => side === 'SELL');

    expect(report.rejections.execution).toEqual({ ioc: 1 });
    expect(exit?.time).toBe(new Date(Date.parse(soldAt) + 60_000).toISOString());
    expect(Number(exit?.price)).toBeLessThan(80.01);
  });

  it('is one round trip of several sales where bars take only a part of it', () => {
    // 5 % of 60 coins are 3, of 20 coins 1: what is bought in one bar is sold in three.
    const bars = flat(200, 60).map((bar) => (bar.index < START + 30 ? bar : { ...bar, volume: 20 }));
    const { trades, round_trips } = run(bars, {
      model: { ...PESSIMISTIC, impactBpsAtCap: 0 },
      modules: alternating(STRATEGY, 40),
    });
    const [entry, ...exits] = trades.slice(0, 4);

    expect([entry?.side, entry?.size]).toEqual(['BUY', '3']);
    expect(exits.map(({ side, size }) => [side, size])).toEqual([1, 2, 3].map(() => ['SELL', '1']));
    expect(round_trips[0]).toMatchObject({ opened: entry?.time, closed: exits[2]?.time });
  });

  it('takes the place of the protection that rests behind its position', () => {
    const config = tradingConfig({ policy: { exits: { exchange_protection: 'bracket' } } });
    const ends: string[] = [];
    const input = inputOf({
      bars: new Map([[BTC, flat(60)]]),
      fees: NO_FEES,
      config,
      modules: alternating(STRATEGY, 20),
    });
    const backtest = openBacktest(input, {
      onFill: ({ intent }) => void ends.push(intent.purpose),
      onEnd: ({ intent, reason }) => void (reason === 'replaced' && ends.push(`${intent.purpose} ${reason}`)),
      onSlot: () => undefined,
    });
    while (backtest.step());

    expect(ends.slice(0, 3)).toEqual(['entry', 'protect replaced', 'exit']);
  });
});

it('an order that has ended cannot end again', () => {
  const terms = {
    type: 'stop_limit_stop_limit_gtc',
    base_size: quantity('2'),
    limit_price: price('94'),
    stop_price: price('95'),
  } as const;
  const { desk } = restingDesk({ side: 'SELL', terms, size: '2', bars: flat(1), spreadBps: 0 });
  const [order] = [...desk.live.values()];
  if (order === undefined) throw new Error('it rests');

  expect(() => end(desk, { ...order.record, status: 'FILLED' }, 'cancel', 0)).toThrow('FILLED cannot cancel');
});

it('a span without a whole bar is no backtest', () => {
  const input = inputOf({ bars: new Map([[BTC, flat(1)]]) });

  expect(() => openBacktest({ ...input, toMs: input.fromMs + 59_999 }, {} as never)).toThrow('one whole bar');
});
