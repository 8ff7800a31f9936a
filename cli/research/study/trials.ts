import * as z from 'zod';
import { rounded, roundedOrNull } from '../../../shared/core/backtest/rounding.ts';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  independentTrials,
} from '../../../shared/core/statistics/deflated-sharpe.ts';
import { meanOf, momentsOf } from '../../../shared/core/statistics/moments.ts';
import { adjustedForTests, haircutSharpe } from '../../../shared/core/statistics/multiple-tests.ts';
import { normalCdf } from '../../../shared/core/statistics/normal.ts';
import { sharpeError, sharpeFrom } from '../../../shared/core/statistics/sharpe.ts';

const figure = z.number();

/** What having tried so much leaves of the best: the deflated Sharpe ratio. Ratios are per year of 365 days. */
export const deflationSchema = z.strictObject({
  trials: z.int().describe('Everything that was tried, whether it traded or not'),
  mean_correlation: figure.describe('Of the daily returns of any two trials'),
  independent_trials: figure.describe('r + (1 - r) trials, with that correlation'),
  sharpe_deviation: figure.describe('How far the Sharpe ratios of the trials scatter'),
  expected_maximum_sharpe: figure.describe('What the best of so many trials without skill would show'),
  deflated_sharpe: figure.nullable().describe('How probable it is that the best is above that'),
  deflated_sharpe_independent: figure.nullable().describe('The same with the independent trials only'),
});

export type Deflation = z.output<typeof deflationSchema>;

/** What many tests leave of one. */
export const haircutSchema = z.strictObject({
  p: figure.nullable().describe('One-sided, that the Sharpe ratio is not above 0: 1 - the probabilistic Sharpe ratio'),
  p_bonferroni: figure.nullable(),
  p_holm: figure.nullable(),
  p_benjamini_yekutieli: figure.nullable(),
  haircut_sharpe: figure.nullable().describe('What a single test would need for the p of Holm'),
});

export type Haircut = z.output<typeof haircutSchema>;

const YEAR = Math.sqrt(365);

/** `best`: the place of the one that was chosen among the daily returns of all trials. */
export function deflationOf(trials: readonly (readonly number[])[], best: number): Deflation {
  // A trial that never traded showed 0.
  const ratios = trials.map((returns) => sharpeFrom(momentsOf(returns)) ?? 0);
  const { deviation } = momentsOf(ratios);
  const correlation = meanCorrelation(trials);
  const independent = independentTrials(trials.length, correlation);
  const moments = momentsOf(trials[best] ?? []);
  return {
    trials: trials.length,
    mean_correlation: rounded(correlation, 6),
    independent_trials: rounded(independent, 4),
    sharpe_deviation: rounded(deviation * YEAR, 6),
    expected_maximum_sharpe: rounded(expectedMaximumSharpe(trials.length, deviation) * YEAR, 6),
    deflated_sharpe: roundedOrNull(deflatedSharpe(moments, { trials: trials.length, deviation }), 6),
    deflated_sharpe_independent: roundedOrNull(deflatedSharpe(moments, { trials: independent, deviation }), 6),
  };
}

/** Trial by trial. One that never traded is a test all the same: its p is 1. */
export function haircutsOf(trials: readonly (readonly number[])[]): readonly Haircut[] {
  const worth = trials.map((returns) => {
    const moments = momentsOf(returns);
    const sharpe = sharpeFrom(moments);
    const error = sharpe === null ? null : sharpeError(moments, sharpe);
    // 1 less a skill next to 1 would be 0 long before this tail is.
    return sharpe === null || error === null ? null : { p: normalCdf(-sharpe / error), error };
  });
  const adjusted = adjustedForTests(worth.map((each) => each?.p ?? 1));
  return worth.map((each, i) => {
    if (each === null) return NOTHING;
    const holm = adjusted.holm[i] as number;
    return {
      p: rounded(each.p, 6),
      p_bonferroni: rounded(adjusted.bonferroni[i] as number, 6),
      p_holm: rounded(holm, 6),
      p_benjamini_yekutieli: rounded(adjusted.benjaminiYekutieli[i] as number, 6),
      haircut_sharpe: rounded(haircutSharpe(holm, each.error) * YEAR, 6),
    };
  });
}

const NOTHING: Haircut = {
  p: null,
  p_bonferroni: null,
  p_holm: null,
  p_benjamini_yekutieli: null,
  haircut_sharpe: null,
};

/** The mean over all pairs, from the variance of the sum of the standardized series: no pair has to be looked at. */
export function meanCorrelation(series: readonly (readonly number[])[]): number {
  const varied = series.filter((each) => momentsOf(each).deviation > 0);
  const [count, length] = [varied.length, varied[0]?.length ?? 0];
  if (count < 2) return 0;
  const sums = new Float64Array(length);
  for (const each of varied) {
    const { mean, deviation } = momentsOf(each);
    for (let i = 0; i < length; i += 1) {
      sums[i] = (sums[i] as number) + ((each[i] as number) - mean) / deviation;
    }
  }
  const variance = (meanOf(sums.map((sum) => sum * sum)) * length) / (length - 1);
  return (variance - count) / (count * (count - 1));
}
