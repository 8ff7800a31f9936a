import * as z from 'zod';
import { roundedOrNull } from '../../../shared/core/backtest/rounding.ts';
import { type Bootstrap, bootstrap, bootstrapInterval, sharpeAt } from '../../../shared/core/statistics/bootstrap.ts';
import { momentsOf } from '../../../shared/core/statistics/moments.ts';
import { normalQuantile } from '../../../shared/core/statistics/normal.ts';
import type { Interval } from '../../../shared/core/statistics/quantile.ts';
import { usualBlockLength } from '../../../shared/core/statistics/resample.ts';
import {
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeError,
  sharpeFrom,
} from '../../../shared/core/statistics/sharpe.ts';

const figure = z.number();
export const intervalSchema = z.strictObject({ low: figure, high: figure });

/** What the Sharpe ratio of a series of daily returns is worth. Ratios are per year of 365 days. */
export const worthSchema = z.strictObject({
  returns: z.int().describe('Daily returns; the first and the last day may be parts of one'),
  sharpe: figure.nullable(),
  standard_error: figure.nullable().describe('Mertens 2002: knows skew and fat tails, takes days for independent'),
  skewness: figure,
  kurtosis: figure.describe('3 for a normal distribution'),
  interval: intervalSchema.nullable().describe('Of the Sharpe ratio, by stationary bootstrap of days'),
  probabilistic_sharpe: figure.nullable().describe('How probable a true Sharpe ratio above 0 is'),
  minimum_track_record_days: figure
    .nullable()
    .describe('Until 95 % would be reached; null: never, at a ratio not above 0'),
  benchmark_sharpe: figure.nullable(),
  difference: figure.nullable().describe("Own less the benchmark's"),
  difference_interval: intervalSchema.nullable().describe('Both redrawn together, day by day'),
  probability_above_benchmark: figure
    .nullable()
    .describe('Share of the redrawn series in which the difference is above 0'),
});

export type Worth = z.output<typeof worthSchema>;

export interface Redraw {
  readonly draws: number;
  readonly seed: number;
  /** undefined: the cube root of the length. */
  readonly blockLength: number | undefined;
  /** 0.95: the middle 95 %. */
  readonly level: number;
}

const YEAR = Math.sqrt(365);
const Z95 = normalQuantile(0.95);

export function worthOf(returns: readonly number[], benchmark: readonly number[] | null, redraw: Redraw): Worth {
  const moments = momentsOf(returns);
  const sharpe = sharpeFrom(moments);
  const error = sharpe === null ? null : sharpeError(moments, sharpe);
  const how = bootstrapOf(redraw, returns.length);
  const interval = bootstrapInterval(
    bootstrap(returns.length, (at) => sharpeAt(returns, at), how),
    redraw.level,
  );
  return {
    returns: returns.length,
    sharpe: yearly(sharpe),
    standard_error: yearly(error),
    skewness: roundedOrNull(moments.skewness, 6) ?? 0,
    kurtosis: roundedOrNull(moments.kurtosis, 6) ?? 3,
    interval: sharpe === null ? null : yearlyInterval(interval),
    probabilistic_sharpe: roundedOrNull(probabilisticSharpe(moments), 6),
    minimum_track_record_days: roundedOrNull(minimumTrackRecord(moments, Z95), 2),
    ...againstBenchmark(returns, benchmark, sharpe, how, redraw.level),
  };
}

type Against = Pick<Worth, 'benchmark_sharpe' | 'difference' | 'difference_interval' | 'probability_above_benchmark'>;

function againstBenchmark(
  returns: readonly number[],
  benchmark: readonly number[] | null,
  sharpe: number | null,
  how: Bootstrap,
  level: number,
): Against {
  const other = benchmark === null ? null : sharpeFrom(momentsOf(benchmark));
  if (benchmark === null || other === null || sharpe === null) {
    return {
      benchmark_sharpe: yearly(other),
      difference: null,
      difference_interval: null,
      probability_above_benchmark: null,
    };
  }
  const drawn = bootstrap(
    returns.length,
    (at) => {
      const [own, held] = [sharpeAt(returns, at), sharpeAt(benchmark, at)];
      return own === null || held === null ? null : own - held;
    },
    how,
  );
  return {
    benchmark_sharpe: yearly(other),
    difference: yearly(sharpe - other),
    difference_interval: yearlyInterval(bootstrapInterval(drawn, level)),
    probability_above_benchmark: roundedOrNull(drawn.shareAboveZero, 6),
  };
}

export function bootstrapOf({ draws, seed, blockLength }: Redraw, length: number): Bootstrap {
  return { resampling: { kind: 'stationary', blockLength: blockLength ?? usualBlockLength(length) }, draws, seed };
}

function yearly(perDay: number | null): number | null {
  return roundedOrNull(perDay === null ? null : perDay * YEAR, 6);
}

function yearlyInterval(interval: Interval | null): Interval | null {
  if (interval === null) return null;
  return { low: yearly(interval.low) as number, high: yearly(interval.high) as number };
}
