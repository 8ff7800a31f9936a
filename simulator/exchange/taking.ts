import {
  notional,
  type Price,
  type Quantity,
  type Ratio,
  sizeFor,
  smaller,
  type Usd,
  ZERO_QUANTITY,
} from '../../shared/core/money/fixed.ts';
import type { Listing } from '../market/listing.ts';
import type { Book, Level } from '../market/market.ts';
import { dropToGrid, feeOn, netOfFee, shifted } from './amounts.ts';
import type { Side } from './order-spec.ts';

export interface Fill {
  readonly price: Price;
  readonly size: Quantity;
  readonly commission: Usd;
}

export interface Take {
  readonly fills: readonly Fill[];
  /** The book (or the price limit) ended before the order did. */
  readonly isShort: boolean;
}

export interface Appetite {
  readonly side: Side;
  /** Coins to trade, or money to spend with fees included. */
  readonly size: Quantity | null;
  readonly budget: Usd | null;
  /** The worst acceptable price; a market order has the venue's price protection instead. */
  readonly limit: Price | null;
}

/** Walks the opposite side of the book, one fill a level. */
export function take(appetite: Appetite, book: Book | null, listing: Listing, rate: Ratio): Take {
  const fills: Fill[] = [];
  let rest: Rest = appetite;
  for (const level of reachable(appetite, book, listing)) {
    const wanted = rest.size ?? affordable(rest.budget, level.price, listing, rate);
    const fill = fillOf(smaller(wanted, level.size), level.price, rate);
    if (fill.size > 0n) fills.push(fill);
    if (fill.size === wanted) return { fills, isShort: false };
    rest = restAfter(rest, fill);
  }
  return { fills, isShort: true };
}

type Rest = Pick<Appetite, 'size' | 'budget'>;

function reachable({ side, limit }: Appetite, book: Book | null, listing: Listing): readonly Level[] {
  if (book === null) return [];
  const worst = limit ?? protectionPrice(side, book, listing);
  const isBuy = side === 'BUY';
  return (isBuy ? book.asks : book.bids).filter(({ price }) => (isBuy ? price <= worst : price >= worst));
}

function fillOf(size: Quantity, price: Price, rate: Ratio): Fill {
  return { price, size, commission: feeOn(notional(size, price, 'down'), rate) };
}

function restAfter({ size, budget }: Rest, fill: Fill): Rest {
  return {
    size: size === null ? null : ((size - fill.size) as Quantity),
    budget: budget === null ? null : ((budget - costOf([fill])) as Usd),
  };
}

/** What a list of fills costs a buyer. */
export function costOf(fills: readonly Fill[]): Usd {
  return fills.reduce(
    (sum, { price, size, commission }) => sum + notional(size, price, 'down') + commission,
    0n,
  ) as Usd;
}

export function sizeOf(fills: readonly Fill[]): Quantity {
  return fills.reduce((sum, { size }) => sum + size, 0n) as Quantity;
}

function affordable(budget: Usd | null, price: Price, listing: Listing, rate: Ratio): Quantity {
  if (budget === null) return ZERO_QUANTITY;
  return dropToGrid(sizeFor(netOfFee(budget, rate), price, 'down'), listing.baseIncrement);
}

function protectionPrice(side: Side, book: Book, listing: Listing): Price {
  const mid = (((book.bids[0] as Level).price + (book.asks[0] as Level).price) / 2n) as Price;
  return shifted(mid, side === 'BUY' ? listing.protectionBps : -listing.protectionBps);
}
