import type { ProductId } from '../../core/market/product.ts';
import type { FeeRates } from '../../core/market/snapshot.ts';
import type { Usd } from '../../core/money/fixed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { FactStore } from '../../ports/stores.ts';

export interface PaperExchangeParts {
  /** The real market the orders are held against: quotes, increments, minimums, flags; bars for what rests. */
  readonly marketData: Pick<MarketData, 'quotes' | 'product' | 'candles'>;
  readonly facts: FactStore;
  readonly clock: Clock;
  /** Used once, when there is no book yet. */
  readonly startingCashUsd: Usd;
  readonly quoteCurrency: string;
  readonly fees: FeeRates;
  /** How much worse than the touch a taker deals. */
  readonly slippageBps: number;
  /** Some products take no brackets (BRACKET_ORDER_NOT_SUPPORTED); without this every product does. */
  readonly takesBrackets?: (productId: ProductId) => boolean;
}
