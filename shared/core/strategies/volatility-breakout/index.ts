import * as z from 'zod';
import { atr } from '../../indicators/atr.ts';
import { settledAt } from '../../indicators/read.ts';
import { sma } from '../../indicators/sma.ts';
import { bracketParams, notAbove } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';
import { squeezeBefore } from './squeeze.ts';

const params = z
  .strictObject({
    /** Of both channels. */
    channel_lookback_bars: z.int().min(5).max(80),
    /** In standard deviations of closes. */
    bollinger_width: z.number().min(0.5).max(5),
    /** In average true ranges. The market is squeezed while the Bollinger band lies inside this channel. */
    keltner_width: z.number().min(0.5).max(5),
    squeeze_lookback_bars: z.int().min(1).max(50),
    /** How many of the bars just before the breakout must have been squeezed. */
    min_squeeze_bars: z.int().min(1).max(50),
    /** Least rise of the newest bar from close to close, in average true ranges of the bars before it. */
    min_score: z.number().positive().max(20),
    /** The rise that earns full conviction. */
    target_score: z.number().positive().max(50),
    ...bracketParams,
  })
  .refine(...notAbove('min_squeeze_bars', 'squeeze_lookback_bars', 'there would never be enough'))
  .refine(...notAbove('min_score', 'target_score', 'conviction would be full at once'));
type Params = z.output<typeof params>;

/** Buys the first wide rise out of a quiet market and leaves when the close falls back below the middle of the band. */
export const volatilityBreakout = perSymbol({
  name: 'volatility-breakout',
  params,
  warmupBars,
  entry,
  exit,
});

/** The smoothed lines of the Keltner channel have settled after three lookbacks; the squeeze is read after that. */
function warmupBars({ channel_lookback_bars, squeeze_lookback_bars }: Params): number {
  return 3 * channel_lookback_bars + squeeze_lookback_bars;
}

function entry({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  // Signed on purpose: a fall of the same width is not a breakout to buy.
  const rise = close - (candles.close[last - 1] as number);
  if (rise <= 0) return undefined;
  // The newest bar is left out of everything it is measured against: it would widen the range and the bands itself.
  const range = settledAt(atr, [settings.channel_lookback_bars], candles, last);
  const score = range > 0 ? rise / range : 0;
  if (score < settings.min_score) return undefined;

  const { squeezed_bars, upper } = squeezeBefore(candles, last, settings);
  if (squeezed_bars < settings.min_squeeze_bars || close <= upper) return undefined;
  const conviction = Math.min(1, score / settings.target_score);
  return {
    bracket: settings,
    conviction,
    reason: 'squeeze_breakout',
    trigger: { close, upper, squeezed_bars, score },
  };
}

function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const close = candles.close[candles.length - 1] as number;
  const middle = settledAt(sma, [settings.channel_lookback_bars, 'close'], candles, candles.length);
  if (close >= middle) return undefined;
  return { bracket: settings, reason: 'breakout_failed', trigger: { close, middle } };
}
