import * as z from 'zod';
import { atr } from '../../indicators/atr.ts';
import { valueAt } from '../../indicators/indicator.ts';
import { sma } from '../../indicators/sma.ts';
import type { Strategy, StrategyModule, StrategySymbol, TradeProposal } from '../strategy.ts';
import { squeezeBefore } from './squeeze.ts';

const NAME = 'volatility-breakout';

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
    stop_loss_pct: z.number().positive().max(50),
    take_profit_pct: z.number().positive().max(200),
  })
  .refine((given) => given.min_squeeze_bars <= given.squeeze_lookback_bars, {
    path: ['min_squeeze_bars'],
    message: 'min_squeeze_bars must not exceed squeeze_lookback_bars: there would never be enough',
  })
  .refine((given) => given.min_score <= given.target_score, {
    path: ['min_score'],
    message: 'min_score must not exceed target_score: conviction would be full at once',
  });
type Params = z.output<typeof params>;

/** Buys the first wide rise out of a quiet market and leaves when the close falls back below the middle of the band. */
export const volatilityBreakout: StrategyModule<typeof params> = {
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

/** The smoothed lines of the Keltner channel have settled after three lookbacks; the squeeze is read after that. */
function warmupBarsOf({ channel_lookback_bars, squeeze_lookback_bars }: Params): number {
  return 3 * channel_lookback_bars + squeeze_lookback_bars;
}

function proposalFor(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  if (symbol.candles.length <= warmupBarsOf(settings)) return undefined;
  return symbol.isHeld ? exit(symbol, settings) : entry(symbol, settings);
}

function entry(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { candles } = symbol;
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  // Signed on purpose: a fall of the same width is not a breakout to buy.
  const rise = close - (candles.close[last - 1] as number);
  if (rise <= 0) return undefined;
  // The newest bar is left out of everything it is measured against: it would widen the range and the bands itself.
  const range = valueAt(atr(settings.channel_lookback_bars), candles, last) ?? 0;
  const score = range > 0 ? rise / range : 0;
  if (score < settings.min_score) return undefined;

  const { squeezed_bars, upper } = squeezeBefore(candles, last, settings);
  if (squeezed_bars < settings.min_squeeze_bars || close <= upper) return undefined;
  const conviction = Math.min(1, score / settings.target_score);
  return {
    ...orderOf(symbol, settings),
    side: 'BUY',
    notional_pct: symbol.baseSizePct * conviction,
    conviction,
    reason: 'squeeze_breakout',
    trigger: { close, upper, squeezed_bars, score },
  };
}

function exit(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { candles } = symbol;
  const close = candles.close[candles.length - 1] as number;
  const middle = valueAt(sma(settings.channel_lookback_bars, 'close'), candles, candles.length);
  if (middle === undefined || close >= middle) return undefined;
  return {
    ...orderOf(symbol, settings),
    side: 'SELL',
    notional_pct: symbol.baseSizePct,
    conviction: 1,
    reason: 'breakout_failed',
    trigger: { close, middle },
  };
}

function orderOf({ productId }: StrategySymbol, { stop_loss_pct, take_profit_pct }: Params) {
  return { symbol: productId, stop_loss_pct, take_profit_pct, strategy: NAME };
}
