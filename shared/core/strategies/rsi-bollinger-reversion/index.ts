import * as z from 'zod';
import { bollinger } from '../../indicators/bollinger.ts';
import { valueAt } from '../../indicators/indicator.ts';
import { rsi } from '../../indicators/rsi.ts';
import { sma } from '../../indicators/sma.ts';
import type { Strategy, StrategyModule, StrategySymbol, TradeProposal } from '../strategy.ts';

const NAME = 'rsi-bollinger-reversion';

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
    stop_loss_pct: z.number().positive().max(50),
    take_profit_pct: z.number().positive().max(200),
  })
  .refine((given) => given.band_lookback_bars < given.trend_lookback_bars, {
    path: ['band_lookback_bars'],
    message: 'band_lookback_bars must be shorter than trend_lookback_bars: a dip is measured within a trend',
  })
  .refine((given) => given.band_width < given.full_depth, {
    path: ['band_width'],
    message: 'band_width must be less than full_depth: conviction would be full at once',
  })
  .refine((given) => given.band_width < deepestDip(given.band_lookback_bars), {
    path: ['band_width'],
    message: 'no close can be that far below a mean of so few bars that it is part of: it would never trigger',
  });
type Params = z.output<typeof params>;

/** Buys a sharp dip within an up-trend and sells it back at the mean. */
export const rsiBollingerReversion: StrategyModule<typeof params> = {
  name: NAME,
  params,
  bind: (settings): Strategy => ({
    name: NAME,
    warmupBars: warmupBarsOf(settings),
    generateProposals: (view, state) => ({
      proposals: view.symbols.flatMap((symbol) => proposalFor(symbol, settings) ?? []),
      state,
    }),
  }),
};

/** One of p numbers is at most sqrt(p - 1) population deviations away from their mean. */
function deepestDip(lookback: number): number {
  return Math.sqrt(lookback - 1);
}

function warmupBarsOf({ rsi_lookback_bars, trend_lookback_bars }: Params): number {
  return Math.max(rsi_lookback_bars + 1, trend_lookback_bars);
}

function proposalFor(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  if (symbol.candles.length <= warmupBarsOf(settings)) return undefined;
  return symbol.isHeld ? exit(symbol, settings) : entry(symbol, settings);
}

function entry(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { candles, baseSizePct } = symbol;
  const close = candles.close[candles.length - 1] as number;
  const band = valueAt(bollinger(settings.band_lookback_bars, settings.band_width), candles, candles.length);
  if (band === undefined || close >= band.lower) return undefined;
  const trend = valueAt(sma(settings.trend_lookback_bars, 'close'), candles, candles.length);
  const strength = valueAt(rsi(settings.rsi_lookback_bars), candles, candles.length);
  if (trend === undefined || strength === undefined) return undefined;
  if (close <= trend || strength > settings.max_entry_rsi) return undefined;

  // The close is below the lower band, so there is a deviation to divide by.
  const depth = ((band.middle - close) / (band.middle - band.lower)) * settings.band_width;
  const share = (depth - settings.band_width) / (settings.full_depth - settings.band_width);
  const conviction = Math.min(1, 0.5 + share / 2);
  return {
    ...orderOf(symbol, settings),
    side: 'BUY',
    conviction,
    notional_pct: baseSizePct * conviction,
    reason: 'oversold',
    trigger: { close, rsi: strength, lower_band: band.lower, mean: band.middle, trend, depth },
  };
}

/** The mean was what was bought for; how the mean got there does not matter. */
function exit(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { candles, baseSizePct } = symbol;
  const close = candles.close[candles.length - 1] as number;
  const mean = valueAt(sma(settings.band_lookback_bars, 'close'), candles, candles.length);
  if (mean === undefined || close < mean) return undefined;
  return {
    ...orderOf(symbol, settings),
    side: 'SELL',
    conviction: 1,
    notional_pct: baseSizePct,
    reason: 'mean_reached',
    trigger: { close, mean },
  };
}

function orderOf({ productId }: StrategySymbol, { stop_loss_pct, take_profit_pct }: Params) {
  return { symbol: productId, stop_loss_pct, take_profit_pct, strategy: NAME };
}
