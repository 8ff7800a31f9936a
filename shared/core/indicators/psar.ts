import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';

export interface ParabolicStop {
  /** The stop in force on the newest bar; on the bar that hit it, the one it was replaced with. */
  readonly stop: number;
  /** Whether the stop guards a rise (stands below the bars). */
  readonly isLong: boolean;
}

/**
 * Wilder's parabolic stop and reverse. Each bar moves the stop towards the trend's extreme: stop += a * (extreme - stop),
 * never beyond the last two bars; `a` starts at `step`, grows by it at each new extreme and ends at `most`. A bar that
 * reaches the stop turns the side, and the extreme becomes the stop. Warm-up 2 bars.
 * Seed as in TA-Lib SAR: short if the second bar moved down more than up, else long; the first stop is the first bar's
 * low (long) or high (short), the first extreme the second bar's. In a market that stands still the side alternates.
 */
export function psar(step: number, most: number): Indicator<ParabolicStop> {
  if (!(step > 0 && step <= most)) throw new RangeError(`the step must be above 0 and at most ${most}, not ${step}`);
  let count = 0;
  let high = 0;
  let low = 0;
  let isLong = true;
  let acceleration = step;
  let extreme = 0;
  let stop = 0;
  let next = 0;

  function start(previousHigh: number, previousLow: number): void {
    const fall = previousLow - low;
    isLong = fall <= 0 || fall <= high - previousHigh;
    extreme = isLong ? high : low;
    next = isLong ? previousLow : previousHigh;
  }

  function advance(highest: number, lowest: number): void {
    const isHit = isLong ? low <= next : high >= next;
    if (isHit) turn(highest, lowest);
    else follow();
    next = outside(stop + acceleration * (extreme - stop), highest, lowest);
  }

  function turn(highest: number, lowest: number): void {
    isLong = !isLong;
    stop = outside(extreme, highest, lowest);
    extreme = isLong ? high : low;
    acceleration = step;
  }

  function follow(): void {
    stop = next;
    const isFarther = isLong ? high > extreme : low < extreme;
    if (!isFarther) return;
    extreme = isLong ? high : low;
    acceleration = Math.min(acceleration + step, most);
  }

  function outside(level: number, highest: number, lowest: number): number {
    return isLong ? Math.min(level, lowest) : Math.max(level, highest);
  }

  return {
    push(candles: Candles, position) {
      const previousHigh = high;
      const previousLow = low;
      high = candles.high[position] as number;
      low = candles.low[position] as number;
      count += 1;
      if (count === 2) {
        start(previousHigh, previousLow);
        // The first bar is used up: TA-Lib lets only the second hold its own stop.
        advance(high, low);
      } else if (count > 2) advance(Math.max(previousHigh, high), Math.min(previousLow, low));
    },
    value: () => (count >= 2 ? { stop, isLong } : undefined),
  };
}
