import type { RiskView } from '../risk/view.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import type { Dropped } from './candidate.ts';
import { refuse } from './refusal.ts';

export interface Sifted {
  readonly kept: readonly TradeProposal[];
  readonly dropped: readonly Dropped[];
}

/**
 * Opposite wishes for one symbol. Whoever holds it and wants out goes first: his exit stays, every entry is dropped.
 * Otherwise nobody is heard: strategies that disagree are no reason to trade. A sale of what nobody holds stays on the way
 * to risk all the same, which calls it by its name [REQ-R1].
 */
export function withoutConflicts(proposals: readonly TradeProposal[], { account }: RiskView): Sifted {
  const sides = new Map<string, Set<TradeProposal['side']>>();
  for (const { symbol, side } of proposals) sides.set(symbol, (sides.get(symbol) ?? new Set()).add(side));
  const isHeard = ({ symbol, side, strategy }: TradeProposal): boolean => {
    if ((sides.get(symbol) as Set<TradeProposal['side']>).size < 2) return true;
    const owner = account.positions[symbol]?.strategy;
    return side === 'SELL' && (owner === undefined || owner === strategy);
  };
  return {
    kept: proposals.filter(isHeard),
    dropped: proposals
      .filter((proposal) => !isHeard(proposal))
      .map((proposal) => refuse(proposal, 'conflict', 'another strategy wants the opposite')),
  };
}

/** Everybody who wants the same of the same symbol, by name. */
export function agreeing({ symbol, side }: TradeProposal, proposals: readonly TradeProposal[]): readonly string[] {
  const names = proposals
    .filter((other) => other.symbol === symbol && other.side === side)
    .map(({ strategy }) => strategy);
  return [...new Set(names)].sort();
}
