import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf, BTC, positionOf, snapshotOf, symbolOf } from '../../../test/core/world.ts';
import { notional, price, quantity, toNumber, usd } from '../money/fixed.ts';
import type { StrategyModule } from '../strategies/strategy.ts';
import { DrawdownWatch } from './drawdown.ts';
import { openBacktest } from './engine.ts';
import { Journal } from './journal.ts';
import { againstBenchmark, type DailyPoint, deepestPct, returnFigures, totalPct, tripFigures } from './metrics.ts';
import { reportOf } from './report.ts';
import { runBacktest } from './run-backtest.ts';
import { FACTS, IDS, inputOf, walkOf } from './testing/bar-world.ts';
import { alternating } from './testing/bench-strategies.ts';

/** The same figures another way: loops, no shared helpers, formulas as a textbook writes them. */
function textbook(equities: readonly number[], days: readonly number[]) {
  const n = equities.length - 1;
  let sum = 0;
  let sumOfSquares = 0;
  let below = 0;
  for (let i = 1; i <= n; i += 1) {
    const r = ((equities[i] as number) - (equities[i - 1] as number)) / (equities[i - 1] as number);
    sum += r;
    sumOfSquares += r * r;
    if (r < 0) below += r * r;
  }
  const variance = (sumOfSquares - (sum * sum) / n) / (n - 1);
  const years = ((days[n] as number) - (days[0] as number)) / 365;
  return {
    sharpe: (Math.sqrt(365) * (sum / n)) / Math.sqrt(variance),
    sortino: (Math.sqrt(365) * (sum / n)) / Math.sqrt(below / n),
    volatility: 100 * Math.sqrt(365 * variance),
    cagr: 100 * (Math.exp(Math.log((equities[n] as number) / (equities[0] as number)) / years) - 1),
  };
}

function drawdownByPairs(values: readonly number[]): number {
  let deepest = 0;
  values.forEach((high, i) => {
    for (const low of values.slice(i)) deepest = Math.max(deepest, (100 * (high - low)) / high);
  });
  return deepest;
}

function covariance(a: readonly number[], b: readonly number[]): number {
  const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  return mean(a.map((x, i) => x * (b[i] as number))) - mean(a) * mean(b);
}

const wobbly = fc.array(fc.double({ min: -0.2, max: 0.25, noNaN: true }), { minLength: 3, maxLength: 60 });
const pointsOf = (returns: readonly number[], other: readonly number[] = returns): readonly DailyPoint[] => {
  const points: DailyPoint[] = [{ timeMs: 0, equity: 10_000, benchmark: 10_000 }];
  returns.forEach((r, i) => {
    const before = points[i] as DailyPoint;
    points.push({
      timeMs: (i + 1) * 86_400_000,
      equity: before.equity * (1 + r),
      benchmark: (before.benchmark as number) * (1 + (other[i] ?? 0)),
    });
  });
  return points;
};

describe('[REQ-BT2] the figures of a run', () => {
  it('are what a textbook makes of the same equities', () => {
    fc.assert(
      fc.property(wobbly, (returns) => {
        fc.pre(Math.max(...returns) - Math.min(...returns) > 0.01 && Math.min(...returns) < -0.001);
        const points = pointsOf(returns);
        const own = returnFigures(points);
        const expected = textbook(
          points.map(({ equity }) => equity),
          points.map(({ timeMs }) => timeMs / 86_400_000),
        );
        expect(own.sharpe).toBeCloseTo(expected.sharpe, 6);
        expect(own.sortino).toBeCloseTo(expected.sortino, 6);
        expect(own.volatilityPct).toBeCloseTo(expected.volatility, 6);
        if (expected.cagr > 1e12) {
          expect(own.cagrPct, 'a year of days so good is no number any more').toBeNull();
          return;
        }
        expect(own.cagrPct).not.toBeNull();
        const apart = Math.abs((own.cagrPct as number) - expected.cagr) / Math.max(100, Math.abs(expected.cagr));
        expect(apart).toBeLessThan(1e-9);
      }),
    );
  });

  it('know the deepest fall whichever two points it lies between', () => {
    fc.assert(
      fc.property(wobbly, (returns) => {
        const values = pointsOf(returns).map(({ equity }) => equity);
        expect(deepestPct(values)).toBeCloseTo(drawdownByPairs(values), 9);
      }),
    );
  });

  it('have a beta of covariance over variance, and 1 against themselves', () => {
    fc.assert(
      fc.property(wobbly, wobbly, (own, market) => {
        const length = Math.min(own.length, market.length);
        const [a, b] = [own.slice(0, length), market.slice(0, length)];
        fc.pre(Math.max(...b) - Math.min(...b) > 0.01);
        expect(againstBenchmark(pointsOf(a, b)).beta).toBeCloseTo(covariance(a, b) / covariance(b, b), 5);
        expect(againstBenchmark(pointsOf(b, b)).beta).toBeCloseTo(1, 9);
      }),
    );
  });

  it('say nothing where nothing can be said', () => {
    expect(returnFigures([])).toEqual({ cagrPct: null, sharpe: null, sortino: null, volatilityPct: null });
    expect(returnFigures(pointsOf([0, 0, 0]))).toMatchObject({ sharpe: null, sortino: null, volatilityPct: 0 });
    expect(againstBenchmark(pointsOf([0.1]).map((point) => ({ ...point, benchmark: null }))).beta).toBeNull();
    expect(tripFigures([])).toEqual({ profitFactor: null, winRatePct: null, expectancy: null });
    expect(tripFigures([3, 5])).toEqual({ profitFactor: null, winRatePct: 100, expectancy: 4 });
    expect(totalPct([])).toBe(0);
    expect(deepestPct([0, -1, 0])).toBe(0);
    expect(returnFigures(pointsOf([0.1]).map((point) => ({ ...point, timeMs: 0 }))).cagrPct).toBeNull();
    const watch = new DrawdownWatch();
    watch.see(0, 0);
    expect([watch.nowPct, watch.deepestPct]).toEqual([0, 0]);
  });

  it('are never infinite: a good minute has no figure a year', () => {
    const points = [100, 101].map((equity, i) => ({ timeMs: i * 60_000, equity, benchmark: null }));
    expect(returnFigures(points).cagrPct).toBeNull();
  });

  it('count wins, losses and what one round trip makes', () => {
    expect(tripFigures([10, -4, 6, 0, -4])).toEqual({ profitFactor: 2, winRatePct: 40, expectancy: 1.6 });
  });
});

describe('[REQ-BT2] a report of an account that is worth nothing', () => {
  it('has no turnover and no exposure in percent of it', () => {
    const input = inputOf({ bars: new Map(IDS.map((id) => [id, walkOf(id, 80, 5)])) });
    const journal = new Journal(input);
    const account = accountOf({ cash: usd('-1000'), positions: { [BTC]: positionOf('1') } });
    for (const slotMs of [input.fromMs, input.toMs]) {
      journal.onSlot(snapshotOf([symbolOf(BTC)], { slotMs }), account, null);
    }
    const report = reportOf(FACTS, journal, account);

    expect(report.metrics.turnover_per_year).toBeNull();
    expect(report.exposure.map(({ total_pct, assets }) => [total_pct, assets])).toEqual([
      [0, {}],
      [0, {}],
    ]);
  });
});

it('[REQ-BT2] [REQ-STR1] a report says how often a strategy failed', () => {
  const failing = { ...alternating('donchian-breakout', 30)['donchian-breakout'] } as StrategyModule;
  const bind = () => ({
    name: 'donchian-breakout',
    warmupBars: 1,
    generateProposals: () => {
      throw new Error('no such bar');
    },
  });
  const input = inputOf({
    bars: new Map(IDS.map((id) => [id, walkOf(id, 100, 5)])),
    modules: { 'donchian-breakout': { ...failing, bind } },
  });
  const { run, strategies } = runBacktest(input, FACTS);

  // The last slot closes the run: nothing is decided in it.
  expect(strategies.find(({ strategy }) => strategy === 'donchian-breakout')).toMatchObject({
    failures: run.slots - 1,
    proposals: 0,
  });
});

describe('[REQ-BT2] the figures of a whole report', () => {
  const input = inputOf({
    bars: new Map(IDS.map((id) => [id, walkOf(id, 3_200, 5)])),
    modules: alternating('donchian-breakout', 30),
  });
  const journal = new Journal(input);
  const equities: number[] = [];
  let inMarket = 0;
  const backtest = openBacktest(input, {
    onFill: journal.onFill,
    onEnd: journal.onEnd,
    onSlot: (snapshot, account, decision) => {
      journal.onSlot(snapshot, account, decision);
      equities.push(toNumber(journal.finalEquity));
      inMarket += Object.keys(account.positions).length > 0 ? 1 : 0;
    },
  });
  while (backtest.step());
  const { metrics, trades, round_trips, daily } = {
    ...reportOf(FACTS, journal, backtest.account()),
    daily: journal.daily,
  };

  it('follow from its own trades and from the equity of every slot', () => {
    const results = round_trips.map(({ pnl_usd }) => Number(pnl_usd));
    const traded = trades.reduce(
      (sum, { size, price: at }) => sum + toNumber(notional(quantity(size), price(at), 'down')),
      0,
    );
    const fees = trades.reduce((sum, { fee_usd }) => sum + Number(fee_usd), 0);
    const won = results.filter((each) => each > 0);
    const lost = results.filter((each) => each < 0);
    const total = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0);
    const mean = total(daily.map(({ equity }) => equity)) / daily.length;
    const years = (input.toMs - input.fromMs) / 86_400_000 / 365;

    expect(results.length).toBeGreaterThan(20);
    expect(metrics).toMatchObject({ round_trips: results.length, fills: trades.length });
    expect(metrics.fees_paid_usd).toBeCloseTo(fees, 5);
    expect(metrics.max_drawdown_pct).toBeCloseTo(drawdownByPairs(equities), 5);
    expect(metrics.total_return_pct).toBeCloseTo((100 * (equities.at(-1) as number)) / 10_000 - 100, 5);
    expect(metrics.expectancy_usd).toBeCloseTo(total(results) / results.length, 5);
    expect(metrics.win_rate_pct).toBeCloseTo((100 * won.length) / results.length, 5);
    expect(metrics.profit_factor).toBeCloseTo(total(won) / -total(lost), 5);
    expect(metrics.turnover_per_year).toBeCloseTo(traded / mean / years, 4);
    expect(metrics.time_in_market_pct).toBeCloseTo((100 * inMarket) / equities.length, 5);
  });

  it('add up: what the round trips made is what the cash gained once all is sold', () => {
    const made = round_trips.reduce((sum, { pnl_usd }) => sum + Number(pnl_usd), 0);
    expect(made).toBeCloseTo(toNumber(backtest.account().realised_pnl), 6);
  });
});
