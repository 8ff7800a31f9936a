import type { Band } from '../../indicators/band.ts';
import { bollinger } from '../../indicators/bollinger.ts';
import { keltner } from '../../indicators/keltner.ts';
import type { Candles } from '../../market/candles.ts';

interface SqueezeSettings {
  readonly channel_lookback_bars: number;
  readonly bollinger_width: number;
  readonly keltner_width: number;
  readonly squeeze_lookback_bars: number;
}

export interface Squeeze {
  /** How many of the last bars before `end` had the Bollinger band inside the Keltner channel. */
  readonly squeezed_bars: number;
  /** The higher of the two upper lines at the bar before `end`. */
  readonly upper: number;
}

/** Reads the bars before `end` only. */
export function squeezeBefore(candles: Candles, end: number, settings: SqueezeSettings): Squeeze {
  const period = settings.channel_lookback_bars;
  const band = bollinger(period, settings.bollinger_width);
  const channel = keltner({ period, atrPeriod: period, width: settings.keltner_width });
  let squeezed_bars = 0;
  let upper = Number.POSITIVE_INFINITY;
  for (let position = 0; position < end; position += 1) {
    band.push(candles, position);
    channel.push(candles, position);
    if (position < end - settings.squeeze_lookback_bars) continue;
    const inner = band.value();
    const outer = channel.value();
    if (inner === undefined || outer === undefined) continue;
    if (isInside(inner, outer)) squeezed_bars += 1;
    upper = Math.max(inner.upper, outer.upper);
  }
  return { squeezed_bars, upper };
}

/** Strictly: a market that stands still has no width in either, and is dead rather than squeezed. */
function isInside(inner: Band, outer: Band): boolean {
  return inner.upper < outer.upper && inner.lower > outer.lower;
}
