import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';

/** Wilder's average true range. The first bar has no previous close and only starts the chain; the next `period` seed it. */
export function atr(period: number): Indicator {
  let previousClose: number | undefined;
  let count = 0;
  let mean = 0;
  return {
    push(candles: Candles, position) {
      const close = candles.close[position] as number;
      if (previousClose !== undefined) {
        const high = Math.max(candles.high[position] as number, previousClose);
        const low = Math.min(candles.low[position] as number, previousClose);
        count += 1;
        mean += (high - low - mean) / Math.min(count, period);
      }
      previousClose = close;
    },
    value: () => (count >= period ? mean : undefined),
  };
}
