import * as z from 'zod';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import type { StrategyModule, StrategySymbol, StrategyView } from '../../shared/core/strategies/strategy.ts';

/** Buys what it would be shown by the whole snapshot: the close of the newest bar there is. */
export function peeking(market: () => MarketSnapshot): StrategyModule {
  return buying(({ productId }) => {
    const symbol = market().symbols.find((each) => each.productId === productId);
    return symbol?.candles['1m']?.close.at(-1) ?? 0;
  });
}

/** Reads the memory behind its own column to the end. */
export const digging: StrategyModule = buying(({ candles }) => new Float64Array(candles.close.buffer).at(-1) ?? 0);

function buying(figureOf: (symbol: StrategySymbol) => number): StrategyModule {
  const name = 'donchian-breakout';
  const propose = (symbol: StrategySymbol) => ({
    symbol: symbol.productId,
    side: 'BUY' as const,
    notional_pct: 1,
    stop_loss_pct: 2,
    take_profit_pct: 4,
    conviction: 0.9,
    strategy: name,
    reason: 'planted',
    trigger: { figure: figureOf(symbol) },
  });
  return {
    name,
    params: z.record(z.string(), z.unknown()),
    bind: () => ({
      name,
      warmupBars: 20,
      generateProposals: ({ symbols }: StrategyView) => ({ proposals: symbols.slice(0, 1).map(propose), state: null }),
    }),
  };
}
