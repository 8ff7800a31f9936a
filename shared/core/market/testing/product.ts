import { price, quantity, usd } from '../../money/fixed.ts';
import { ONLINE, type Product, type ProductFlags, type ProductId } from '../product.ts';

/** A liquid product that permits everything. */
export function productOf(id: ProductId, flags: Partial<ProductFlags> = {}): Product {
  const [base, quote] = id.split('-') as [string, string];
  return {
    id,
    base,
    quote,
    priceIncrement: price('0.01'),
    baseIncrement: quantity('0.00000001'),
    quoteIncrement: usd('0.01'),
    baseMinSize: quantity('0.0001'),
    baseMaxSize: quantity('100000'),
    quoteMinSize: usd('1'),
    quoteMaxSize: usd('1000000'),
    quoteVolume24h: usd('50000000'),
    listedAtMs: Date.UTC(2020, 0, 1),
    flags: { ...ONLINE, ...flags },
  };
}
