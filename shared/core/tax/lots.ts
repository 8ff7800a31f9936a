import type { ProductId } from '../market/product.ts';
import { add, type Quantity, smaller, subtract, type Usd, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { Trade } from './trades.ts';

/** Which lot a sale takes first. fifo: the oldest, as the account itself reckons. hifo: the one that cost most per unit. */
export const LOT_METHODS = ['fifo', 'hifo'] as const;
export type LotMethod = (typeof LOT_METHODS)[number];

/** What is left of one purchase. */
export interface OpenLot {
  readonly product_id: ProductId;
  readonly buy_entry_id: string;
  readonly acquired_ms: number;
  readonly quantity: Quantity;
  /** With its share of the buying fee. */
  readonly cost: Usd;
}

/** The part of one lot that one sale took. */
export interface Disposal {
  readonly product_id: ProductId;
  readonly sell_entry_id: string;
  readonly client_order_id: string;
  readonly sold_ms: number;
  readonly quantity: Quantity;
  /** Less its share of the selling fee. */
  readonly proceeds: Usd;
  /** null: sold without a recorded purchase (coins from before the bot). Its cost is not known here. */
  readonly lot: DisposedLot | null;
}

export interface DisposedLot {
  readonly buy_entry_id: string;
  readonly acquired_ms: number;
  readonly holding_days: number;
  readonly cost: Usd;
  readonly gain: Usd;
}

export interface Lots {
  readonly method: LotMethod;
  /** By product, oldest first. */
  readonly open: readonly OpenLot[];
  /** In the order of the sales. */
  readonly disposals: readonly Disposal[];
}

/** A lot with what it was bought as: what is left of it keeps its place among the others. */
type Held = OpenLot & { readonly bought: { readonly quantity: Quantity; readonly cost: Usd } };

const DAY_MS = 86_400_000;

/** Makes lots of purchases and uses them up by sales, to the last digit. `trades` oldest first. */
export function lotsOf(trades: readonly Trade[], method: LotMethod): Lots {
  const held = new Map<ProductId, readonly Held[]>();
  const disposals: Disposal[] = [];
  for (const trade of trades) {
    const lots = held.get(trade.product_id) ?? [];
    if (trade.side === 'BUY') {
      held.set(trade.product_id, [...lots, lotOf(trade)]);
      continue;
    }
    const sold = sell(lots, trade, method);
    held.set(trade.product_id, sold.left);
    disposals.push(...sold.disposals);
  }
  const products = [...held.keys()].sort();
  return {
    method,
    disposals,
    open: products.flatMap((product) => (held.get(product) as readonly Held[]).map(openLot)),
  };
}

function lotOf({ product_id, entry_id, time_ms, quantity, value, fee }: Trade): Held {
  const cost = add(value, fee);
  return {
    ...{ product_id, buy_entry_id: entry_id, acquired_ms: time_ms, quantity, cost },
    bought: { quantity, cost },
  };
}

function openLot({ bought: _bought, ...lot }: Held): OpenLot {
  return lot;
}

function sell(lots: readonly Held[], trade: Trade, method: LotMethod) {
  const proceeds = proceedsOf(trade);
  const left = new Map(lots.map((lot) => [lot.buy_entry_id, lot]));
  const disposals: Disposal[] = [];
  let missing = trade.quantity;
  for (const lot of method === 'fifo' ? lots : [...lots].sort(dearestFirst)) {
    if (missing === ZERO_QUANTITY) break;
    const taken = smaller(lot.quantity, missing);
    missing = subtract(missing, taken);
    const { cost, rest } = cut(lot, taken);
    if (rest === null) left.delete(lot.buy_entry_id);
    else left.set(lot.buy_entry_id, rest);
    disposals.push(disposalOf(trade, taken, proceeds(taken), { lot, cost }));
  }
  if (missing > ZERO_QUANTITY) disposals.push(disposalOf(trade, missing, proceeds(missing), null));
  return { disposals, left: [...left.values()] };
}

/** Hands out what a sale brought, part by part: the parts round down and the last one takes what is left. */
function proceedsOf({ quantity, value, fee }: Trade): (part: Quantity) => Usd {
  const whole = subtract(value, fee);
  let toGive = whole;
  let unsold = quantity;
  return (part) => {
    unsold = subtract(unsold, part);
    const share = unsold === ZERO_QUANTITY ? toGive : (((whole * part) / quantity) as Usd);
    toGive = subtract(toGive, share);
    return share;
  };
}

/** The sold part's cost rounds down, as in the ledger; what is left keeps the rest. */
function cut(lot: Held, taken: Quantity): { readonly cost: Usd; readonly rest: Held | null } {
  if (taken === lot.quantity) return { cost: lot.cost, rest: null };
  const cost = ((lot.cost * taken) / lot.quantity) as Usd;
  return { cost, rest: { ...lot, quantity: subtract(lot.quantity, taken), cost: subtract(lot.cost, cost) } };
}

function disposalOf(
  { product_id, entry_id, client_order_id, time_ms }: Trade,
  quantity: Quantity,
  proceeds: Usd,
  from: { readonly lot: Held; readonly cost: Usd } | null,
): Disposal {
  return {
    ...{ product_id, sell_entry_id: entry_id, client_order_id, sold_ms: time_ms, quantity, proceeds },
    lot: from && {
      buy_entry_id: from.lot.buy_entry_id,
      acquired_ms: from.lot.acquired_ms,
      holding_days: Math.floor((time_ms - from.lot.acquired_ms) / DAY_MS),
      cost: from.cost,
      gain: subtract(proceeds, from.cost),
    },
  };
}

/** By what a unit had cost when it was bought, exactly; of equals the older one. */
function dearestFirst({ bought: a }: Held, { bought: b }: Held): number {
  const left = a.cost * b.quantity;
  const right = b.cost * a.quantity;
  if (left === right) return 0;
  return left > right ? -1 : 1;
}

export interface LotTotals {
  readonly proceeds: Usd;
  readonly cost: Usd;
  readonly gain: Usd;
  /** What was sold without a recorded purchase: in none of the other figures. */
  readonly uncovered_proceeds: Usd;
}

export function totalsOf(disposals: readonly Disposal[]): LotTotals {
  const lots = disposals.flatMap(({ lot }) => lot ?? []);
  return {
    proceeds: sum(disposals.filter(({ lot }) => lot !== null).map(({ proceeds }) => proceeds)),
    cost: sum(lots.map(({ cost }) => cost)),
    gain: sum(lots.map(({ gain }) => gain)),
    uncovered_proceeds: sum(disposals.filter(({ lot }) => lot === null).map(({ proceeds }) => proceeds)),
  };
}

function sum(amounts: readonly Usd[]): Usd {
  return amounts.reduce<Usd>(add, ZERO_USD);
}
