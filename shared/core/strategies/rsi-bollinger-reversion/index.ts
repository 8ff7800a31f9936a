import * as z from 'zod';
import { bollinger } from '../../indicators/bollinger.ts';
import { settledAt } from '../../indicators/read.ts';
import { rsi } from '../../indicators/rsi.ts';
import { sma } from '../../indicators/sma.ts';
import { below, bracketParams } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';

const params = z
  .strictObject({
    rsi_lookback_bars: z.int().min(2).max(50),
    /** The index must have fallen to this or lower. */
    max_entry_rsi: z.number().positive().max(50),
    band_lookback_bars: z.int().min(5).max(200),
    /** Deviations from the mean to the lower band, which the close must be below. */
    band_width: z.number().positive().max(5),
    /** Deviations below the mean that earn full conviction. */
    full_depth: z.number().positive().max(15),
    /** A dip is only bought while the close stands above this long mean. */
    trend_lookback_bars: z.int().min(20).max(298),
    ...bracketParams,
  })
  .refine(...below('band_lookback_bars', 'trend_lookback_bars', 'a dip is measured within a trend'))
  .refine(...below('band_width', 'full_depth', 'conviction would be full at once'))
  .refine((given) => given.band_width < deepestDip(given.band_lookback_bars), {
    path: ['band_width'],
    message: 'no close can be that far below a mean of so few bars that it is part of: it would never trigger',
  });
type Params = z.output<typeof params>;

/** Buys a sharp dip within an up-trend and sells it back at the mean. */
export const rsiBollingerReversion = perSymbol({
  name: 'rsi-bollinger-reversion',
  params,
  warmupBars,
  entry,
  exit,
});

/** One of p numbers is at most sqrt(p - 1) population deviations away from their mean. */
function deepestDip(lookback: number): number {
  return Math.sqrt(lookback - 1);
}

function warmupBars({ rsi_lookback_bars, trend_lookback_bars }: Params): number {
  return Math.max(rsi_lookback_bars + 1, trend_lookback_bars);
}

function entry({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const close = candles.close[candles.length - 1] as number;
  const band = settledAt(bollinger, [settings.band_lookback_bars, settings.band_width], candles, candles.length);
  if (close >= band.lower) return undefined;
  const trend = settledAt(sma, [settings.trend_lookback_bars, 'close'], candles, candles.length);
  const strength = settledAt(rsi, [settings.rsi_lookback_bars], candles, candles.length);
  if (close <= trend || strength > settings.max_entry_rsi) return undefined;

  // The close is below the lower band, so there is a deviation to divide by.
  const depth = ((band.middle - close) / (band.middle - band.lower)) * settings.band_width;
  const share = (depth - settings.band_width) / (settings.full_depth - settings.band_width);
  const conviction = Math.min(1, 0.5 + share / 2);
  return {
    bracket: settings,
    conviction,
    reason: 'oversold',
    trigger: { close, rsi: strength, lower_band: band.lower, mean: band.middle, trend, depth },
  };
}

/** The mean was what was bought for; how the mean got there does not matter. */
function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const close = candles.close[candles.length - 1] as number;
  const mean = settledAt(sma, [settings.band_lookback_bars, 'close'], candles, candles.length);
  if (close < mean) return undefined;
  return { bracket: settings, reason: 'mean_reached', trigger: { close, mean } };
}
