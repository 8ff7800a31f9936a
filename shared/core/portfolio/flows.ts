import { add, type Quantity, type Usd, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { Account } from './account.ts';
import { recordFlow } from './ledger.ts';

/** What the exchange has more (or, below 0, less) than the books, beyond dust. Nothing is listed that agrees. */
export interface LedgerGaps {
  readonly cash: Usd;
  /** Currency -> gap. */
  readonly coins: Readonly<Record<string, Quantity>>;
}

export type Flow =
  | { readonly kind: 'cash'; readonly amount: Usd }
  | { readonly kind: 'coin'; readonly currency: string; readonly amount: Quantity };

export interface Looked {
  readonly account: Account;
  /** What the second look has made sure of, booked in `account`. */
  readonly flows: readonly Flow[];
  /** agreed: nothing differs. waiting: a first look, the next one decides. unexplained: no flow looks like this. */
  readonly verdict: 'agreed' | 'waiting' | 'flows' | 'unexplained';
}

/** Balances may lag behind fills by seconds: two looks closer together than this count as one. */
const MIN_BETWEEN_LOOKS_MS = 10_000;

function hasGaps({ cash, coins }: LedgerGaps): boolean {
  return cash !== ZERO_USD || Object.keys(coins).length > 0;
}

/**
 * Takes a difference for what came in or went out when two looks in a row find exactly the same and nothing else can
 * explain it: no fill of a stranger, nothing gone of a coin that the bot itself holds, and nothing that looks like a trade
 * (one thing more, another less). All of it is explained, or nothing is. The first look is remembered in the account, so a crash between
 * the two loses nothing and counts nothing twice.
 */
export function lookForFlows(account: Account, gaps: LedgerGaps, nowMs: number, isBlind = false): Looked {
  const isAgreed = !hasGaps(gaps);
  if (!isAgreed && !isFlowLike(account, gaps)) return unexplained(account, gaps, nowMs);
  // While something cannot be compared, what is seen is half the picture: the next look is a first one again.
  if (isBlind) return { account: forgetLook(account), flows: [], verdict: isAgreed ? 'agreed' : 'waiting' };
  if (isAgreed) return { account: agreed(account), flows: [], verdict: 'agreed' };
  const before = account.sightings.gaps;
  if (before === null) return { account: sighted(account, gaps, nowMs), flows: [], verdict: 'waiting' };
  // What changes from look to look is told, however it began.
  if (!sameGaps(before, gaps)) return unexplained(account, gaps, nowMs);
  if (nowMs - before.at_ms < MIN_BETWEEN_LOOKS_MS) return { account, flows: [], verdict: 'waiting' };
  return { account: agreed(booked(account, gaps, nowMs)), flows: flowsOf(gaps), verdict: 'flows' };
}

function unexplained(account: Account, gaps: LedgerGaps, nowMs: number): Looked {
  return { account: sighted(account, gaps, nowMs), flows: [], verdict: 'unexplained' };
}

function forgetLook(account: Account): Account {
  if (account.sightings.gaps === null) return account;
  return { ...account, sightings: { ...account.sightings, gaps: null } };
}

function isFlowLike(account: Account, { cash, coins }: LedgerGaps): boolean {
  if (Object.keys(account.sightings.foreign_fills).length > 0) return false;
  const signs = new Set([cash, ...Object.values(coins)].filter((gap) => gap !== 0n).map((gap) => gap > 0n));
  if (signs.size > 1) return false;
  return Object.entries(coins).every(([currency, gap]) => isOwnersCoin(account, currency, gap));
}

/**
 * The bot has nothing of it and nothing on its way in it, so it can only be the owner's. More of a coin that it holds is
 * that too (a reward, an airdrop) unless it is buying: nothing else makes coins, and what it holds can still be sold.
 */
function isOwnersCoin(account: Account, currency: string, gap: Quantity): boolean {
  const base = `${currency}-`;
  const orders = Object.values(account.working).filter((order) => order.product_id.startsWith(base));
  if (gap > 0n) return orders.every(({ side }) => side === 'SELL');
  const isTraded = orders.length > 0 || Object.keys(account.positions).some((id) => id.startsWith(base));
  return !isTraded && add(account.external[currency] ?? ZERO_QUANTITY, gap) >= 0n;
}

function booked(account: Account, { cash, coins }: LedgerGaps, nowMs: number): Account {
  const moved = Object.entries(coins).reduce((all, [currency, gap]) => withExternal(all, currency, gap), account);
  return recordFlow(moved, cash, nowMs);
}

/** Moves what is the owner's of a coin: like cash that comes in or goes out it is neither gain nor loss. */
export function withExternal(account: Account, currency: string, gap: Quantity): Account {
  return {
    ...account,
    external: plus(account.external, currency, gap),
    unsettled_coins: plus(account.unsettled_coins, currency, gap),
  };
}

/** What comes to nothing is forgotten. */
function plus(coins: Account['external'], currency: string, gap: Quantity): Account['external'] {
  const { [currency]: had = ZERO_QUANTITY, ...others } = coins;
  const has = add(had, gap);
  return has === ZERO_QUANTITY ? others : { ...others, [currency]: has };
}

function flowsOf({ cash, coins }: LedgerGaps): readonly Flow[] {
  const moved = Object.entries(coins).map(([currency, amount]): Flow => ({ kind: 'coin', currency, amount }));
  return cash === ZERO_USD ? moved : [{ kind: 'cash', amount: cash }, ...moved];
}

function sighted(account: Account, gaps: LedgerGaps, nowMs: number): Account {
  const { sightings } = account;
  if (sightings.gaps !== null && sameGaps(sightings.gaps, gaps)) return account;
  return { ...account, sightings: { ...sightings, gaps: { at_ms: nowMs, ...gaps } } };
}

function agreed(account: Account): Account {
  const { sightings } = account;
  if (sightings.gaps === null && Object.keys(sightings.foreign_fills).length === 0) return account;
  return { ...account, sightings: { ...sightings, gaps: null, foreign_fills: {} } };
}

function sameGaps(a: LedgerGaps, b: LedgerGaps): boolean {
  const currencies = Object.keys(a.coins);
  return (
    a.cash === b.cash &&
    currencies.length === Object.keys(b.coins).length &&
    currencies.every((currency) => a.coins[currency] === b.coins[currency])
  );
}
