import type { RiskRecord } from '../cycle/decision.ts';
import type { ProductId } from '../market/product.ts';
import type { Quantity, Usd } from '../money/fixed.ts';
import type { TradeProposal } from '../strategies/strategy.ts';

/** What the risk engine is asked to let through: one per symbol and cycle at most. */
export interface Candidate {
  readonly symbol: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: 'entry' | 'exit';
  /** Whose position it is or becomes. */
  readonly strategy: string;
  /** 'stop', 'target', 'time' or the strategy's trigger. */
  readonly reason: string;
  /** null for the exit kit's own orders. */
  readonly proposal: TradeProposal | null;
  /** Every strategy that asked for this symbol and side in this cycle, its own included. */
  readonly agreedBy: readonly string[];
  /** BUY: what it may cost at most, fee included. */
  readonly budget: Usd;
  /** SELL: how much. */
  readonly quantity: Quantity;
  /** What was already said about it before risk (a budget that was cut down). */
  readonly records: readonly RiskRecord[];
}

/** A proposal that never became a candidate, with the record that says why. */
export interface Dropped {
  readonly proposal: TradeProposal;
  readonly record: RiskRecord;
}
