import * as z from 'zod';
import { MAX_WINDOW_BARS, windowStart } from '../../indicators/anchor.ts';
import { donchian } from '../../indicators/donchian.ts';
import { settledAt } from '../../indicators/read.ts';
import type { Candles } from '../../market/candles.ts';
import { bracketParams } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';

const params = z
  .strictObject({
    /** The first bars of the listing, whose high is the level to break. */
    range_bars: z.int().min(3).max(200),
    /** Older than this is no new listing any more. */
    max_age_bars: z.int().min(4).max(300),
    /** Percent of the bars since the first trade that must have traded. */
    min_traded_share_pct: z.number().positive().max(100),
    /** How far the close may be above the range, in heights of the range: beyond that it is chased no more. */
    max_extension: z.number().positive().max(10),
    /** A range wider than this tells nothing. */
    max_range_pct: z.number().positive().max(1_000),
    exit_lookback_bars: z.int().min(2).max(200),
    /** Share of the tier's base size that a full-conviction entry takes. */
    size_factor: z.number().positive().max(1),
    ...bracketParams,
  })
  .refine((given) => given.max_age_bars > warmupBars(given), {
    path: ['max_age_bars'],
    message:
      'max_age_bars must exceed range_bars and exit_lookback_bars: the listing would be old at its first opinion',
  })
  .refine((given) => given.range_bars + warmupBars(given) < MAX_WINDOW_BARS, {
    path: ['range_bars'],
    message: `range_bars and the larger of range_bars and exit_lookback_bars must make less than ${MAX_WINDOW_BARS}: no listing would ever be seen as young`,
  });
type Params = z.output<typeof params>;

/** Buys a young listing that leaves the range of its first bars upwards; small, and with a wide stop. */
export const newListingBreakout = perSymbol({
  name: 'new-listing-breakout',
  params,
  warmupBars,
  entry,
  exit,
});

interface Lookbacks {
  readonly range_bars: number;
  readonly exit_lookback_bars: number;
}

function warmupBars({ range_bars, exit_lookback_bars }: Lookbacks): number {
  return Math.max(range_bars, exit_lookback_bars);
}

function entry({ candles, baseSizePct }: StrategySymbol, settings: Params): Opinion | undefined {
  if (!isYoung(candles, settings)) return undefined;
  const range = settledAt(donchian, [settings.range_bars], candles, settings.range_bars);
  if (range.high <= range.low) return undefined;
  const close = candles.close[candles.length - 1] as number;
  const range_pct = 100 * (range.high / range.low - 1);
  const extension = (close - range.high) / (range.high - range.low);
  if (extension <= 0 || extension > settings.max_extension || range_pct > settings.max_range_pct) return undefined;

  // Nearer to the range is better: what has run far has less to give and the same stop.
  const conviction = 1 - extension / settings.max_extension / 2;
  return {
    bracket: settings,
    conviction,
    notional_pct: baseSizePct * settings.size_factor * conviction,
    reason: 'listing_breakout',
    trigger: { close, range_high: range.high, range_low: range.low, range_pct, extension, age_bars: candles.length },
  };
}

/** Whoever holds one leaves below the recent low, whether or not the listing still counts as new. */
function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  const channel = settledAt(donchian, [settings.exit_lookback_bars], candles, last);
  if (close >= channel.low) return undefined;
  return { bracket: settings, reason: 'breakdown', trigger: { close, channel_low: channel.low } };
}

/**
 * The window of an older market begins at its anchor; one that begins much later begins with the first trade there ever
 * was, so its length is the listing's age. One that begins soon after the anchor counts as old: it may have paused there.
 */
function isYoung(candles: Candles, settings: Params): boolean {
  const first = candles.index[0] as number;
  const t = candles.index[candles.length - 1] as number;
  const silent = first - windowStart(t, warmupBars(settings));
  if (silent < settings.range_bars || candles.length > settings.max_age_bars) return false;
  const traded = candles.volume.reduce((count, volume) => count + (volume > 0 ? 1 : 0), 0);
  return 100 * traded >= settings.min_traded_share_pct * candles.length;
}
