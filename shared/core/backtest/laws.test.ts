import { describe, expect, it } from 'vitest';
import { exposureOf, uncovered } from '../../../test/core/worst-case.ts';
import type { Bar } from '../market/candles.ts';
import type { ProductId } from '../market/product.ts';
import { notional, price, quantity, toNumber, type Usd, usd } from '../money/fixed.ts';
import { reserve } from '../portfolio/ledger.ts';
import { type BacktestEvents, type BacktestInput, openBacktest } from './engine.ts';
import { Journal } from './journal.ts';
import type { BacktestReport } from './report-schema.ts';
import { reportSchema } from './report-schema.ts';
import { runBacktest } from './run-backtest.ts';
import { FACTS, FIRST, IDS, inputOf, tradingConfig, WARM_UP, walkOf } from './testing/bar-world.ts';
import { alternating } from './testing/bench-strategies.ts';

const BARS = 900;
const maker = { policy: { execution: { entry_route: 'maker_first', maker: { ttl_seconds: ttl(130) } } } };
const guarded = { policy: { exits: { exchange_protection: 'bracket' } } };

function ttl(seconds: number) {
  return { T1: seconds, T2: seconds, T3: seconds };
}

function marketOf(seed: number, bars = BARS): Map<ProductId, readonly Bar[]> {
  return new Map(IDS.map((id) => [id, walkOf(id, bars, seed)]));
}

const worlds: readonly (readonly [string, number, BacktestInput])[] = [
  ['takers', 1, inputOf({ bars: marketOf(1), modules: alternating('donchian-breakout', 14) })],
  [
    'makers',
    2,
    inputOf({ bars: marketOf(2), config: tradingConfig(maker), modules: alternating('donchian-breakout', 14) }),
  ],
  [
    'brackets',
    3,
    inputOf({ bars: marketOf(3), config: tradingConfig(guarded), modules: alternating('donchian-breakout', 40) }),
  ],
  ['the real strategy', 4, inputOf({ bars: marketOf(4), config: tradingConfig(guarded) })],
];

function run(input: BacktestInput): BacktestReport {
  return runBacktest(input, FACTS);
}

describe.each(worlds)('[REQ-BT1] [REQ-BT2] a backtest with %s', (_, seed, input) => {
  const report = run(input);

  it('trades, and its report is what the schema says', () => {
    expect(report.trades.length).toBeGreaterThan(4);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('gives the same bytes again', () => {
    expect(JSON.stringify(run(input))).toBe(JSON.stringify(report));
  });

  it('neither makes nor loses money: cash and coins are the sum of the fills, to the last digit', () => {
    let cash: bigint = usd('10000');
    const coins = new Map<string, bigint>();
    for (const { side, size, price: at, fee_usd, symbol } of report.trades) {
      const amount = quantity(size);
      const isBuy = side === 'BUY';
      cash += isBuy ? -notional(amount, price(at), 'up') : notional(amount, price(at), 'down');
      cash -= usd(fee_usd);
      coins.set(symbol, (coins.get(symbol) ?? 0n) + (isBuy ? amount : -amount));
    }
    const held = [...coins].filter(([, amount]) => amount !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));

    expect(usd(report.final.cash_usd)).toBe(cash);
    expect(report.final.positions.map(({ symbol, size }) => [symbol, quantity(size)])).toEqual(held);
    expect(usd(report.final.fees_paid_usd)).toBe(report.trades.reduce((sum, { fee_usd }) => sum + usd(fee_usd), 0n));
    expect([...coins.values()].every((amount) => amount >= 0n)).toBe(true);
  });

  it('does not mind the order in which its symbols are given', () => {
    const series = new Map([...input.market.series].reverse());

    expect(JSON.stringify(run({ ...input, market: { ...input.market, series } }))).toBe(JSON.stringify(report));
  });

  it('[I9] knows nothing of the future: other bars from some point on change nothing before it', () => {
    const cut = FIRST + 500;
    const other = marketOf(seed + 100);
    const spoilt = new Map(
      [...marketOf(seed)].map(([id, bars]) => {
        const later = (other.get(id) ?? []).filter(({ index }) => index >= cut);
        return [id, [...bars.filter(({ index }) => index < cut), ...later]] as const;
      }),
    );
    const { config, modules } = input;
    const changed = run(inputOf({ bars: spoilt, config, toIndex: FIRST + BARS, ...(modules && { modules }) }));
    // A resting order is booked at the close of the bar that filled it.
    const before = ({ time }: { readonly time: string }) => Date.parse(time) < cut * 60_000;

    expect(changed.trades.filter(before).length).toBeGreaterThan(2);
    expect(changed.trades.filter(before)).toEqual(report.trades.filter(before));
    expect(changed.equity.filter(before)).toEqual(report.equity.filter(before));
    expect(JSON.stringify(changed.trades)).not.toBe(JSON.stringify(report.trades));
  });

  it('[I3] [I5] keeps every cap with what is on its way, and never sells what is not there', () => {
    let bought = 0;
    watch(input, (snapshot, account, decision) => {
      expect(uncovered(account, IDS)).toBeNull();
      if (decision?.orders.some(({ side }) => side === 'BUY') !== true) return;
      bought += 1;
      const after = reserve(account, decision.orders);
      const equity = Number(decision.equity);
      const atRisk = (ids: readonly ProductId[]) => ids.reduce((sum, id) => sum + exposureOf(after, id, snapshot), 0);
      const { risk } = input.config.policy;
      expect(atRisk(IDS)).toBeLessThanOrEqual((equity * risk.max_total_at_risk_pct) / 100 + 1e-6);
      for (const { product_id } of decision.orders.filter(({ side }) => side === 'BUY')) {
        expect(atRisk([product_id])).toBeLessThanOrEqual((equity * risk.max_position_size_pct) / 100 + 1e-6);
      }
    });
    expect(bought).toBeGreaterThan(2);
  });

  it('deals nothing inside the bar that its signal came from', () => {
    const decidedAt = new Map<string, number>();
    watch(input, (snapshot, _account, decision) => {
      for (const { client_order_id } of decision?.orders ?? []) decidedAt.set(client_order_id, snapshot.slotMs);
    });
    for (const { order, time } of report.trades) {
      const slotMs = decidedAt.get(order.replace(/r\d+$/, '')) as number;
      expect(Date.parse(time)).toBeGreaterThanOrEqual(slotMs);
    }
  });

  it('gives no order more than 5 % of what its bar traded', () => {
    const volumes = new Map<string, number>(
      [...marketOf(seed)].flatMap(([id, bars]) => bars.map(({ index, volume }) => [`${id} ${index}`, volume] as const)),
    );
    for (const { symbol, size, time, reason } of report.trades) {
      const index = Date.parse(time) / 60_000;
      const nearest = [index, index - 1].map((each) => volumes.get(`${symbol} ${each}`) ?? 0);
      expect(Number(size), reason).toBeLessThanOrEqual(0.05 * Math.max(...nearest));
    }
  });
});

it('waits for the warm-up: the first decision is at the start, on the history before it', () => {
  const input = inputOf({ bars: marketOf(1) });
  const times: number[] = [];
  watch(input, ({ slotMs, symbols }) => {
    times.push(slotMs);
    expect(symbols[0]?.candles['1m']?.index.at(-1)).toBe(slotMs / 60_000 - 1);
  });
  expect([times[0], times.at(-1)]).toEqual([(FIRST + WARM_UP) * 60_000, input.toMs]);
});

it('books a value that is never better than the books say: equity is cash and what the coins would fetch', () => {
  const input = inputOf({ bars: marketOf(1), modules: alternating('donchian-breakout', 14) });
  const journal = new Journal(input);
  watch(input, (snapshot, account, decision) => {
    journal.onSlot(snapshot, account, decision);
    const coins = Object.entries(account.positions).map(([id, { lots }]) => {
      const bid = snapshot.symbols.find(({ productId }) => productId === id)?.quote?.bid ?? price('0');
      return lots.reduce((sum, lot) => sum + toNumber(lot.quantity), 0) * toNumber(bid);
    });
    const expected = toNumber(account.cash) + coins.reduce((sum, each) => sum + each, 0);
    expect(toNumber(journal.finalEquity as Usd)).toBeCloseTo(expected, 6);
  });
});

function watch(input: BacktestInput, onSlot: BacktestEvents['onSlot']): void {
  const backtest = openBacktest(input, { onFill: () => undefined, onEnd: () => undefined, onSlot });
  while (backtest.step());
}
