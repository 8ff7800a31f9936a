import type { Product, ProductId } from '../market/product.ts';
import { toNumber } from '../money/fixed.ts';
import type { BarMarket } from './market.ts';
import type { Series } from './series.ts';

/** What the exchange listed, as it was taken at one moment. */
export interface ProductList {
  /** Nothing before this moment may know it. */
  readonly fromMs: number;
  readonly products: ReadonlyMap<ProductId, Product>;
  /** What was looked for and not listed. What is in neither is not known. */
  readonly absent: ReadonlySet<ProductId>;
}

/**
 * The market with the products of each slot: the newest list that had been taken by then, the market's own where there is
 * none. Lists are oldest first, and slots ascend.
 */
export function marketBySlot(market: BarMarket, lists: readonly ProductList[]): (slotMs: number) => BarMarket {
  let known = market;
  let next = 0;
  return (slotMs) => {
    for (let list = lists[next]; list !== undefined && list.fromMs <= slotMs; list = lists[next]) {
      known = listedAs(market, list);
      next += 1;
    }
    return known;
  };
}

function listedAs(market: BarMarket, list: ProductList): BarMarket {
  return { ...market, series: new Map([...market.series].map(([id, own]) => [id, withProduct(own, list)] as const)) };
}

/** The same columns under the increments, minimums and flags of the day. */
function withProduct(own: Series, { products, absent }: ProductList): Series {
  const { product } = own;
  const listed = products.get(product.id);
  if (listed !== undefined)
    return {
      ...own,
      product: { ...listed, listedAtMs: listed.listedAtMs ?? product.listedAtMs },
      increment: toNumber(listed.priceIncrement),
    };
  return absent.has(product.id)
    ? { ...own, product: { ...product, flags: { ...product.flags, isDisabled: true } } }
    : own;
}
