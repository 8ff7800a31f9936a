import type { Account, Sightings } from '../core/portfolio/account.ts';
import { advanceFillsCursor, FILL_OVERLAP_MS } from '../core/portfolio/ledger.ts';
import { type ExchangeFailure, isNotFound } from '../ports/answer.ts';
import type { ExchangeFill } from '../ports/exchange.ts';
import { type FollowOutcome, followOrder } from './follow-order.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { isOurs, recoverOrder } from './recover-order.ts';
import { updateAccount } from './update-account.ts';

export interface MissedFills {
  readonly account: Account;
  /** Something of ours was booked: the balances read before may be older than the books now. */
  readonly hasBooked: boolean;
  /** Orders of ours whose fills are not all listed yet. */
  readonly doubtful: readonly string[];
}

/** Fills of one order, and what following it came to. */
interface Made {
  readonly fills: readonly ExchangeFill[];
  readonly by: FollowOutcome | 'foreign' | 'unread';
}

/** Bounds the stored item: whoever trades more than this by hand is told all the same. */
const MOST_FOREIGN_FILLS = 200;

/**
 * Reads all fills since the cursor. One that belongs to an order of ours that was thought settled, or lost, is followed
 * again. One of an order that nobody here placed stays unbooked and is remembered, so that the difference it makes can be
 * told from a deposit. null: not all of it could be read; what could is booked, but no sale behind a purchase that could
 * not, and the cursor waits for the rest.
 */
export async function bookMissedFills(
  ports: TradingPorts,
  settings: TraderSettings,
  account: Account,
  fence?: number,
): Promise<MissedFills | null> {
  const readAtMs = ports.clock.nowMs();
  const fills = await ports.exchange.fillsSince(account.fills_cursor_ms - FILL_OVERLAP_MS);
  if (fills.kind !== 'ok') return null;
  // The exchange lists the newest first: a sale booked before its purchase would find nothing to sell.
  const missed = fills.value.filter((fill) => isNew(account, fill)).sort(asDealt);
  const found: Made[] = [];
  for (const orderId of new Set(missed.map((fill) => fill.orderId))) {
    const ofOrder = missed.filter((fill) => fill.orderId === orderId);
    const waits = found.some((each) => waitsBehind(ofOrder[0], each, readAtMs));
    found.push({ fills: ofOrder, by: waits ? 'unread' : await followMaker(ports, settings, ofOrder, readAtMs) });
  }
  if (found.some(({ by }) => by === 'unread')) return null;
  const foreign = found.flatMap(({ by, fills: ofOrder }) => (by === 'foreign' ? ofOrder : []));
  const outcomes = found.flatMap(({ by }) => (typeof by === 'string' ? [] : [by]));
  const unlisted = found.flatMap((each) => unlistedIn(each, readAtMs));
  // What is on the books' list is followed in every cycle; after any other order nobody would look again.
  const isFollowed = ({ working }: Account) => unlisted.every((id) => working[id] !== undefined);
  const updated = await updateAccount(
    ports.accounts,
    (stored) => (isFollowed(stored) ? withForeign(advanceFillsCursor(stored, readAtMs), foreign) : stored),
    fence,
  );
  if (updated.kind === 'fenced' || !isFollowed(updated.account)) return null;
  const doubtful = outcomes.filter(isDoubtful).map(({ record }) => record.client_order_id);
  return { account: updated.account, hasBooked: outcomes.length > 0, doubtful };
}

/** A new order may not be found for a moment. One that has filled so long ago and is not there was never this key's. */
function isNobodys(failure: ExchangeFailure, fills: readonly ExchangeFill[], nowMs: number): boolean {
  return isNotFound(failure) && fills.every(({ timeMs }) => timeMs < nowMs - FILL_OVERLAP_MS);
}

/** What an exchange has not listed with its order after a day it will not list: nobody waits for it any longer. */
const LISTED_WITHIN_MS = 86_400_000;

/** Whose fills the list of all has shown, and that of the order itself does not yet. */
function unlistedIn({ fills, by }: Made, nowMs: number): readonly string[] {
  if (typeof by === 'string' || by.kind === 'settled' || by.kind === 'mismatch') return [];
  const isListed = by.kind === 'working' && by.lacksFills === false;
  const isRecent = fills.some(({ timeMs }) => timeMs > nowMs - LISTED_WITHIN_MS);
  return isRecent && !isListed ? [by.record.client_order_id] : [];
}

/** The books may know less of it than the balances do. */
export function isDoubtful(outcome: FollowOutcome): boolean {
  return outcome.kind === 'working' ? outcome.lacksFills !== false : outcome.kind !== 'settled';
}

/** A sale whose purchase may be among what was not read would find nothing to sell [I5]. */
function waitsBehind(fill: ExchangeFill | undefined, earlier: Made, nowMs: number): boolean {
  const [first] = earlier.fills;
  if (fill?.side !== 'SELL' || first?.side !== 'BUY' || first.productId !== fill.productId) return false;
  return earlier.by === 'unread' || unlistedIn(earlier, nowMs).length > 0;
}

function asDealt(a: ExchangeFill, b: ExchangeFill): number {
  return a.timeMs - b.timeMs || Number(a.side === 'SELL') - Number(b.side === 'SELL');
}

function isNew({ booked_fills, sightings }: Account, { entryId, timeMs }: ExchangeFill): boolean {
  const isKnown = booked_fills[entryId] !== undefined || sightings.foreign_fills[entryId] !== undefined;
  return !isKnown && timeMs >= sightings.opened_at_ms;
}

/** Follows the order that has made these fills, when it is ours. */
async function followMaker(
  ports: TradingPorts,
  settings: TraderSettings,
  fills: readonly ExchangeFill[],
  nowMs: number,
): Promise<FollowOutcome | 'foreign' | 'unread'> {
  const seen = await ports.exchange.order(fills[0]?.orderId ?? '');
  if (seen.kind !== 'ok') return isNobodys(seen, fills, nowMs) ? 'foreign' : 'unread';
  const record = await ports.orders.find(seen.value.clientOrderId);
  if (record !== undefined) return followOrder(ports, settings, record, seen.value);
  return isOurs(seen.value, settings.config.botId) ? recoverOrder(ports, settings, seen.value) : 'foreign';
}

function withForeign(account: Account, fills: readonly ExchangeFill[]): Account {
  if (fills.length === 0) return account;
  const found = fills.map((fill): [string, Sightings['foreign_fills'][string]] => [
    fill.entryId,
    {
      order_id: fill.orderId,
      product_id: fill.productId,
      side: fill.side,
      price: fill.price,
      quantity: fill.quantity,
      at_ms: fill.timeMs,
    },
  ]);
  const all = [...Object.entries(account.sightings.foreign_fills), ...found].slice(-MOST_FOREIGN_FILLS);
  return { ...account, sightings: { ...account.sightings, foreign_fills: Object.fromEntries(all) } };
}
