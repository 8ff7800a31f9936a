import type { StrategySymbol } from '../strategy.ts';

export interface Contender {
  readonly symbol: StrategySymbol;
  /** The signed return of the lookback. */
  readonly moved: number;
  readonly score: number;
}

export interface Ranked extends Contender {
  /** 1 is the strongest. */
  readonly rank: number;
}

/** Strongest first; equals by name, so that the order of the input decides nothing. */
export function ranking(contenders: readonly Contender[]): readonly Ranked[] {
  return contenders
    .toSorted((a, b) => b.score - a.score || (a.symbol.productId < b.symbol.productId ? -1 : 1))
    .map((contender, i) => ({ ...contender, rank: i + 1 }));
}
