import type { Candles } from '../../market/candles.ts';

/**
 * What a bar of this market usually trades, judged from the `lookback` bars before position `end`, or undefined when they
 * do not show it.
 *
 * A median, so one earlier spike does not hide the next. Bars without a trade are left out, so a market that trades now and
 * then is measured against the minutes in which it did; but fewer than `minTradedShare` of such bars is no history to judge
 * from. The newest quarter may only raise the figure: a young listing that gets busier by the hour is measured against what
 * it has become, and not every one of its bars is a spike.
 */
export function volumeBaseline(
  { volume }: Candles,
  end: number,
  lookback: number,
  minTradedShare: number,
): number | undefined {
  const begin = end - lookback;
  if (begin < 0) return undefined;
  const traded = volume.slice(begin, end).filter((size) => size > 0);
  if (traded.length === 0 || traded.length < lookback * minTradedShare) return undefined;
  const recent = traded.slice(-Math.ceil(traded.length / 4));
  return Math.max(median(traded), median(recent));
}

/** Of at least one number. */
function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const upper = sorted[sorted.length >> 1] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] as number) + upper) / 2;
}
