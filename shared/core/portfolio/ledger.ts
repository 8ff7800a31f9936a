import type { ProductId } from '../market/product.ts';
import { add, notional, type Quantity, smaller, subtract, type Usd, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { ApprovedOrder } from '../risk/approved-order.ts';
import type { Account, Lot, Mode, Position, WorkingOrder } from './account.ts';
import { keptOf, withId, withoutId } from './by-id.ts';
import type { Fill } from './fill.ts';
import { type CooldownPolicy, rememberFill } from './trade-memory.ts';

/** How the fold of fills changes the account. Pure: every function returns the next account or the same object. */

/** A fill may be reported this much later than it happened; ids are remembered twice as long behind the cursor. */
export const FILL_OVERLAP_MS = 15 * 60_000;

const MOST_FLOWS_KEPT = 50;

export function openAccount(start: {
  readonly botId: string;
  readonly mode: Mode;
  readonly cash: Usd;
  readonly external: Readonly<Record<string, Quantity>>;
  readonly nowMs: number;
}): Account {
  return {
    bot_id: start.botId,
    mode: start.mode,
    version: 0,
    fence: 0,
    cash: start.cash,
    positions: {},
    external: start.external,
    working: {},
    outbox: [],
    cooldowns: {},
    entries: [],
    exit_results: {},
    booked_fills: {},
    fills_cursor_ms: start.nowMs,
    high_water_mark: start.cash,
    marks: null,
    flows: [],
    unsettled_flow: ZERO_USD,
    unsettled_coins: {},
    external_counted: null,
    realised_pnl: ZERO_USD,
    fees_paid: ZERO_USD,
    frozen: {},
    halted: false,
    sightings: { opened_at_ms: start.nowMs, orders_listed_ms: 0, foreign_orders: {}, foreign_fills: {}, gaps: null },
    protection: {},
    universe_memory: {},
    benched: {},
    shadow: {},
    strategy_state: {},
  };
}

/** Reserves the approved orders and puts them into the outbox. An id that is already known is a bug and throws [I2]. */
export function reserve(account: Account, orders: readonly ApprovedOrder[]): Account {
  let working: Account['working'] = account.working;
  for (const order of orders) {
    const { client_order_id: id } = order;
    if (working[id] !== undefined) throw new Error(`${id} is reserved already`);
    working = withId(working, id, reservationOf(order));
  }
  return { ...account, working, outbox: [...account.outbox, ...orders.map((order) => order.client_order_id)] };
}

/** An order as it begins: nothing of it is sent or filled. */
export function reservationOf(order: ApprovedOrder): WorkingOrder {
  return { ...order, status: 'READY', order_id: null, filled: ZERO_QUANTITY, sent_at_ms: null };
}

/** Books one fill exactly once [I6]. `order` is the one that made it, also when it has ended; null for a fill of nobody's. */
export function bookFill(account: Account, fill: Fill, order: WorkingOrder | null, policy: CooldownPolicy): Account {
  if (account.booked_fills[fill.entryId] !== undefined || isForgotten(account, fill, order)) return account;
  const money = fill.quantity < 0n ? reversed(fill) : fill;
  const moved = money.side === 'BUY' ? buy(account, money, order) : sell(account, money);
  return {
    ...moved,
    ...rememberFill(account, moved, fill, order, policy),
    working: order === null ? moved.working : withFilled(moved.working, order, fill.quantity),
    fees_paid: add(moved.fees_paid, fill.commission),
    booked_fills: withId(moved.booked_fills, fill.entryId, fill.timeMs),
  };
}

/** The exchange takes a fill back by one of less than nothing: a purchase is sold again at its price, fee included. */
function reversed(fill: Fill): Fill {
  return {
    ...fill,
    side: fill.side === 'BUY' ? 'SELL' : 'BUY',
    quantity: subtract(ZERO_QUANTITY, fill.quantity),
  };
}

/**
 * Books money that came from outside (more than 0) or left (less). It is neither gain nor loss: the next decision moves
 * the high-water mark and the anchors by the same share, so no drawdown and no stop comes of it.
 */
export function recordFlow(account: Account, amount: Usd, atMs: number): Account {
  if (amount === ZERO_USD) return account;
  return {
    ...account,
    cash: add(account.cash, amount),
    unsettled_flow: add(account.unsettled_flow, amount),
    flows: [...account.flows, { at_ms: atMs, amount }].slice(-MOST_FLOWS_KEPT),
  };
}

/** Gives back what the order had reserved. Doing it twice changes nothing. */
export function release(account: Account, clientOrderId: string): Account {
  if (account.working[clientOrderId] === undefined) return account;
  const working = withoutId(account.working, clientOrderId);
  return { ...account, working, outbox: account.outbox.filter((id) => id !== clientOrderId) };
}

/**
 * Ends an order: its reservation goes, and the intent's next order, if there is one, takes its place in the same write and
 * in the outbox [I2, I3]. Doing it twice changes nothing.
 */
export function giveWay(account: Account, clientOrderId: string, next: WorkingOrder | null): Account {
  if (account.working[clientOrderId] === undefined) return account;
  const released = release(account, clientOrderId);
  if (next === null) return released;
  return {
    ...released,
    working: withId(released.working, next.client_order_id, next),
    outbox: [...released.outbox, next.client_order_id],
  };
}

/** Entries that still wait in the outbox. One that was sent although the outbox was never cleared (a crash) is none: it may fill [I3]. */
export function unsentEntries({ outbox, working }: Account): readonly WorkingOrder[] {
  const waiting = outbox.flatMap((id) => working[id] ?? []);
  return waiting.filter(({ purpose, status }) => purpose === 'entry' && status === 'READY');
}

/** Notes what is known about an order that still holds its reservation. */
export function annotate(account: Account, clientOrderId: string, known: Partial<WorkingOrder>): Account {
  const order = account.working[clientOrderId];
  if (order === undefined) return account;
  return { ...account, working: withId(account.working, clientOrderId, { ...order, ...known }) };
}

/**
 * Moves the cursor of complete fill reads forward and forgets ids that can no longer be reported. An order on its way is
 * read with all its fills each time, however long ago the first one was: once it has any, its ids stay. One that rests
 * untouched, for months perhaps, has none: what others fill meanwhile is not kept for its sake.
 */
export function advanceFillsCursor(account: Account, readUpToMs: number): Account {
  if (readUpToMs <= account.fills_cursor_ms) return account;
  const sent = Object.values(account.working).flatMap(({ filled, sent_at_ms }) =>
    filled === ZERO_QUANTITY || sent_at_ms === null ? [] : [sent_at_ms],
  );
  const horizon = Math.min(forgottenBefore(readUpToMs), ...sent.map((sentAtMs) => sentAtMs - FILL_OVERLAP_MS));
  const booked_fills = keptOf(account.booked_fills, (timeMs) => timeMs >= horizon);
  return { ...account, fills_cursor_ms: readUpToMs, booked_fills };
}

function forgottenBefore(cursorMs: number): number {
  return cursorMs - 2 * FILL_OVERLAP_MS;
}

/** So old a fill of an order that is settled was booked, and its id pruned: a late fill of the same order brings it up again. */
function isForgotten({ working, fills_cursor_ms }: Account, { timeMs }: Fill, order: WorkingOrder | null): boolean {
  const isSettled = order === null || working[order.client_order_id] === undefined;
  return isSettled && timeMs < forgottenBefore(fills_cursor_ms);
}

/** What the position adds up to. */
export function heldQuantity(account: Account, productId: ProductId): Quantity {
  const position = account.positions[productId];
  return position === undefined ? ZERO_QUANTITY : sumLots(position.lots);
}

function buy(account: Account, fill: Fill, order: WorkingOrder | null): Account {
  const cost = add(notional(fill.quantity, fill.price, 'up'), fill.commission);
  const lot: Lot = { quantity: fill.quantity, cost, opened_at_ms: fill.timeMs };
  const position = withLot(account.positions[fill.productId], lot, order);
  return {
    ...account,
    cash: subtract(account.cash, cost),
    positions: { ...account.positions, [fill.productId]: position },
  };
}

/** A new entry brings its own strategy, stop, target and holding time, also when it joins what was left of an older one. */
function withLot(held: Position | undefined, lot: Lot, order: WorkingOrder | null): Position {
  const isFirstFill = order !== null && isUntouched(order);
  const peak = isFirstFill ? undefined : held?.peak_price;
  return {
    ...(peak === undefined ? {} : { peak_price: peak }),
    lots: [...(held?.lots ?? []), lot],
    strategy: (isFirstFill ? order.strategy : held?.strategy) ?? order?.strategy ?? 'unknown',
    opened_at_ms: held === undefined || isFirstFill ? lot.opened_at_ms : held.opened_at_ms,
    stop_price: order?.stop_price ?? held?.stop_price ?? null,
    take_profit_price: order?.take_profit_price ?? held?.take_profit_price ?? null,
  };
}

/** Nothing of the intent was filled yet, by this order or one before it. */
export function isUntouched({ filled, prior_filled }: WorkingOrder): boolean {
  return filled === ZERO_QUANTITY && prior_filled === ZERO_QUANTITY;
}

function sell(account: Account, fill: Fill): Account {
  const proceeds = subtract(notional(fill.quantity, fill.price, 'down'), fill.commission);
  const { [fill.productId]: held, ...others } = account.positions;
  const { cost, left, missing } = consume(held?.lots ?? [], fill.quantity);
  const positions =
    held === undefined || left.length === 0 ? others : { ...others, [fill.productId]: { ...held, lots: left } };
  return {
    ...account,
    cash: add(account.cash, proceeds),
    positions,
    realised_pnl: add(account.realised_pnl, subtract(proceeds, cost)),
    // Sold more than the book knows: the books are wrong, and nothing new is done there until they agree [I7].
    frozen: missing > 0n ? { ...account.frozen, [fill.productId]: 'sold more than the ledger holds' } : account.frozen,
  };
}

/** Takes a quantity from the oldest lots; a lot that is cut keeps its unit cost (the sold part rounds down). */
function consume(lots: readonly Lot[], amount: Quantity): { cost: Usd; left: readonly Lot[]; missing: Quantity } {
  let missing = amount;
  let cost = ZERO_USD;
  const left: Lot[] = [];
  for (const lot of lots) {
    const taken = smaller(lot.quantity, missing);
    const share = taken === lot.quantity ? lot.cost : (((lot.cost * taken) / lot.quantity) as Usd);
    cost = add(cost, share);
    missing = subtract(missing, taken);
    if (taken < lot.quantity) {
      left.push({ ...lot, quantity: subtract(lot.quantity, taken), cost: subtract(lot.cost, share) });
    }
  }
  return { cost, left, missing };
}

function withFilled(working: Account['working'], order: WorkingOrder, quantity: Quantity): Account['working'] {
  const held = working[order.client_order_id];
  if (held === undefined) return working;
  return withId(working, order.client_order_id, { ...held, filled: add(held.filled, quantity) });
}

function sumLots(lots: readonly Lot[]): Quantity {
  return lots.reduce<Quantity>((sum, lot) => add(sum, lot.quantity), ZERO_QUANTITY);
}
