import * as z from 'zod';
import { realisedVolatility } from '../../indicators/realised-volatility.ts';
import type { Candles } from '../../market/candles.ts';
import { log } from '../../market/log.ts';
import { bracketParams, notAbove } from '../common-params.ts';
import { proposalOf } from '../per-symbol.ts';
import type { Strategy, StrategyModule, StrategySymbol, StrategyView, TradeProposal } from '../strategy.ts';
import { type Contender, type Ranked, ranking } from './ranking.ts';

const NAME = 'cross-sectional-rotation';

const params = z
  .strictObject({
    lookback_bars: z.int().min(5).max(250),
    volatility_lookback_bars: z.int().min(5).max(250),
    /** How many symbols are held at once. */
    hold_count: z.int().min(1).max(50),
    /** A held symbol is sold once it ranks below this place; the places between are its grace. */
    exit_rank: z.int().min(1).max(100),
    /** Momentum must also be positive by itself: the best of a falling market is still falling. */
    min_return_pct: z.number().min(0).max(100),
    /** Return over (volatility per bar x sqrt(lookback)): how many deviations the move is worth. */
    min_score: z.number().min(0).max(10),
    /** The score that earns full conviction. */
    target_score: z.number().positive().max(20),
    ...bracketParams,
  })
  .refine((given) => given.hold_count <= given.exit_rank, {
    path: ['exit_rank'],
    message: 'exit_rank must not be less than hold_count: the last one bought would be sold at once',
  })
  .refine(...notAbove('min_score', 'target_score', 'conviction would be full at once'));
type Params = z.output<typeof params>;

/** Holds the few symbols that rose most for their noise, and lets go of those that fall well behind. */
export const crossSectionalRotation: StrategyModule<typeof params> = {
  name: NAME,
  params,
  bind: (settings): Strategy => ({
    name: NAME,
    warmupBars: warmupBarsOf(settings),
    generateProposals: (view, state) => ({ proposals: rotation(view, settings), state }),
  }),
};

function warmupBarsOf({ lookback_bars, volatility_lookback_bars }: Params): number {
  return Math.max(lookback_bars, volatility_lookback_bars);
}

function rotation({ symbols, holdings }: StrategyView, settings: Params): readonly TradeProposal[] {
  const ranked = ranking(symbols.flatMap((symbol) => contenderOf(symbol, settings) ?? []));
  const sells = ranked.filter(({ symbol }) => symbol.isHeld).flatMap((held) => exit(held, settings) ?? []);
  // Counted over all that is held or being bought, ranked or not; a place is free only once its holder has been sold.
  const free = Math.max(0, settings.hold_count - holdings.length);
  const buys = ranked
    .slice(0, settings.hold_count)
    .filter(({ symbol }) => !holdings.includes(symbol.productId))
    .flatMap((candidate) => entry(candidate, settings) ?? []);
  return [...sells, ...buys.slice(0, free)];
}

function contenderOf(symbol: StrategySymbol, settings: Params): Contender | undefined {
  const { candles } = symbol;
  if (candles.length <= warmupBarsOf(settings)) return undefined;
  const last = candles.length - 1;
  const before = candles.close[last - settings.lookback_bars] as number;
  // Signed on purpose: a fall of the same size is not a rise.
  const ratio = (candles.close[last] as number) / before;
  const volatility = volatilityOf(candles, settings.volatility_lookback_bars);
  // Without any movement there is no scale: it ranks between risers and fallers.
  const score = volatility > 0 ? log(ratio) / (volatility * Math.sqrt(settings.lookback_bars)) : 0;
  return { symbol, moved: ratio - 1, score };
}

/** Fed with no more bars than it needs: every symbol is measured in every cycle. */
function volatilityOf(candles: Candles, lookback: number): number {
  const volatility = realisedVolatility(lookback);
  for (let position = candles.length - lookback - 1; position < candles.length; position += 1) {
    volatility.push(candles, position);
  }
  return volatility.value() as number;
}

function entry({ symbol, rank, moved, score }: Ranked, settings: Params): TradeProposal | undefined {
  if (moved * 100 <= settings.min_return_pct || score <= 0 || score < settings.min_score) return undefined;
  const conviction = Math.min(1, score / settings.target_score);
  const trigger = { rank, return_pct: moved * 100, score };
  return proposalOf(NAME, symbol, { bracket: settings, conviction, reason: 'rotation_in', trigger });
}

function exit({ symbol, rank, moved, score }: Ranked, settings: Params): TradeProposal | undefined {
  const hasFallen = moved < 0;
  if (!hasFallen && rank <= settings.exit_rank) return undefined;
  const reason = hasFallen ? 'momentum_lost' : 'rotation_out';
  return proposalOf(NAME, symbol, { bracket: settings, reason, trigger: { rank, return_pct: moved * 100, score } });
}
