import type { ProductId } from '../market/product.ts';
import {
  add,
  notional,
  type Price,
  type Quantity,
  sizeFor,
  smaller,
  subtract,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../money/fixed.ts';
import type { Account, Position } from './account.ts';
import { type LedgerGaps, withExternal } from './flows.ts';
import { bookFill, recordFlow } from './ledger.ts';
import type { CooldownPolicy } from './trade-memory.ts';
import { positionQuantity } from './valuation.ts';

/** What it takes to go on from the exchange's word. */
export interface Acceptance {
  readonly gaps: LedgerGaps;
  readonly quoteCurrency: string;
  readonly policy: CooldownPolicy;
  readonly atMs: number;
}

/**
 * The books as the exchange has them, by the word of an operator: coins too many become external; missing ones are taken
 * from the external ones first and then from the position, oldest lots first, at the price they were sold for by hand (at
 * cost when nobody knows one). What is left of the cash difference came in or went out. Whatever was frozen thaws.
 */
export function acceptGaps(account: Account, { gaps, quoteCurrency, policy, atMs }: Acceptance): Account {
  const target = add(account.cash, gaps.cash);
  const withCoins = Object.entries(gaps.coins).reduce(
    (books, [currency, gap]) => acceptCoin(books, currency, gap, { quoteCurrency, policy, atMs }),
    account,
  );
  const settled = recordFlow(withCoins, subtract(target, withCoins.cash), atMs);
  const known = Object.entries(settled.sightings.foreign_fills).map(([id, { at_ms }]) => [id, at_ms] as const);
  return {
    ...settled,
    // Read again with the next difference, they would speak against a deposit that has nothing to do with them.
    booked_fills: { ...settled.booked_fills, ...Object.fromEntries(known) },
    frozen: {},
    sightings: { ...settled.sightings, gaps: null, foreign_fills: {} },
  };
}

function acceptCoin(
  account: Account,
  currency: string,
  gap: Quantity,
  { quoteCurrency, policy, atMs }: Omit<Acceptance, 'gaps'>,
): Account {
  if (gap > 0n) return withExternal(account, currency, gap);
  const missing = subtract(ZERO_QUANTITY, gap);
  const fromExternal = smaller(account.external[currency] ?? ZERO_QUANTITY, missing);
  const books = withExternal(account, currency, subtract(ZERO_QUANTITY, fromExternal));
  const fromPosition = subtract(missing, fromExternal);
  const productId = `${currency}-${quoteCurrency}` as ProductId;
  const position = account.positions[productId];
  if (position === undefined || fromPosition <= 0n) return books;
  const sale = {
    entryId: `accepted:${productId}:${atMs}`,
    productId,
    side: 'SELL',
    price: soldByHandAt(account, productId) ?? unitCost(position),
    quantity: fromPosition,
    commission: ZERO_USD,
    timeMs: atMs,
  } as const;
  return bookFill(books, sale, null, policy);
}

/** The average price of the sales of strangers; null when none is known. */
function soldByHandAt({ sightings }: Account, productId: ProductId): Price | null {
  const sales = Object.values(sightings.foreign_fills).filter(
    (fill) => fill.product_id === productId && fill.side === 'SELL',
  );
  if (sales.length === 0) return null;
  const value = sales.reduce<Usd>((sum, { quantity, price }) => add(sum, notional(quantity, price, 'down')), ZERO_USD);
  return ratioOf(
    value,
    sales.reduce<Quantity>((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY),
  );
}

function unitCost(position: Position): Price {
  const cost = position.lots.reduce<Usd>((sum, lot) => add(sum, lot.cost), ZERO_USD);
  return ratioOf(cost, positionQuantity(position));
}

/** Dividing money by coins is what sizeFor does; the result is a price. */
function ratioOf(value: Usd, size: Quantity): Price {
  return sizeFor(value, size as bigint as Price, 'down') as bigint as Price;
}
