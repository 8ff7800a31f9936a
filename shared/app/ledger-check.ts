import { isProductId, type Product, type ProductId } from '../core/market/product.ts';
import { add, type Quantity, subtract, toText, type Usd, ZERO_QUANTITY, ZERO_USD } from '../core/money/fixed.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import type { LedgerGaps } from '../core/portfolio/flows.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import type { Balance } from '../ports/exchange.ts';

/** Where the books and the exchange differ by more than dust [I7]. */
export interface LedgerDifferences {
  /** null when cash agrees; else the difference in words. */
  readonly cash: string | null;
  readonly products: Readonly<Partial<Record<ProductId, string>>>;
}

/** The same in figures. */
export interface LedgerMeasure {
  readonly differences: LedgerDifferences;
  readonly gaps: LedgerGaps;
  /** Some figure could not be compared. */
  readonly isBlind: boolean;
}

/** Amounts below the exchange's own smallest step: rounding, not money. */
const CASH_DUST = 10_000n as Usd; // 1e-8 of the quote currency
const COIN_DUST = 10_000n as Quantity; // 1e-8 coins

/**
 * Compares cash and every coin with the exchange's balances, holds included. An order that rests is known to the last fill
 * and hides nothing. One that is about to be sent, or of unknown fate, or whose fills are not all listed yet (`doubtful`),
 * makes its product and the cash unknowable until it is settled.
 */
export function compareLedger(
  account: Account,
  balances: readonly Balance[],
  quoteCurrency: string,
  doubtful: ReadonlySet<string> = NONE,
): LedgerDifferences {
  return measureLedger(account, balances, quoteCurrency, doubtful).differences;
}

export function measureLedger(
  account: Account,
  balances: readonly Balance[],
  quoteCurrency: string,
  doubtful: ReadonlySet<string>,
): LedgerMeasure {
  const totals = totalsOf(balances);
  const blind = new Set(
    Object.values(account.working)
      .filter((order) => isUnknowable(order, doubtful))
      .map((order) => order.product_id),
  );
  const products: Partial<Record<ProductId, string>> = {};
  const coins: Record<string, Quantity> = {};
  for (const productId of productsToCheck(account, totals, quoteCurrency).filter((id) => !blind.has(id))) {
    const found = coinDifference(account, productId, totals);
    if (found === null) continue;
    products[productId] = found.words;
    coins[baseOf(productId)] = found.gap;
  }
  const cash = blind.size > 0 ? null : cashDifference(account, totals, quoteCurrency);
  return {
    differences: { cash: cash?.words ?? null, products },
    gaps: { cash: (cash?.gap ?? ZERO_USD) as bigint as Usd, coins },
    isBlind: blind.size > 0,
  };
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

const NONE: ReadonlySet<string> = new Set();

function isUnknowable({ status, client_order_id }: WorkingOrder, doubtful: ReadonlySet<string>): boolean {
  return status !== 'WORKING' || doubtful.has(client_order_id);
}

function productsToCheck(
  account: Account,
  totals: ReadonlyMap<string, Quantity>,
  quoteCurrency: string,
): readonly ProductId[] {
  const held = Object.keys(account.positions) as ProductId[];
  const present = [...totals.keys(), ...Object.keys(account.external)]
    .filter((currency) => currency !== quoteCurrency)
    .map((currency) => `${currency}-${quoteCurrency}`)
    .filter(isProductId);
  return [...new Set([...held, ...present])].sort();
}

interface Difference {
  readonly gap: Quantity;
  readonly words: string;
}

function coinDifference(
  account: Account,
  productId: ProductId,
  totals: ReadonlyMap<string, Quantity>,
): Difference | null {
  const currency = baseOf(productId);
  const expected = add(heldQuantity(account, productId), account.external[currency] ?? ZERO_QUANTITY);
  const actual = totals.get(currency) ?? ZERO_QUANTITY;
  return difference(expected, actual, COIN_DUST);
}

function cashDifference(
  account: Account,
  totals: ReadonlyMap<string, Quantity>,
  quoteCurrency: string,
): Difference | null {
  const actual = totals.get(quoteCurrency) ?? ZERO_QUANTITY;
  return difference(account.cash as bigint as Quantity, actual, CASH_DUST as bigint as Quantity);
}

function difference(expected: Quantity, actual: Quantity, dust: Quantity): Difference | null {
  const gap = subtract(actual, expected);
  const size = gap < 0n ? -gap : gap;
  if (size <= dust) return null;
  return { gap, words: `the books say ${toText(expected)}, the exchange ${toText(actual)}` };
}

function totalsOf(balances: readonly Balance[]): ReadonlyMap<string, Quantity> {
  const totals = new Map<string, Quantity>();
  for (const { currency, available, hold } of balances) {
    totals.set(currency, add(totals.get(currency) ?? ZERO_QUANTITY, add(available, hold)));
  }
  return totals;
}
