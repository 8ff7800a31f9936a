import { table } from '../html/markup.ts';
import type { Deflation } from './trials.ts';
import type { Worth } from './worth.ts';

type Line = readonly [name: string, value: string];

/** "-0.42 to 1.31". */
export function intervalText(interval: { readonly low: number; readonly high: number } | null, unit = ''): string {
  return interval === null ? '-' : `${text(interval.low)} to ${text(interval.high)}${unit}`;
}

/** The same figures on a terminal and on a page. */
export function worthLines(worth: Worth, deflation: Deflation | null): readonly Line[] {
  const share = (value: number | null) => (value === null ? '-' : `${(value * 100).toFixed(1)} %`);
  const lines: readonly Line[] = [
    ['Sharpe a year', `${text(worth.sharpe)}, 95 % interval ${intervalText(worth.interval)}`],
    ['above 0 with a probability of', share(worth.probabilistic_sharpe)],
    ['days until 95 % would show', worth.minimum_track_record_days?.toFixed(0) ?? 'never'],
    ['less that of holding', `${text(worth.difference)}, 95 % interval ${intervalText(worth.difference_interval)}`],
    ['better than holding in', `${share(worth.probability_above_benchmark)} of the redrawn series`],
    ['skew and kurtosis of a day', `${text(worth.skewness)} and ${text(worth.kurtosis)}`],
  ];
  if (deflation === null) return lines;
  return [
    ...lines,
    [`best of ${deflation.trials} by luck alone`, text(deflation.expected_maximum_sharpe)],
    ['more than that with a probability of', `${share(deflation.deflated_sharpe)} (deflated Sharpe ratio)`],
    [`as ${deflation.independent_trials.toFixed(1)} independent trials`, share(deflation.deflated_sharpe_independent)],
  ];
}

export function worthTable(worth: Worth, deflation: Deflation | null): string {
  const columns = [
    { title: 'figure', cell: ([name]: Line) => name },
    { title: 'value', cell: ([, value]: Line) => value },
  ];
  return table(columns, worthLines(worth, deflation));
}

function text(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}
