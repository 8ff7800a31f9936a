import type * as z from 'zod';
import type { Candles } from '../market/candles.ts';
import type { Interval } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';

/** What a strategy wants [REQ-R2]. Sizes are percent of equity; `notional_pct` at most the tier's base size. */
export interface TradeProposal {
  readonly symbol: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly notional_pct: number;
  readonly stop_loss_pct: number;
  readonly take_profit_pct: number;
  /** 0..1 */
  readonly conviction: number;
  readonly strategy: string;
  /** The trigger's name, one word. */
  readonly reason: string;
  /** The figures that fired it, for the record. */
  readonly trigger: Readonly<Record<string, number>>;
}

/** One eligible symbol as a strategy sees it. Frozen. */
export interface StrategySymbol {
  readonly productId: ProductId;
  /** Size of a full-conviction entry in percent of equity: the tier's base size. */
  readonly baseSizePct: number;
  /** Exactly the anchored window of closed bars (indicators/anchor.ts): gapless, oldest first, last bar just closed. */
  readonly candles: Candles;
  readonly isHeld: boolean;
}

export interface StrategyView {
  readonly slotMs: number;
  readonly interval: Interval;
  /** Ascending by productId. */
  readonly symbols: readonly StrategySymbol[];
  /** What the strategy holds or is buying, ascending: also what it is not shown now, because its data is unsound. */
  readonly holdings: readonly ProductId[];
}

export type StrategyState = z.core.util.JSONType;

export interface StrategyOutput {
  readonly proposals: readonly TradeProposal[];
  /** The next state of the strategy's own namespace, returned, never mutated; at most 20,000 characters of JSON. */
  readonly state: StrategyState;
}

/** A strategy bound to its parsed parameters. */
export interface Strategy {
  readonly name: string;
  /** Bars needed before the first opinion; at most 299. */
  readonly warmupBars: number;
  /** Asked in every cycle: with longer bars it sees the same window many times, so its state must not count calls. */
  generateProposals(view: StrategyView, state: StrategyState): StrategyOutput;
}

/** What a strategy module exports: its name, its parameter schema and how to bind it. */
export interface StrategyModule<Params extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly params: Params;
  bind(params: z.output<Params>): Strategy;
}
