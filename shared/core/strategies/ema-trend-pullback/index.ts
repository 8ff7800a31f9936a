import * as z from 'zod';
import type { Strategy, StrategyModule, StrategySymbol, TradeProposal } from '../strategy.ts';
import { isTurningUp, strengthOf, trendOf } from './readings.ts';

const NAME = 'ema-trend-pullback';

const params = z
  .strictObject({
    /** The three exponential means: fast above middle above slow is a rising trend. */
    fast_lookback_bars: z.int().min(3).max(60),
    middle_lookback_bars: z.int().min(5).max(100),
    slow_lookback_bars: z.int().min(10).max(120),
    /** The slow mean must have risen over so many bars. */
    slope_lookback_bars: z.int().min(1).max(50),
    rsi_lookback_bars: z.int().min(2).max(50),
    /** How many bars the pullback may have lasted; all of it must stay above the slow mean. */
    pullback_lookback_bars: z.int().min(1).max(30),
    /** The pullback must have brought the RSI down to this. */
    max_pullback_rsi: z.number().min(1).max(99),
    adx_lookback_bars: z.int().min(2).max(90),
    /** Least ADX. */
    min_score: z.number().min(0).max(100),
    /** The ADX that earns full conviction. */
    target_score: z.number().positive().max(100),
    stop_loss_pct: z.number().positive().max(50),
    take_profit_pct: z.number().positive().max(200),
  })
  .refine((given) => given.fast_lookback_bars < given.middle_lookback_bars, {
    path: ['fast_lookback_bars'],
    message: 'fast_lookback_bars must be less than middle_lookback_bars',
  })
  .refine((given) => given.middle_lookback_bars < given.slow_lookback_bars, {
    path: ['middle_lookback_bars'],
    message: 'middle_lookback_bars must be less than slow_lookback_bars',
  })
  .refine((given) => given.min_score <= given.target_score, {
    path: ['min_score'],
    message: 'min_score must not exceed target_score: conviction would be full at once',
  });
type Params = z.output<typeof params>;

/** Buys the end of a pullback in a rising trend and leaves when the trend's means cross back. */
export const emaTrendPullback: StrategyModule<typeof params> = {
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

/** A recursive mean has forgotten its seed after about two lookbacks, Wilder's slower one after three. */
function warmupBarsOf(settings: Params): number {
  return Math.max(
    2 * settings.slow_lookback_bars + settings.slope_lookback_bars,
    3 * settings.rsi_lookback_bars + settings.pullback_lookback_bars,
    3 * settings.adx_lookback_bars,
  );
}

function proposalFor(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  if (symbol.candles.length <= warmupBarsOf(settings)) return undefined;
  return symbol.isHeld ? exit(symbol, settings) : entry(symbol, settings);
}

function entry(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { candles, productId, baseSizePct } = symbol;
  if (!isTurningUp(candles, settings)) return undefined;
  const { fast, middle, slow, slowRose, pullbackLow } = trendOf(candles, settings);
  const isTrend = fast > middle && middle > slow && slowRose;
  if (!isTrend || pullbackLow <= slow) return undefined;
  const score = strengthOf(candles, settings.adx_lookback_bars);
  if (score <= 0 || score < settings.min_score) return undefined;

  const conviction = Math.min(1, score / settings.target_score);
  return {
    symbol: productId,
    side: 'BUY',
    notional_pct: baseSizePct * conviction,
    stop_loss_pct: settings.stop_loss_pct,
    take_profit_pct: settings.take_profit_pct,
    conviction,
    strategy: NAME,
    reason: 'pullback_over',
    trigger: { fast, middle, slow, pullback_low: pullbackLow, score },
  };
}

function exit({ candles, productId, baseSizePct }: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { fast, middle } = trendOf(candles, settings);
  if (fast >= middle) return undefined;
  return {
    symbol: productId,
    side: 'SELL',
    notional_pct: baseSizePct,
    stop_loss_pct: settings.stop_loss_pct,
    take_profit_pct: settings.take_profit_pct,
    conviction: 1,
    strategy: NAME,
    reason: 'trend_lost',
    trigger: { fast, middle },
  };
}
