import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import {
  add,
  notional,
  portion,
  shareOf,
  subtract,
  toNumber,
  toText,
  type Usd,
  ZERO_USD,
} from '../../shared/core/money/fixed.ts';
import type { Account, ShadowBook } from '../../shared/core/portfolio/account.ts';
import { markOf } from '../../shared/core/portfolio/valuation.ts';

/** What a strategy without authority would have made, on paper. Money is decimal text. */
export interface ShadowScore {
  readonly strategy: string;
  readonly since: string;
  readonly open: number;
  /** What the open positions would make if they were sold now; null while one of them has no price. */
  readonly open_pnl_usd: string | null;
  readonly closed: number;
  readonly wins: number;
  /** Of the closed trades, after all fees. */
  readonly net_pnl_usd: string;
  /** Of what the closed trades cost without fees; null before the first one. */
  readonly net_pnl_bps: number | null;
  readonly fees_usd: string;
  /** Positions given up for want of a price. */
  readonly unscored: number;
}

/** The scores of an account, by strategy. */
export function shadowScores(books: Account['shadow'], snapshot: MarketSnapshot): readonly ShadowScore[] {
  return Object.entries(books)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([strategy, book]) => scoreOf(strategy, book, snapshot));
}

function scoreOf(strategy: string, book: ShadowBook, snapshot: MarketSnapshot): ShadowScore {
  const openPnl = openPnlOf(book, snapshot);
  const net = subtract(book.proceeds, book.cost);
  return {
    strategy,
    since: new Date(book.since_ms).toISOString(),
    open: Object.keys(book.open).length,
    open_pnl_usd: openPnl === null ? null : toText(openPnl),
    closed: book.closed,
    wins: book.wins,
    net_pnl_usd: toText(net),
    net_pnl_bps: book.notional > 0n ? rounded(toNumber(shareOf(net, book.notional, 'down')) * 10_000) : null,
    fees_usd: toText(book.fees),
    unscored: book.unscored,
  };
}

function openPnlOf({ open }: ShadowBook, snapshot: MarketSnapshot): Usd | null {
  const values = Object.entries(open).map(([id, { quantity, cost }]) => {
    const mark = markOf(
      snapshot.symbols.find(({ productId }) => productId === id),
      snapshot,
    );
    if (mark === null) return null;
    const value = notional(quantity, mark.bid, 'down');
    return subtract(subtract(value, portion(value, snapshot.fees.taker, 'up')), cost);
  });
  return values.reduce<Usd | null>((sum, value) => (sum === null || value === null ? null : add(sum, value)), ZERO_USD);
}

function rounded(bps: number): number {
  return Math.round(bps * 100) / 100;
}
