import type { Product, ProductId } from '../core/market/product.ts';
import { add, type Quantity, subtract, toText, type Usd, ZERO_QUANTITY } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import type { Balance } from '../ports/exchange.ts';

/** Where the books and the exchange differ by more than dust [I7]. */
export interface LedgerDifferences {
  /** null when cash agrees; else the difference in words. */
  readonly cash: string | null;
  readonly products: Readonly<Partial<Record<ProductId, string>>>;
}

/** Amounts below the exchange's own smallest step: rounding, not money. */
const CASH_DUST = 10_000n as Usd; // 1e-8 of the quote currency
const COIN_DUST = 10_000n as Quantity; // 1e-8 coins

/**
 * Compares cash and every coin with the exchange's balances. Orders on their way make a figure unknowable: their
 * products, and cash altogether, are left out until they are settled.
 */
export function compareLedger(
  account: Account,
  balances: readonly Balance[],
  quoteCurrency: string,
): LedgerDifferences {
  const totals = totalsOf(balances);
  const inFlight = new Set(Object.values(account.working).map((order) => order.product_id));
  const products: Partial<Record<ProductId, string>> = {};
  for (const productId of productsToCheck(account, totals, quoteCurrency)) {
    if (inFlight.has(productId)) continue;
    const difference = coinDifference(account, productId, totals);
    if (difference !== null) products[productId] = difference;
  }
  return { cash: inFlight.size > 0 ? null : cashDifference(account, totals, quoteCurrency), products };
}

export function isBalanced(differences: LedgerDifferences): boolean {
  return differences.cash === null && Object.keys(differences.products).length === 0;
}

/** What is there besides the bot's own cash when it starts: left alone ever after. */
export function externalHoldings(balances: readonly Balance[], quoteCurrency: string): Record<string, Quantity> {
  const totals = [...totalsOf(balances)].filter(([currency, total]) => currency !== quoteCurrency && total > 0n);
  return Object.fromEntries(totals);
}

export function cashIn(balances: readonly Balance[], quoteCurrency: string): Usd {
  return (totalsOf(balances).get(quoteCurrency) ?? ZERO_QUANTITY) as bigint as Usd;
}

export function baseOf(productId: ProductId | Product['id']): string {
  return productId.slice(0, productId.lastIndexOf('-'));
}

function productsToCheck(
  account: Account,
  totals: ReadonlyMap<string, Quantity>,
  quoteCurrency: string,
): readonly ProductId[] {
  const held = Object.keys(account.positions) as ProductId[];
  const present = [...totals.keys(), ...Object.keys(account.external)]
    .filter((currency) => currency !== quoteCurrency)
    .map((currency) => `${currency}-${quoteCurrency}` as ProductId);
  return [...new Set([...held, ...present])].sort();
}

function coinDifference(account: Account, productId: ProductId, totals: ReadonlyMap<string, Quantity>): string | null {
  const currency = baseOf(productId);
  const expected = add(heldQuantity(account, productId), account.external[currency] ?? ZERO_QUANTITY);
  const actual = totals.get(currency) ?? ZERO_QUANTITY;
  return difference(expected, actual, COIN_DUST);
}

function cashDifference(account: Account, totals: ReadonlyMap<string, Quantity>, quoteCurrency: string): string | null {
  const actual = totals.get(quoteCurrency) ?? ZERO_QUANTITY;
  return difference(account.cash as bigint as Quantity, actual, CASH_DUST as bigint as Quantity);
}

function difference(expected: Quantity, actual: Quantity, dust: Quantity): string | null {
  const gap = subtract(actual, expected);
  const size = gap < 0n ? -gap : gap;
  return size <= dust ? null : `the books say ${toText(expected)}, the exchange ${toText(actual)}`;
}

function totalsOf(balances: readonly Balance[]): ReadonlyMap<string, Quantity> {
  const totals = new Map<string, Quantity>();
  for (const { currency, available, hold } of balances) {
    totals.set(currency, add(totals.get(currency) ?? ZERO_QUANTITY, add(available, hold)));
  }
  return totals;
}
