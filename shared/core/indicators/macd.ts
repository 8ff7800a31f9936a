import type { Candles } from '../market/candles.ts';
import { ema } from './ema.ts';
import type { Indicator } from './indicator.ts';
import { requirePeriod } from './period.ts';
import { recursiveMean } from './recursive-mean.ts';

export interface MacdSettings {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

export interface Macd {
  readonly macd: number;
  readonly signal: number;
  readonly histogram: number;
}

/**
 * Moving average convergence divergence of closes: macd = EMA(fast) - EMA(slow), signal = EMA of macd,
 * histogram = macd - signal. Warm-up slow + signal - 1 bars. Seeds as in TA-Lib MACD: both means are complete on the same
 * bar, so the fast one is seeded with the last `fast` of the first `slow` closes; the signal with the mean of the first
 * `signal` values of macd.
 */
export function macd({ fast, slow, signal }: MacdSettings): Indicator<Macd> {
  requirePeriod(fast, 1);
  requirePeriod(slow, fast + 1);
  requirePeriod(signal, 1);
  const fastMean = ema(fast);
  const slowMean = ema(slow);
  const signalMean = recursiveMean(signal, 2 / (signal + 1));
  let count = 0;
  let difference = 0;
  return {
    push(candles: Candles, position) {
      count += 1;
      slowMean.push(candles, position);
      if (count > slow - fast) fastMean.push(candles, position);
      const quick = fastMean.value();
      const steady = slowMean.value();
      if (quick === undefined || steady === undefined) return;
      difference = quick - steady;
      signalMean.push(difference);
    },
    value() {
      const smoothed = signalMean.value();
      if (smoothed === undefined) return undefined;
      return { macd: difference, signal: smoothed, histogram: difference - smoothed };
    },
  };
}
