import * as z from 'zod';
import { atr } from '../../indicators/atr.ts';
import { donchian } from '../../indicators/donchian.ts';
import { settledAt } from '../../indicators/read.ts';
import { sma } from '../../indicators/sma.ts';
import type { Candles } from '../../market/candles.ts';
import { bracketParams } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';

const params = z.strictObject({
  entry_lookback_bars: z.int().min(5).max(250),
  exit_lookback_bars: z.int().min(2).max(250),
  atr_lookback_bars: z.int().min(2).max(100),
  /** How far beyond the channel a close must be to count, in average true ranges. */
  min_breakout_atr: z.number().min(0).max(10),
  /** Volume of the breakout bar over the mean of the entry lookback; 0 asks nothing. */
  min_volume_ratio: z.number().min(0).max(100),
  ...bracketParams,
});
type Params = z.output<typeof params>;

/** Buys a close above the channel of the bars before it and leaves on a close below the shorter exit channel. */
export const donchianBreakout = perSymbol({
  name: 'donchian-breakout',
  params,
  warmupBars,
  entry,
  exit,
});

function warmupBars({ entry_lookback_bars, exit_lookback_bars, atr_lookback_bars }: Params): number {
  return Math.max(entry_lookback_bars, exit_lookback_bars, atr_lookback_bars);
}

function entry({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  // The newest bar is left out: a close cannot break a channel that it helped to draw.
  const channel = settledAt(donchian, [settings.entry_lookback_bars], candles, last);
  if (close <= channel.high) return undefined;
  const range = settledAt(atr, [settings.atr_lookback_bars], candles, last + 1);

  const breakout_atr = (close - channel.high) / range;
  const volume_ratio = volumeRatio(candles, settings.entry_lookback_bars);
  if (breakout_atr < settings.min_breakout_atr || volume_ratio < settings.min_volume_ratio) return undefined;

  const conviction = Math.min(1, 0.5 + breakout_atr / 2);
  return {
    bracket: settings,
    conviction,
    reason: 'breakout',
    trigger: { close, channel_high: channel.high, breakout_atr, volume_ratio },
  };
}

function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  const channel = settledAt(donchian, [settings.exit_lookback_bars], candles, last);
  if (close >= channel.low) return undefined;
  return { bracket: settings, reason: 'breakdown', trigger: { close, channel_low: channel.low } };
}

/** Of the newest bar against the mean of the bars before it; a market without any volume never qualifies. */
function volumeRatio(candles: Candles, lookback: number): number {
  const last = candles.length - 1;
  const mean = settledAt(sma, [lookback, 'volume'], candles, last);
  return mean > 0 ? (candles.volume[last] as number) / mean : 0;
}
