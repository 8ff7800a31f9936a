import * as z from 'zod';
import type { StrategyModules } from '../../strategies/bind.ts';
import type { StrategyModule, StrategySymbol, TradeProposal } from '../../strategies/strategy.ts';

/** Strategies so plain that what they make can be reckoned by hand. They go by the names that a config enables. */
export function heldFrom(name: string, startIndex: number): StrategyModules {
  return {
    [name]: plainModule(name, ({ candles, isHeld }) => (isHeld || newest(candles) < startIndex ? null : 'BUY')),
  };
}

/** In on every bar whose index is a multiple, out half a period later. */
export function alternating(name: string, period: number, warmupBars = 1): StrategyModules {
  const sideOf = ({ candles, isHeld }: StrategySymbol) => {
    const phase = newest(candles) % period;
    if (!isHeld) return phase === 0 ? 'BUY' : null;
    return phase === Math.floor(period / 2) ? 'SELL' : null;
  };
  return { [name]: plainModule(name, sideOf, warmupBars) };
}

function plainModule(
  name: string,
  sideOf: (symbol: StrategySymbol) => TradeProposal['side'] | null,
  warmupBars = 1,
): StrategyModule {
  const propose = (symbol: StrategySymbol): readonly TradeProposal[] => {
    const side = sideOf(symbol);
    if (side === null) return [];
    return [
      {
        symbol: symbol.productId,
        side,
        notional_pct: symbol.baseSizePct,
        stop_loss_pct: 10,
        take_profit_pct: 25,
        conviction: 1,
        strategy: name,
        reason: 'bench',
        trigger: {},
      },
    ];
  };
  return {
    name,
    params: z.record(z.string(), z.unknown()),
    bind: () => ({
      name,
      warmupBars,
      generateProposals: ({ symbols }) => ({ proposals: symbols.flatMap(propose), state: null }),
    }),
  };
}

function newest({ index, length }: StrategySymbol['candles']): number {
  return index[length - 1] as number;
}
