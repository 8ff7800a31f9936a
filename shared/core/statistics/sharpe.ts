import { type Moments, momentsOf } from './moments.ts';
import { normalCdf } from './normal.ts';

/** Mean over deviation of returns, per period of them; null where nothing varies. */
export function sharpeOf(returns: ArrayLike<number>): number | null {
  return sharpeFrom(momentsOf(returns));
}

export function sharpeFrom({ mean, deviation }: Pick<Moments, 'mean' | 'deviation'>): number | null {
  return deviation > 0 ? mean / deviation : null;
}

/**
 * The standard error of a Sharpe ratio from returns that are not normal, per period:
 * sqrt((1 - skew SR + (kurtosis - 1) / 4 SR^2) / (n - 1)). E. Mertens, "Comments on variance of the IID estimator in Lo
 * (2002)", 2002; Bailey and Lopez de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15, 2012. It assumes
 * that days do not lean on each other. null where it has no meaning.
 */
export function sharpeError({ count, skewness, kurtosis }: Moments, sharpe: number): number | null {
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return count > 1 && spread > 0 ? Math.sqrt(spread / (count - 1)) : null;
}

/**
 * How probable it is that the true Sharpe ratio lies above `threshold` (per period): the probabilistic Sharpe ratio of
 * Bailey and Lopez de Prado 2012, normal((SR - SR*) / its standard error).
 */
export function probabilisticSharpe(returns: Moments, threshold = 0): number | null {
  const sharpe = sharpeFrom(returns);
  const error = sharpe === null ? null : sharpeError(returns, sharpe);
  return sharpe === null || error === null ? null : normalCdf((sharpe - threshold) / error);
}

/**
 * How many periods it takes until a Sharpe ratio like this one shows itself above the threshold with this confidence:
 * 1 + (1 - skew SR + (kurtosis - 1) / 4 SR^2) (z / (SR - SR*))^2, the minimum track record length of the same paper.
 * null where it lies below the threshold, and no time would do.
 */
export function minimumTrackRecord(returns: Moments, z: number, threshold = 0): number | null {
  const sharpe = sharpeFrom(returns);
  if (sharpe === null || sharpe <= threshold) return null;
  const spread = 1 - returns.skewness * sharpe + ((returns.kurtosis - 1) / 4) * sharpe ** 2;
  return 1 + spread * (z / (sharpe - threshold)) ** 2;
}
