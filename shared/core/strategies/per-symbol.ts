import type * as z from 'zod';
import type { Bracket } from './common-params.ts';
import type { StrategyModule, StrategySymbol, StrategyView, TradeProposal } from './strategy.ts';

/** What an idea says about one symbol: buy it where it is not held, sell it where it is. */
export interface Opinion {
  readonly bracket: Bracket;
  readonly reason: string;
  readonly trigger: TradeProposal['trigger'];
  /** 1 when left out. */
  readonly conviction?: number;
  /** When left out, an entry takes the base size times its conviction, and an exit the base size. */
  readonly notional_pct?: number;
}

type Judge<Settings> = (symbol: StrategySymbol, settings: Settings, view: StrategyView) => Opinion | undefined;

interface Idea<Params extends z.ZodType> {
  readonly name: string;
  readonly params: Params;
  warmupBars(settings: z.output<Params>): number;
  readonly entry: Judge<z.output<Params>>;
  readonly exit: Judge<z.output<Params>>;
}

/** A strategy that keeps no state and judges every symbol by itself, once it has more bars than the warm-up. */
export function perSymbol<Params extends z.ZodType>(idea: Idea<Params>): StrategyModule<Params> {
  const { name, params } = idea;
  return {
    name,
    params,
    bind: (settings) => {
      const warmupBars = idea.warmupBars(settings);
      const proposalFor = (symbol: StrategySymbol, view: StrategyView) => {
        if (symbol.candles.length <= warmupBars) return [];
        const opinion = (symbol.isHeld ? idea.exit : idea.entry)(symbol, settings, view);
        return opinion === undefined ? [] : [proposalOf(name, symbol, opinion)];
      };
      return {
        name,
        warmupBars,
        generateProposals: (view, state) => ({
          proposals: view.symbols.flatMap((symbol) => proposalFor(symbol, view)),
          state,
        }),
      };
    },
  };
}

export function proposalOf(strategy: string, symbol: StrategySymbol, opinion: Opinion): TradeProposal {
  const { productId, baseSizePct, isHeld } = symbol;
  const { bracket, conviction = 1, reason, trigger } = opinion;
  return {
    symbol: productId,
    side: isHeld ? 'SELL' : 'BUY',
    notional_pct: opinion.notional_pct ?? (isHeld ? baseSizePct : baseSizePct * conviction),
    stop_loss_pct: bracket.stop_loss_pct,
    take_profit_pct: bracket.take_profit_pct,
    conviction,
    strategy,
    reason,
    trigger,
  };
}
