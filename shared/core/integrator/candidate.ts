import type { Denial, RiskRecord } from '../cycle/decision.ts';
import type { ProductId } from '../market/product.ts';
import type { Price, Quantity, Usd } from '../money/fixed.ts';
import type { TradeProposal } from '../strategies/strategy.ts';

/** A bracket sells at `limit` (the target) or from the stop on; a stop-limit from the stop on, down to `limit`. */
export interface Guard {
  readonly kind: 'bracket' | 'stop_limit';
  readonly stop: Price;
  readonly limit: Price;
}

/** What the risk engine is asked to let through: one per symbol and cycle at most. */
export interface Candidate {
  readonly symbol: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: 'entry' | 'exit' | 'protect';
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
  /** What rests on the exchange behind a position; only with purpose 'protect'. */
  readonly guard?: Guard;
  /** What was already said about it before risk (a budget that was cut down). */
  readonly records: readonly RiskRecord[];
}

/** A proposal that never became a candidate, with the record that says why. */
export interface Dropped {
  readonly proposal: TradeProposal;
  readonly record: Denial;
}
