import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';

/**
 * On-balance volume in base units: the volume of every bar that closed higher than the one before, less that of every bar
 * that closed lower. Starts with the volume of the first bar, as TA-Lib OBV. Warm-up 1 bar. The level depends on where
 * the stream starts, so only its changes mean anything, and only within one anchored window.
 */
export function obv(): Indicator {
  let previousClose: number | undefined;
  let total: number | undefined;
  return {
    push(candles: Candles, position) {
      const close = candles.close[position] as number;
      const volume = candles.volume[position] as number;
      if (previousClose === undefined || total === undefined) total = volume;
      else if (close > previousClose) total += volume;
      else if (close < previousClose) total -= volume;
      previousClose = close;
    },
    value: () => total,
  };
}
