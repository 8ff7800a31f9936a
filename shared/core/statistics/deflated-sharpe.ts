import type { Moments } from './moments.ts';
import { normalQuantile } from './normal.ts';
import { probabilisticSharpe } from './sharpe.ts';

const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/**
 * The best Sharpe ratio that so many trials without any skill would show, where theirs scatter with this deviation:
 * sd ((1 - g) Z(1 - 1/N) + g Z(1 - 1/(N e))), g the constant of Euler and Mascheroni, Z the normal quantile. Bailey and
 * Lopez de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management 40 (5), 2014, equation 1. 0 for one trial.
 * Made for many trials, it falls below 0 for less than one and a third: then it is 0 as well.
 */
export function expectedMaximumSharpe(trials: number, deviation: number): number {
  if (trials <= 1) return 0;
  const first = normalQuantile(1 - 1 / trials);
  const second = normalQuantile(1 - 1 / (trials * Math.E));
  return deviation * Math.max(0, (1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second);
}

/**
 * How probable it is that a Sharpe ratio is above what the best of so many trials shows by luck alone: the probabilistic
 * Sharpe ratio against the expected maximum, equation 2 of the same paper. All figures per period, none a year.
 */
export function deflatedSharpe(
  returns: Moments,
  { trials, deviation }: { readonly trials: number; readonly deviation: number },
): number | null {
  return probabilisticSharpe(returns, expectedMaximumSharpe(trials, deviation));
}

/**
 * How many independent trials stand in so many that resemble each other: r + (1 - r) M with their mean correlation r
 * (appendix 3 of the same paper). A mean below 0 counts as 0: nothing makes more trials out of them.
 */
export function independentTrials(trials: number, meanCorrelation: number): number {
  const shared = Math.min(1, Math.max(0, meanCorrelation));
  return shared + (1 - shared) * trials;
}
