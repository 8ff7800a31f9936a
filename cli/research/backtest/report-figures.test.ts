import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { usd } from '../../../shared/core/money/fixed.ts';
import { CONFIG_DIR } from '../../decision/read-inputs.ts';
import { EASY, writeHourlyMarket } from '../study/testing/hourly-market.ts';
import { backtest } from './run.ts';
import { researchConfig } from './stage-config.ts';

/** So many hours that every slot stands in the equity series: all figures follow from what the report itself lists. */
function reportOfThreeWeeks(): BacktestReport {
  const dir = mkdtempSync(join(tmpdir(), 'figures-'));
  try {
    writeHourlyMarket(dir);
    const capital = usd('10000');
    const changes = EASY.filter((each) => each !== '--set');
    return backtest(
      {
        data: dir,
        interval: '1h',
        from: Date.UTC(2025, 0, 9),
        to: Date.UTC(2025, 1, 4, 7),
        symbols: undefined,
        strategies: undefined,
        quote: 'USD',
        capital,
        fees: { maker: 10, taker: 20 },
        seed: 1,
        stage: researchConfig(CONFIG_DIR, 'local', capital, changes),
      },
      () => undefined,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const report = reportOfThreeWeeks();
const { metrics, equity, exposure, trades, round_trips, monthly, run } = report;
const HOUR = 3_600_000;
const hours = equity.map(({ time }) => Date.parse(time) / HOUR);

/** At midnight, and at both ends. */
function daysOf(values: readonly number[]): readonly number[] {
  return values.filter((_, i) => i === 0 || i === values.length - 1 || (hours[i] as number) % 24 === 0);
}

/** Sums over n, never over a list: another way than the code goes. */
function figuresOf(values: readonly number[]) {
  let [n, s1, s2, down] = [0, 0, 0, 0];
  let last = values[0] as number;
  for (const value of values.slice(1)) {
    const r = (value - last) / last;
    [n, s1, s2, down, last] = [n + 1, s1 + r, s2 + r * r, down + (r < 0 ? r * r : 0), value];
  }
  const sd = Math.sqrt((s2 - (s1 * s1) / n) / (n - 1));
  const year = Math.sqrt(365);
  return { sharpe: (s1 / n / sd) * year, sortino: (s1 / n / Math.sqrt(down / n)) * year, volatility: sd * year * 100 };
}

function drawdownsOf(values: readonly number[]): { readonly deepest: number; readonly longestHours: number } {
  let [deepest, longestHours] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const highest = Math.max(...values.slice(0, i + 1));
    deepest = Math.max(deepest, 100 * (1 - (values[i] as number) / highest));
    const since = values.lastIndexOf(highest, i);
    longestHours = Math.max(longestHours, (hours[i] as number) - (hours[since] as number));
  }
  return { deepest, longestHours };
}

const own = equity.map(({ equity_usd }) => equity_usd);
const held = equity.map(({ benchmark_usd }) => benchmark_usd as number);
const total = (values: readonly number[]) => 100 * ((values.at(-1) as number) / (values[0] as number) - 1);
const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);

describe('[REQ-BT2] the figures of a report, made again from what it lists', () => {
  it('have every slot and enough trades to be made from', () => {
    expect(equity.length).toBe(run.slots);
    expect(round_trips.length).toBeGreaterThan(30);
    expect(held.every((value) => value > 0)).toBe(true);
  });

  it("are a textbook's: return, growth, Sharpe, Sortino, Calmar, volatility", () => {
    const { sharpe, sortino, volatility } = figuresOf(daysOf(own));
    const years = ((hours.at(-1) as number) - (hours[0] as number)) / 24 / 365;
    const cagr = 100 * (Math.exp(Math.log((own.at(-1) as number) / (own[0] as number)) / years) - 1);

    expect(metrics.total_return_pct).toBeCloseTo(total(own), 4);
    expect(metrics.cagr_pct).toBeCloseTo(cagr, 2);
    expect(metrics.sharpe).toBeCloseTo(sharpe, 3);
    expect(metrics.sortino).toBeCloseTo(sortino, 3);
    expect(metrics.volatility_pct).toBeCloseTo(volatility, 3);
    expect(metrics.calmar).toBeCloseTo(cagr / drawdownsOf(own).deepest, 2);
  });

  it('know the deepest fall, the longest time below a high, and both at every point', () => {
    const { deepest, longestHours } = drawdownsOf(own);

    expect(metrics.max_drawdown_pct).toBeCloseTo(deepest, 4);
    expect(metrics.max_drawdown_days).toBeCloseTo(longestHours / 24, 3);
    expect(Math.max(...equity.map(({ drawdown_pct }) => drawdown_pct))).toBeCloseTo(deepest, 3);
    equity.forEach(({ equity_usd, pnl_usd }) => {
      expect(pnl_usd).toBeCloseTo(equity_usd - (own[0] as number), 3);
    });
  });

  it('know holding: its return, Sharpe, deepest fall, the beta against it and the excess over it', () => {
    const days = { own: daysOf(own), held: daysOf(held) };
    const steps = (values: readonly number[]) => values.slice(1).map((value, i) => value / (values[i] as number) - 1);
    const [a, b] = [steps(days.own), steps(days.held)];
    const mean = (values: readonly number[]) => sum(values) / values.length;
    const covariance = mean(a.map((each, i) => each * (b[i] as number))) - mean(a) * mean(b);
    let deepest = 0;
    days.held.forEach((high, i) => {
      for (const low of days.held.slice(i)) deepest = Math.max(deepest, 100 * (1 - low / high));
    });

    expect(metrics.benchmark_return_pct).toBeCloseTo(total(held), 4);
    expect(metrics.benchmark_sharpe).toBeCloseTo(figuresOf(days.held).sharpe, 4);
    expect(metrics.benchmark_max_drawdown_pct).toBeCloseTo(deepest, 4);
    expect(metrics.beta).toBeCloseTo(covariance / (mean(b.map((each) => each ** 2)) - mean(b) ** 2), 4);
    expect(metrics.excess_return_pct).toBeCloseTo(total(own) - total(held), 4);
  });

  it('count trades and round trips: won, lost, a trip on average, fees, turnover, time in the market', () => {
    const results = round_trips.map(({ pnl_usd }) => Number(pnl_usd));
    const won = results.filter((each) => each > 0);
    const lost = results.filter((each) => each < 0);
    const traded = sum(trades.map(({ size, price }) => Number(size) * Number(price)));
    const years = ((hours.at(-1) as number) - (hours[0] as number)) / 24 / 365;
    const mean = sum(daysOf(own)) / daysOf(own).length;

    expect(metrics.fills).toBe(trades.length);
    expect(metrics.round_trips).toBe(results.length);
    expect(metrics.profit_factor).toBeCloseTo(sum(won) / -sum(lost), 4);
    expect(metrics.win_rate_pct).toBeCloseTo((100 * won.length) / results.length, 4);
    expect(metrics.expectancy_usd).toBeCloseTo(sum(results) / results.length, 4);
    expect(metrics.fees_paid_usd).toBeCloseTo(sum(trades.map(({ fee_usd }) => Number(fee_usd))), 3);
    expect(metrics.turnover_per_year).toBeCloseTo(traded / mean / years, 2);
    const inMarket = exposure.filter(({ total_pct }) => total_pct > 0).length;
    expect(metrics.time_in_market_pct).toBeCloseTo((100 * inMarket) / exposure.length, 4);
  });

  it('compound to the whole month by month', () => {
    expect(monthly.map(({ month }) => month)).toEqual(['2025-01', '2025-02']);
    const whole = (key: 'return_pct' | 'benchmark_return_pct') =>
      100 * (monthly.reduce((value, row) => value * (1 + (row[key] as number) / 100), 1) - 1);
    expect(whole('return_pct')).toBeCloseTo(metrics.total_return_pct, 3);
    expect(whole('benchmark_return_pct')).toBeCloseTo(metrics.benchmark_return_pct as number, 3);
  });

  it('split exposure by asset, theme and strategy, each making the whole, and results by strategy', () => {
    for (const point of exposure) {
      for (const shares of [point.assets, point.themes, point.strategies]) {
        expect(sum(Object.values(shares))).toBeCloseTo(point.total_pct, 2);
      }
    }
    for (const { strategy, round_trips: count, wins, net_pnl_usd } of report.strategies) {
      const trips = round_trips.filter((trip) => trip.strategy === strategy);
      expect([count, wins]).toEqual([trips.length, trips.filter(({ pnl_usd }) => Number(pnl_usd) > 0).length]);
      expect(net_pnl_usd).toBeCloseTo(sum(trips.map(({ pnl_usd }) => Number(pnl_usd))), 4);
    }
    const rejected = report.strategies.flatMap((each) => Object.values(each.rejected));
    expect(sum(Object.values(report.rejections.risk))).toBeGreaterThanOrEqual(sum(rejected));
  });
});
