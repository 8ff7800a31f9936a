import { rounded } from '../../../shared/core/backtest/rounding.ts';
import { meanOf } from '../../../shared/core/statistics/moments.ts';
import { quantileOf } from '../../../shared/core/statistics/quantile.ts';
import type { RedrawnPaths } from '../../../shared/core/statistics/redrawn-paths.ts';
import type { Distribution, Histogram, Spread } from './montecarlo-schema.ts';

const BINS = 40;
const DEPTHS_PCT = [5, 10, 15, 20, 30, 40, 50] as const;

/** `perYear`: returns in a year, for the Sharpe ratio. */
export function distributionOf(paths: RedrawnPaths, returns: number, perYear: number): Distribution {
  const totals = paths.totals.map((each) => each * 100).sort();
  const drawdowns = paths.drawdowns.map((each) => each * 100).sort();
  const sharpes = paths.sharpes
    .filter((each) => !Number.isNaN(each))
    .map((each) => each * Math.sqrt(perYear))
    .sort();
  const shareOf = (values: Float64Array, holds: (value: number) => boolean) =>
    rounded(values.filter(holds).length / Math.max(1, values.length), 6);
  return {
    returns,
    total_return_pct: spreadOf(totals),
    max_drawdown_pct: spreadOf(drawdowns),
    sharpe: sharpes.length === 0 ? null : spreadOf(sharpes),
    probability_of_loss: shareOf(totals, (total) => total < 0),
    drawdown_beyond: DEPTHS_PCT.map((pct) => ({ pct, probability: shareOf(drawdowns, (each) => each > pct) })),
    return_histogram: histogramOf(totals),
    drawdown_histogram: histogramOf(drawdowns),
  };
}

function spreadOf(ascending: Float64Array): Spread {
  const at = (p: number) => rounded(quantileOf(ascending, p), 6);
  return {
    mean: rounded(meanOf(ascending), 6),
    p1: at(0.01),
    p5: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function histogramOf(ascending: Float64Array): Histogram {
  const from = quantileOf(ascending, 0.01);
  const width = (quantileOf(ascending, 0.99) - from) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of ascending) {
    const bin = width === 0 ? 0 : Math.min(BINS - 1, Math.max(0, Math.floor((value - from) / width)));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { from: rounded(from, 6), width: rounded(width, 6), counts };
}
