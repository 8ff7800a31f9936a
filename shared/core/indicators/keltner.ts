import type { Candles } from '../market/candles.ts';
import { atr } from './atr.ts';
import type { Band } from './band.ts';
import { ema } from './ema.ts';
import type { Indicator } from './indicator.ts';
import { requirePeriod } from './period.ts';

export interface KeltnerSettings {
  /** Of the exponential mean in the middle. */
  readonly period: number;
  readonly atrPeriod: number;
  /** How many average true ranges the outer lines stand off. */
  readonly width: number;
}

/**
 * Keltner channel in Linda Raschke's form: EMA of closes, and `width` average true ranges above and below it. Seeds as
 * those of `ema` and `atr`. Warm-up max(period, atrPeriod + 1) bars. No TA-Lib function; same formula as trading-signals
 * KeltnerChannels, whose seeds differ.
 */
export function keltner({ period, atrPeriod, width }: KeltnerSettings): Indicator<Band> {
  requirePeriod(period, 1);
  requirePeriod(atrPeriod, 1);
  const mean = ema(period);
  const range = atr(atrPeriod);
  return {
    push(candles: Candles, position) {
      mean.push(candles, position);
      range.push(candles, position);
    },
    value() {
      const middle = mean.value();
      const trueRange = range.value();
      if (middle === undefined || trueRange === undefined) return undefined;
      const reach = width * trueRange;
      return { upper: middle + reach, middle, lower: middle - reach };
    },
  };
}
