import type { ProductId } from '../market/product.ts';
import type { Price, Quantity, Usd } from '../money/fixed.ts';

/** One execution as the exchange reports it. */
export interface Fill {
  readonly entryId: string;
  readonly productId: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly price: Price;
  readonly quantity: Quantity;
  readonly commission: Usd;
  readonly timeMs: number;
}
