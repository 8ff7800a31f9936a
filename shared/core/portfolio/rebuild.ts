import type { Policy } from '../cycle/decision-config.ts';
import {
  add,
  type Price,
  type Quantity,
  sizeFor,
  smaller,
  subtract,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../money/fixed.ts';
import type { Account, Lot, Position, WorkingOrder } from './account.ts';
import type { Fill } from './fill.ts';
import { advanceFillsCursor, bookFill, openAccount } from './ledger.ts';
import type { CooldownPolicy } from './trade-memory.ts';
import { positionQuantity } from './valuation.ts';
import { FINEST, widestLevels } from './widest-levels.ts';

/** What the exchange remembers of a bot whose own books are gone. */
export interface ExchangeHistory {
  readonly cash: Usd;
  /** Currency -> everything that is there now, holds included; the quote currency left out. */
  readonly coins: Readonly<Record<string, Quantity>>;
  readonly orders: readonly PastOrder[];
  /** Of these orders only; each names its order. */
  readonly fills: readonly (Fill & { readonly orderId: string })[];
  /** When it was read. */
  readonly atMs: number;
}

export interface PastOrder {
  readonly orderId: string;
  readonly order: WorkingOrder;
  readonly isOpen: boolean;
}

/**
 * The account as the fills make it: first in first out, every fill once, in the order in which they happened. Coins that
 * no fill explains are external; where less is there than the fills say, the oldest lots are taken for gone. Cash is what
 * the exchange says, and losses are measured from here on.
 */
export function rebuildAccount(
  who: Pick<Account, 'bot_id' | 'mode'>,
  history: ExchangeHistory,
  policy: CooldownPolicy,
): Account {
  const { cash, coins, orders, atMs } = history;
  const empty = openAccount({ botId: who.bot_id, mode: who.mode, cash, external: {}, nowMs: atMs });
  const all = Object.fromEntries(orders.map(({ order }) => [order.client_order_id, order]));
  const ids = new Map(orders.map(({ orderId, order }) => [orderId, order.client_order_id]));
  const inOrder = history.fills.toSorted((a, b) => a.timeMs - b.timeMs || (a.entryId < b.entryId ? -1 : 1));
  const folded = inOrder.reduce(
    (account, fill) => bookFill(account, fill, account.working[ids.get(fill.orderId) ?? ''] ?? null, policy),
    { ...empty, fills_cursor_ms: 0, working: all },
  );
  const open = orders.filter(({ isOpen }) => isOpen).map(({ order }) => order.client_order_id);
  const working = Object.fromEntries(open.map((id) => [id, folded.working[id] as WorkingOrder]));
  const found = splitCoins(folded.positions, coins);
  const invested = Object.values(found.positions).flatMap(({ lots }) => lots.map(({ cost }) => cost));
  const high_water_mark = invested.reduce<Usd>((sum, cost) => add(sum, cost), cash);
  return advanceFillsCursor({ ...folded, ...found, cash, working, frozen: {}, high_water_mark }, atMs);
}

/** A position whose stop nobody remembers gets the widest that a proposal may ask for, measured from what it cost. */
export function withWidestLevels(position: Position, policy: Pick<Policy, 'proposals'>): Position {
  if (position.stop_price !== null) return position;
  const widest = widestLevels(unitCost(position), FINEST, policy);
  return { ...position, ...widest, take_profit_price: position.take_profit_price ?? widest.take_profit_price };
}

function splitCoins(
  positions: Account['positions'],
  coins: ExchangeHistory['coins'],
): Pick<Account, 'positions' | 'external'> {
  const left: Record<string, Quantity> = { ...coins };
  const kept = Object.entries(positions).flatMap(([productId, position]) => {
    const currency = productId.slice(0, productId.lastIndexOf('-'));
    const there = left[currency] ?? ZERO_QUANTITY;
    const lots = newest(position.lots, there);
    const taken = lots.length === 0 ? ZERO_QUANTITY : positionQuantity({ ...position, lots: [...lots] });
    left[currency] = subtract(there, taken);
    return lots.length === 0 ? [] : [[productId, { ...position, lots }] as const];
  });
  const external = Object.entries(left).filter(([, quantity]) => quantity > 0n);
  return { positions: Object.fromEntries(kept) as Account['positions'], external: Object.fromEntries(external) };
}

/** As many of the newest lots as are there; the one that is cut keeps its unit cost. */
function newest(lots: readonly Lot[], there: Quantity): readonly Lot[] {
  let room = there;
  return lots
    .toReversed()
    .flatMap((lot) => {
      const kept = smaller(lot.quantity, room);
      room = subtract(room, kept);
      if (kept === ZERO_QUANTITY) return [];
      const cost = ((lot.cost * kept + lot.quantity - 1n) / lot.quantity) as Usd;
      return [{ ...lot, quantity: kept, cost }];
    })
    .toReversed();
}

function unitCost(position: Position): Price {
  const cost = position.lots.reduce<Usd>((sum, lot) => add(sum, lot.cost), ZERO_USD);
  // Dividing money by coins is what sizeFor does; the result is a price.
  return sizeFor(cost, positionQuantity(position) as bigint as Price, 'down') as bigint as Price;
}
