import { atr } from '../../indicators/atr.ts';
import { ema } from '../../indicators/ema.ts';
import { valueAt } from '../../indicators/indicator.ts';
import { rsi } from '../../indicators/rsi.ts';
import { vwap } from '../../indicators/vwap.ts';
import type { Candles } from '../../market/candles.ts';
import type { Direction, Market } from './signed-market.ts';
import type { Confirmation } from './triggers.ts';

export interface ReversalSettings {
  readonly min_bounce_from_low_pct: number;
  readonly rsi_hours: number;
  readonly trend_ema_hours: number;
  readonly trend_slope_hours: number;
  readonly min_slope_pct_per_hour: number;
}

/** Bars on each side that a pivot must undercut, and how far back pivots are looked for. */
const PIVOT_WINDOW = 2;
const PIVOT_LOOKBACK = 48;

/** Whether the exponential mean climbs fast enough. */
export function isTrending(
  { logs: logsIn, barsPerHour }: Market,
  direction: Direction,
  settings: ReversalSettings,
): boolean {
  const logs = logsIn(direction);
  const period = settings.trend_ema_hours * barsPerHour;
  const now = valueAt(ema(period), logs, logs.length);
  const before = valueAt(ema(period), logs, logs.length - settings.trend_slope_hours * barsPerHour);
  if (now === undefined || before === undefined) return false;
  return (100 * (now - before)) / settings.trend_slope_hours >= settings.min_slope_pct_per_hour;
}

/** Which of the four signs of a turn are there, all judged on closed bars and on logarithms. */
export function reversalConfirmations(
  { logs: logsIn, barsPerHour }: Market,
  direction: Direction,
  settings: ReversalSettings,
): readonly Confirmation[] {
  const logs = logsIn(direction);
  const close = logs.close[logs.length - 1] as number;
  const mean = valueAt(vwap(barsPerHour), logs, logs.length);
  const [pivot, olderPivot] = pivotLows(logs);
  const signs: Readonly<Record<Confirmation, boolean>> = {
    close_above_vwap: mean !== undefined && close > mean,
    higher_low: pivot !== undefined && olderPivot !== undefined && pivot > olderPivot,
    rsi_cross_50: hasCrossed50(logs, settings.rsi_hours * barsPerHour, barsPerHour),
    bounce_confirmed: pivot !== undefined && 100 * (close - pivot) >= settings.min_bounce_from_low_pct,
  };
  return (Object.keys(signs) as Confirmation[]).filter((sign) => signs[sign]);
}

/** Within the last hour: a cross on the very last bar alone would hardly ever meet the other signs. */
function hasCrossed50(logs: Candles, period: number, bars: number): boolean {
  const now = valueAt(rsi(period), logs, logs.length);
  const before = valueAt(rsi(period), logs, logs.length - bars);
  return now !== undefined && before !== undefined && before <= 50 && now > 50;
}

/** The newest two lows that undercut the bars on both sides of them, newest first. */
function pivotLows({ low, length }: Candles): readonly number[] {
  const found: number[] = [];
  const oldest = Math.max(PIVOT_WINDOW, length - PIVOT_LOOKBACK);
  for (let i = length - 1 - PIVOT_WINDOW; i >= oldest && found.length < 2; i -= 1) {
    if (isPivot(low, i)) found.push(low[i] as number);
  }
  return found;
}

/** Of a trough that two bars share, only the earlier one counts. */
function isPivot(low: Float64Array, position: number): boolean {
  const bottom = low[position] as number;
  for (let offset = 1; offset <= PIVOT_WINDOW; offset += 1) {
    if ((low[position - offset] as number) <= bottom || (low[position + offset] as number) < bottom) return false;
  }
  return true;
}

/** Whether the average true range is at least so many times the median of itself over the window. */
export function isAwake({ logs: logsIn }: Market, lookbackBars: number, minMultiple: number): boolean {
  if (minMultiple === 0) return true;
  const logs = logsIn(1);
  const stream = atr(lookbackBars);
  const ranges: number[] = [];
  for (let position = 0; position < logs.length; position += 1) {
    stream.push(logs, position);
    const range = stream.value();
    if (range !== undefined) ranges.push(range);
  }
  const newest = ranges.at(-1);
  const median = ranges.toSorted((a, b) => a - b)[ranges.length >> 1];
  return newest !== undefined && median !== undefined && newest > 0 && newest >= minMultiple * median;
}
