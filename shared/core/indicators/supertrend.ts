import type { Candles } from '../market/candles.ts';
import { atr } from './atr.ts';
import type { Indicator } from './indicator.ts';
import { requirePeriod } from './period.ts';

export interface Supertrend {
  /** Below the bars in a rise, above them in a fall. */
  readonly line: number;
  readonly isUp: boolean;
}

/**
 * Supertrend: two lines `width` average true ranges off (high + low) / 2. The upper one only falls until a close passes
 * it, the lower one only rises until a close passes it. A close above the upper line turns the trend up, one below the
 * lower line down. Warm-up p + 1 bars. Seed: down, unless the first close is already above the upper line; ATR seeded as
 * `atr`. No TA-Lib function; same rules as trading-signals SuperTrend and TradingView's ta.supertrend, whose ATR seeds
 * differ. A market that stands still stays down.
 */
export function supertrend(period: number, width: number): Indicator<Supertrend> {
  requirePeriod(period, 1);
  const range = atr(period);
  let upper = Number.POSITIVE_INFINITY;
  let lower = Number.NEGATIVE_INFINITY;
  let close = 0;
  let isUp = false;
  let isWarm = false;
  return {
    push(candles: Candles, position) {
      range.push(candles, position);
      const trueRange = range.value();
      if (trueRange === undefined) return;
      const middle = ((candles.high[position] as number) + (candles.low[position] as number)) / 2;
      const reach = width * trueRange;
      // `close` is still the bar before: a line it has passed no longer holds.
      upper = close > upper ? middle + reach : Math.min(middle + reach, upper);
      lower = close < lower ? middle - reach : Math.max(middle - reach, lower);
      close = candles.close[position] as number;
      isUp = isUp ? close >= lower : close > upper;
      isWarm = true;
    },
    value: () => (isWarm ? { line: isUp ? lower : upper, isUp } : undefined),
  };
}
