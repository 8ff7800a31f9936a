import * as z from 'zod';
import { ema } from '../../indicators/ema.ts';
import { valueAt } from '../../indicators/indicator.ts';
import { realisedVolatility } from '../../indicators/realised-volatility.ts';
import type { Strategy, StrategyModule, StrategySymbol, TradeProposal } from '../strategy.ts';

const NAME = 'time-series-momentum';

const params = z
  .strictObject({
    lookback_bars: z.int().min(5).max(250),
    /** The signed return over the lookback must exceed this. */
    min_return_pct: z.number().min(0).max(100),
    volatility_lookback_bars: z.int().min(5).max(250),
    /** The close must also stand above this exponential mean. */
    trend_lookback_bars: z.int().min(2).max(250),
    /** Return over (volatility per bar x sqrt(lookback)): how many deviations the move is worth. */
    min_score: z.number().min(0).max(10),
    /** The score that earns full conviction. */
    target_score: z.number().positive().max(20),
    stop_loss_pct: z.number().positive().max(50),
    take_profit_pct: z.number().positive().max(200),
  })
  .refine((given) => given.min_score <= given.target_score, {
    path: ['min_score'],
    message: 'min_score must not exceed target_score: conviction would be full at once',
  });
type Params = z.output<typeof params>;

/** Buys what has risen more than its own noise explains, and leaves when the sign of the return turns. */
export const timeSeriesMomentum: StrategyModule<typeof params> = {
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

function warmupBarsOf({ lookback_bars, volatility_lookback_bars, trend_lookback_bars }: Params): number {
  return Math.max(lookback_bars, volatility_lookback_bars, trend_lookback_bars);
}

function proposalFor(symbol: StrategySymbol, settings: Params): TradeProposal | undefined {
  const { candles } = symbol;
  if (candles.length <= warmupBarsOf(settings)) return undefined;
  const last = candles.length - 1;
  const close = candles.close[last] as number;
  // Signed on purpose: a fall of the same size is not a rise.
  const moved = close / (candles.close[last - settings.lookback_bars] as number) - 1;
  return symbol.isHeld ? exit(symbol, settings, moved) : entry(symbol, settings, moved);
}

function entry(symbol: StrategySymbol, settings: Params, moved: number): TradeProposal | undefined {
  const { candles } = symbol;
  const close = candles.close[candles.length - 1] as number;
  const trend = valueAt(ema(settings.trend_lookback_bars), candles, candles.length);
  const volatility = valueAt(realisedVolatility(settings.volatility_lookback_bars), candles, candles.length);
  if (trend === undefined || volatility === undefined) return undefined;
  if (moved * 100 <= settings.min_return_pct || close <= trend) return undefined;

  const score = scoreOf(moved, volatility, settings);
  if (score <= 0 || score < settings.min_score) return undefined;
  const conviction = Math.min(1, score / settings.target_score);
  const trigger = { return_pct: moved * 100, volatility_pct: volatility * 100, trend, score };
  return {
    ...orderOf(symbol, settings),
    side: 'BUY',
    conviction,
    notional_pct: symbol.baseSizePct * conviction,
    reason: 'momentum',
    trigger,
  };
}

function exit(symbol: StrategySymbol, settings: Params, moved: number): TradeProposal | undefined {
  if (moved >= 0) return undefined;
  const trigger = { return_pct: moved * 100 };
  return {
    ...orderOf(symbol, settings),
    side: 'SELL',
    conviction: 1,
    notional_pct: symbol.baseSizePct,
    reason: 'reversal',
    trigger,
  };
}

/** A market that did not move at all in the volatility window has no scale: whatever happened before it earns nothing. */
function scoreOf(moved: number, volatility: number, { lookback_bars }: Params): number {
  return volatility > 0 ? moved / (volatility * Math.sqrt(lookback_bars)) : 0;
}

function orderOf({ productId }: StrategySymbol, { stop_loss_pct, take_profit_pct }: Params) {
  return { symbol: productId, stop_loss_pct, take_profit_pct, strategy: NAME };
}
