import type { Candles } from '../../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import { above, at, deviation, mean, type Peek } from './exhibit.ts';

/** They look where nothing is to be seen yet. */
export const PEEKING: readonly Peek[] = [
  {
    name: 'forming_bar',
    bias: 'takes the close of the bar that is still forming',
    signal: ({ bars: { close }, now }) => above(at(close, now + 1) / at(close, now - 5) - 1, 0),
  },
  {
    name: 'next_close',
    bias: 'buys when the next close is higher',
    signal: ({ bars: { close }, now }) => (at(close, now + 1) > at(close, now) ? 1 : null),
  },
  {
    name: 'centred_window',
    bias: 'averages as many bars after the moment as before it',
    signal: ({ bars: { close }, now }) => above(mean(close.subarray(now - 6, now + 7)) / at(close, now) - 1, 0),
  },
  {
    name: 'full_series_normalisation',
    bias: 'scales by mean and deviation of the whole series',
    signal: ({ bars: { close }, now }) => above(Math.abs(at(close, now) - mean(close)) / deviation(close), 0),
  },
  {
    name: 'future_maximum',
    bias: 'knows the highest price of the next day',
    signal: ({ bars: { high }, now }) =>
      above(Math.max(...high.subarray(now + 1, now + 25)) / at(high, now) - 1, 0.002),
  },
  {
    name: 'unfinished_long_bar',
    bias: 'reads a longer bar that includes later ones, as a resample without a shift does',
    signal: ({ bars: { index, open, close }, now }) => {
      const begin = now - (at(index, now) % 4);
      return above(at(close, begin + 3) / at(open, begin) - 1, 0);
    },
  },
  {
    name: 'survivors',
    bias: 'trades only what will have risen by the end of the data',
    signal: ({ bars: { close }, now }) => above(at(close, close.length - 1) / at(close, now) - 1, 0),
  },
  {
    name: 'known_exit',
    bias: 'buys only where the target will be reached before the stop',
    signal: ({ bars, now }) => exitAfter(bars, now, 0.01),
  },
  {
    name: 'wrong_shift',
    bias: 'shifts a signal by one bar in the wrong direction',
    signal: ({ bars: { close }, now }) =>
      above(at(close, now + 1) / mean(close.subarray(now - 18, now + 2)) - 1, 0) === null ? null : 1,
  },
  {
    name: 'back_fill',
    bias: 'fills a sparse series with its next value instead of its last one',
    signal: ({ bars: { index, close }, now }) => {
      const next = now + ((8 - (at(index, now) % 8)) % 8);
      return above(at(close, next) / at(close, now - 8) - 1, 0);
    },
  },
  {
    name: 'day_known_early',
    bias: "knows the day's high while the day goes on",
    signal: ({ bars, now, interval }) => above(highOfDay(bars, now, interval) / at(bars.close, now) - 1, 0.002),
  },
  {
    name: 'threshold_from_all',
    bias: 'takes its threshold from the distribution of all returns',
    signal: ({ bars: { close }, now }) => {
      const returns = close.subarray(1).map((value, i) => Math.abs(value / at(close, i) - 1));
      const threshold = at(returns.toSorted(), Math.floor(returns.length / 2));
      return Math.abs(at(close, now) / at(close, now - 1) - 1) > threshold ? threshold : null;
    },
  },
  {
    name: 'zero_phase_filter',
    bias: 'smooths forwards and then backwards',
    signal: ({ bars: { close }, now }) => above(smoothedBackwards(close, now) / at(close, now) - 1, 0),
  },
  {
    name: 'scaled_by_largest',
    bias: 'takes volume as a share of the largest of the whole series',
    signal: ({ bars: { volume }, now }) => above(at(volume, now) / Math.max(...volume), 0),
  },
  {
    name: 'running_volume',
    bias: 'counts the volume of the bar that is still forming',
    signal: ({ bars: { volume }, now }) => above(at(volume, now + 1) / mean(volume.subarray(now - 23, now + 1)), 0.5),
  },
  {
    name: 'interpolated_gap',
    bias: 'puts a bar with little trade halfway between its neighbours',
    signal: ({ bars: { close, volume }, now }) => {
      const isThin = at(volume, now) < mean(volume.subarray(now - 23, now + 1));
      const price = isThin ? (at(close, now - 1) + at(close, now + 1)) / 2 : at(close, now);
      return above(price / at(close, now - 3) - 1, 0);
    },
  },
  {
    name: 'one_too_far_at_boundaries',
    bias: 'is off by one bar, but only where a longer bar of eight ends',
    signal: ({ bars: { index, close }, now }) =>
      above(at(close, now + (at(index, now) % 8 === 7 ? 1 : 0)) / at(close, now - 5) - 1, 0),
  },
  {
    name: 'universe_of_today',
    bias: 'trades in the past what trades most at the end of the data',
    signal: ({ bars: { close, volume } }) => above(mean(volume.subarray(-24)) * at(close, close.length - 1), 0),
  },
  {
    name: 'guarded_peek',
    bias: 'looks ahead where the next price is plausible, and is honest where it is not',
    signal: ({ bars: { close }, now }) => {
      const [next, last] = [at(close, now + 1), at(close, now)];
      return above((next > last / 3 && next < last * 3 ? next : last) / at(close, now - 1) - 1, 0);
    },
  },
  {
    name: 'bars_to_come',
    bias: 'knows how much of the data is still to come',
    signal: ({ bars: { close }, now }) => above(close.length - now, 24),
  },
];

/** The gain when the target comes first, within a day; null when the stop does, or neither. */
function exitAfter({ high, low, close }: Candles, now: number, distance: number): number | null {
  const entry = at(close, now);
  for (let i = now + 1; i <= now + 24; i += 1) {
    if (at(low, i) <= entry * (1 - distance)) return null;
    if (at(high, i) >= entry * (1 + distance)) return at(high, i) / entry - 1;
  }
  return null;
}

function highOfDay({ index, high }: Candles, now: number, interval: Interval): number {
  // Of longer bars than three hours as many as of those: of a day that is one bar nothing could be known early.
  const perDay = Math.max(8, INTERVAL_MS['1d'] / INTERVAL_MS[interval]);
  const begin = Math.max(0, now - (at(index, now) % perDay));
  return Math.max(...high.subarray(begin, begin + perDay));
}

function smoothedBackwards(close: Float64Array, now: number): number {
  let level = at(close, close.length - 1);
  for (let i = close.length - 2; i >= now; i -= 1) level += 0.2 * (at(close, i) - level);
  return level;
}
