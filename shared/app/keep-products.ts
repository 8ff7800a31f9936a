import { encodeProductList } from '../core/cycle/product-list.ts';
import type { Product } from '../core/market/product.ts';
import { failureText } from '../ports/answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProductArchive } from '../ports/day-archive.ts';
import type { MarketData } from '../ports/market-data.ts';

export interface KeepProductsPorts {
  readonly marketData: Pick<MarketData, 'products'>;
  readonly archive: ProductArchive;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Archives what the exchange lists today [REQ-BT1]: a backtest of this day will use its increments, minimums and flags. Only
 * what is quoted in the account's currency. Throws when the exchange does not say.
 */
export async function keepProducts(ports: KeepProductsPorts, quoteCurrency: string): Promise<number> {
  const answer = await ports.marketData.products();
  if (answer.kind !== 'ok') throw new Error(`products: ${failureText(answer)}`);
  return putProducts(ports, answer.value, quoteCurrency);
}

/** The same of products that were just read anyway. */
export async function putProducts(
  { archive, clock }: Omit<KeepProductsPorts, 'marketData'>,
  listed: readonly Product[],
  quoteCurrency: string,
): Promise<number> {
  const products = listed.filter(({ quote }) => quote === quoteCurrency);
  if (products.length === 0) throw new Error(`products: the exchange lists nothing in ${quoteCurrency}`);
  const takenAtMs = clock.nowMs();
  await archive.putProducts(takenAtMs, encodeProductList({ takenAtMs, products }));
  return products.length;
}
