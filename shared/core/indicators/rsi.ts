import type { Candles } from '../market/candles.ts';
import type { Indicator } from './indicator.ts';
import { requirePeriod } from './period.ts';

/**
 * Wilder's relative strength index of closes, 0 to 100: 100 * gain / (gain + loss), both smoothed as Wilder does and
 * seeded with the simple mean of the first p changes. Warm-up p + 1 bars. As TA-Lib RSI, but for a market that has not
 * moved at all: 50 here, neither bought nor sold out (TA-Lib 0, others 100). TA-Lib also takes sums below 1e-14 for zero
 * (1e-8 up to version 0.4), which are real moves of tokens that cost next to nothing; only an exact zero counts here.
 */
export function rsi(period: number): Indicator {
  requirePeriod(period, 1);
  const mean = { gain: 0, loss: 0 };
  let count = 0;
  let previousClose: number | undefined;
  return {
    push(candles: Candles, position) {
      const close = candles.close[position] as number;
      if (previousClose !== undefined) {
        const change = close - previousClose;
        count += 1;
        const weight = 1 / Math.min(count, period);
        mean.gain += weight * (Math.max(change, 0) - mean.gain);
        mean.loss += weight * (Math.max(-change, 0) - mean.loss);
      }
      previousClose = close;
    },
    value() {
      if (count < period) return undefined;
      const both = mean.gain + mean.loss;
      return both === 0 ? 50 : (100 * mean.gain) / both;
    },
  };
}
